"""Displacement fields: exponentials, composition, and the motion that the phantom draws."""

import pytest
import torch

from cmrt1_training.phantom import Grid, PhantomSettings, generate
from cmrt1_training.phantom.anatomy import draw_anatomy
from cmrt1_training.phantom.draw import Draw
from cmrt1_training.phantom.fields import jacobian_determinant, lattice
from cmrt1_training.phantom.motion import LEVELS, draw_motion
from cmrt1_training.phantom.sequence import draw_timing
from cmrt1_training.phantom.tissue import TissueTable
from training_support import perfect_scanner

GRID = Grid(192, 256, 1.40625)


@pytest.fixture(scope="module", params=[*LEVELS, "any"])
def drawn(request):
    """Motion of each level, with the anatomy it was drawn for."""
    draw = Draw(11, batch=1, dtype=torch.float64)
    options = {"dtype": torch.float64}
    anatomy = draw_anatomy(GRID, lattice(GRID, 1, 20, **options), TissueTable(draw, draw.chance(0.5)), draw)
    timing = draw_timing("shmolli", draw)
    return anatomy, draw_motion(request.param, GRID, lattice(GRID, 3, 20, **options), anatomy, timing, draw)


def test_moving_and_correcting_field_undo_each_other(drawn):
    _, motion = drawn
    residual = motion.lattice.compose(motion.correcting.flatten(0, 1), motion.moving.flatten(0, 1)).norm(dim=1)
    assert residual.mean() < 0.02
    assert residual.max() < 0.3
    assert motion.moving.norm(dim=2).max() > 0.3, "there is no motion to undo"


def test_correcting_fields_have_no_mean_over_the_images(drawn):
    _, motion = drawn
    assert motion.correcting.mean(1).norm(dim=1).max() < 0.02


def test_fields_do_not_fold(drawn):
    _, motion = drawn
    for field in (motion.moving, motion.correcting):
        step = float(motion.lattice.x[1] - motion.lattice.x[0])
        assert jacobian_determinant(field.flatten(0, 1) / step).min() > 0.2


def test_constant_velocity_gives_a_shift():
    grid = lattice(Grid(20, 30, 1.0), dtype=torch.float64)
    velocity = torch.zeros(1, 2, 20, 30, dtype=torch.float64)
    velocity[:, 0], velocity[:, 1] = 2.5, -1.25
    assert torch.allclose(grid.exponential(velocity), velocity, atol=1e-12)


def test_warp_looks_to_the_right_for_positive_x_and_down_for_positive_y():
    grid = lattice(Grid(9, 11, 1.0), dtype=torch.float64)
    image = torch.zeros(1, 1, 9, 11, dtype=torch.float64)
    image[0, 0, 6, 8] = 1
    field = torch.zeros(1, 2, 9, 11, dtype=torch.float64)
    field[:, 0], field[:, 1] = 3, 2
    assert grid.warp(image, field)[0, 0, 4, 5] == pytest.approx(1)


def test_truth_warps_a_moving_series_onto_the_still_one():
    """Same seed, same person: corrected(p) = image(p + u(p)) must look like the series without motion."""
    settings = {"grid": GRID, "scanner": perfect_scanner()}
    still = generate(5, PhantomSettings(motion="still", **settings), dtype=torch.float64)
    moving = generate(5, PhantomSettings(motion="severe", **settings), dtype=torch.float64)
    heart, on_grid = still.masks["heart"][0] > 0.5, lattice(GRID, dtype=torch.float64)

    def difference(share: float) -> torch.Tensor:
        corrected = on_grid.warp(moving.magnitude[0][:, None], share * moving.fields[0])[:, 0]
        return (corrected - still.magnitude[0]).abs()[:, heart].mean()

    assert difference(0) > 10
    assert difference(1) < 0.3 * difference(0), "what remains is interpolation at sharp borders"
    assert difference(1) < min(difference(0.9), difference(1.1))
