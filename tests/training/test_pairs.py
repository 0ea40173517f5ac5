"""The generator's pairs of rest and stress T1 maps keep what they promise."""

import numpy as np
import pytest
import torch

from cmrt1_training.overlap import dice
from cmrt1_training.phantom import Grid, PairSettings, generate_pairs
from cmrt1_training.phantom.fields import jacobian_determinant, lattice

GRID = Grid(96, 96, 2.0)
SETTINGS = PairSettings(grid=GRID, margin_px=16)
ON = lattice(GRID)


@pytest.fixture(scope="module")
def pair():
    return generate_pairs(5, SETTINGS, 6)


def warped(images, field):
    return ON.warp(images[:, None], field, "bilinear")[:, 0]


def dices(pair, field):
    moved = warped(pair.stress_masks["myocardium"], field)
    return np.array([dice((a > 0.5).numpy(), (b > 0.5).numpy()) for a, b in zip(moved, pair.rest_masks["myocardium"])])


def reactivity_error(pair, field):
    """Mean dT1 of each sample's muscle less the truth."""
    moved = warped(pair.stress_ms, field)
    found = 100 * (moved / pair.rest_ms - 1) - pair.response
    pure = [mask > 0.98 for mask in pair.rest_masks["myocardium"]]
    return np.array([float(one[inside].mean()) for one, inside in zip(found, pure)])


def test_the_field_registers_muscle_and_t1(pair):
    assert dices(pair, pair.field).min() > 0.97
    assert dices(pair, 0 * pair.field).mean() < 0.8
    assert np.abs(reactivity_error(pair, pair.field)).mean() < 1
    assert np.abs(reactivity_error(pair, -pair.field)).mean() > 3
    assert jacobian_determinant(pair.field).min() > 0


def test_the_field_of_the_exchanged_pair_is_the_inverse(pair):
    back = ON.compose(pair.field, pair.exchanged_field)[..., 8:-8, 8:-8]
    assert back.norm(dim=1).mean() < 0.04 and pair.field.norm(dim=1).mean() > 1
    moved = warped(pair.rest_masks["myocardium"], pair.exchanged_field)
    inside = pair.stress_masks["myocardium"] > 0.98
    assert (moved[inside] > 0.5).float().mean() > 0.99
    there_and_back = (1 + warped(pair.response, pair.exchanged_field) / 100) * (1 + pair.exchanged_response / 100)
    assert (there_and_back[inside] - 1).abs().mean() < 0.003


@pytest.mark.parametrize("response", [(-0.05, -0.05), (0.12, 0.12)])
def test_the_muscle_responds_as_asked_and_a_region_of_it_may_not(response):
    means, least = [], []
    for ischaemic in (0.0, 1.0):
        settings = PairSettings(grid=GRID, margin_px=16, response=response, ischaemic=ischaemic)
        sample = generate_pairs(2, settings, 6)
        inside = sample.rest_masks["myocardium"] > 0.98
        of_muscle = [one[mask] / (100 * response[0]) for one, mask in zip(sample.response, inside)]
        means.append(np.mean([float(one.mean()) for one in of_muscle]))
        least.append(np.mean([float(one.quantile(0.02)) for one in of_muscle]))
    assert means[0] == pytest.approx(1, abs=0.08)
    assert means[1] < means[0] - 0.05 and least[1] < 0.6 < least[0]


def test_the_same_seed_gives_the_same_pair(pair):
    again, other = generate_pairs(5, SETTINGS, 6), generate_pairs(6, SETTINGS, 6)
    for name in ("rest_ms", "stress_ms", "field", "response", "landmarks_px"):
        assert torch.equal(getattr(pair, name), getattr(again, name)), name
        assert not torch.equal(getattr(pair, name), getattr(other, name)), name


def test_nothing_moves_in_still_pairs():
    still = generate_pairs(5, PairSettings(grid=GRID, margin_px=16, still=1.0), 4)
    assert still.field.abs().max() == 0 and still.exchanged_field.abs().max() == 0
    assert dices(still, still.field).min() == 1


def test_no_field_registers_another_slice(pair):
    settings = PairSettings(grid=GRID, margin_px=16, through_plane=True)
    other = generate_pairs(5, settings, 6)
    assert torch.equal(other.rest_masks["myocardium"], pair.rest_masks["myocardium"]), "the rest map stays"
    assert dices(other, other.field).max() < 0.9 and dices(other, other.field).mean() < 0.75


def test_insertions_lie_on_the_outline_of_the_lv_beside_both_ventricles():
    sample = generate_pairs(7, PairSettings(grid=Grid(128, 128, 1.4), margin_px=16, views=4), 8)
    y, x = (axis.expand(-1, 128, 128).float() for axis in lattice(Grid(128, 128, 1.4)).mesh())
    for i in range(8):
        lv = (sample.rest_masks["myocardium"] + sample.rest_masks["lv_blood"])[i] > 0.5
        centre = torch.stack([axis[0][lv].mean() for axis in (x, y)])
        assert (sample.landmarks_px[i, 0] - centre).norm() < 3
        for point in sample.landmarks_px[i, 1:]:
            near = torch.hypot(x[0] - point[0], y[0] - point[1]) < 4
            assert 0.1 < lv[near].float().mean() < 0.8, "on the outline"
            assert sample.rest_masks["rv_blood"][i][near].max() > 0.5
        assert (sample.landmarks_px[i, 1] - sample.landmarks_px[i, 2]).norm() > 10
