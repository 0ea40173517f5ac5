"""The measuring of dt1map, with a program of known faults in its place."""

import sys
from itertools import pairwise

import numpy as np
import pytest
import torch

import fake_dt1map
from cmrt1_training import evaluate_dt1map, make_pairs, pair_set
from cmrt1_training.agreement import agreement
from cmrt1_training.evaluate_registration import FIRST_SEED, measure_all, table
from cmrt1_training.phantom import Grid, PairSettings, generate_pairs
from cmrt1_training.reactivity_accuracy import measure, perfect, segment_numbers

COUNT = 5


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pair_set, "GRIDS", (Grid(100, 120, 2.2), Grid(96, 96, 2.5)))
        yield pair_set.write_pairs(tmp_path_factory.mktemp("pairs") / "in_plane", COUNT)


@pytest.fixture(scope="module")
def delivered(pairs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    program = fake_dt1map.install(folder)
    way = lambda name, of, method: evaluate_dt1map.run(program, of, folder / name, folder, method)
    exchanged = [one.with_roles_exchanged() for one in pairs]
    return {"network": way("network", pairs, "network"), "none": way("none", pairs, "none"),
            "reversed": way("reversed", exchanged, "network")}  # fmt: skip


def test_the_seeds_train_and_validate_nothing():
    largest_set, training, validation = 100_000, 1_000_000_000, 1 << 40
    sets = (FIRST_SEED, pair_set.FIRST_SEED, evaluate_dt1map.THROUGH_PLANE_SEED, evaluate_dt1map.LEVELS_SEED,
            make_pairs.FIRST_SEED)  # fmt: skip
    ordered = [0, *sorted(sets), training, validation]
    assert all(after - before >= largest_set for before, after in pairwise(ordered))


def test_what_moves_the_muscle_as_the_truth_does_is_found_good(delivered):
    for way in ("network", "reversed"):
        good = [one for one in delivered[way] if not one.failure]
        assert len(good) == COUNT - 1
        assert all(one.dice > 0.93 for one in good) and np.mean([one.dice_before for one in good]) < 0.8
        assert all(one.displacement_mm < 0.1 * one.displacement_before_mm + 0.01 for one in good)
        assert np.mean([abs(one.dt1 - one.true_dt1) for one in good]) < 2
        assert np.mean([abs(one.dt1 - one.contour_dt1) for one in good]) < 2
    assert not any(one.flagged for one in good)


def test_with_exchanged_roles_the_response_is_the_opposite(delivered):
    for there, back in zip(delivered["network"], delivered["reversed"]):
        assert (1 + there.true_dt1 / 100) * (1 + back.true_dt1 / 100) == pytest.approx(1, abs=0.01)


def test_the_true_field_leaves_less_than_any_method(pairs, delivered):
    error = lambda members: np.mean([abs(one.dt1 - one.true_dt1) for one in members if not one.failure])
    best = [perfect(one) for one in pairs]
    assert error(best) < 1 and error(best) < error(delivered["none"]) and min(one.dice for one in best) > 0.97


def test_without_registration_all_of_the_motion_is_left(delivered):
    for one in delivered["none"]:
        assert one.dice == one.dice_before and one.displacement_mm == one.displacement_before_mm


def test_a_failure_counts_with_all_of_its_motion_and_as_bad(delivered):
    (failed,) = [one for one in delivered["network"] if one.failure]
    assert failed.pair.name == fake_dt1map.FAILING and failed.flagged and failed.bad
    assert failed.dice == failed.dice_before and np.isnan(failed.dt1) and failed.undefined == 1
    text = evaluate_dt1map.alignment_table(delivered)
    assert f"| network: {COUNT} (1) |" in text
    row = evaluate_dt1map.flag_table({"network": delivered["network"]}).splitlines()[-1]
    bad = sum(one.bad for one in delivered["network"])
    assert row == f"| network ({COUNT}) | {bad} | 1 | {COUNT - bad} | 0 |"


def test_results_of_another_shape_are_a_failure(pairs, tmp_path):
    assert "No such file" in measure(pairs[0], tmp_path, False).failure
    truth, other = pairs[0].folder / "truth" / pairs[0].name, pairs[1].folder / "truth" / pairs[1].name
    (tmp_path / "dt1.nii.gz").write_bytes((other / "response.nii.gz").read_bytes())
    (tmp_path / "displacement_mm.nii.gz").write_bytes((truth / "displacement_mm.nii.gz").read_bytes())
    assert "shape" in measure(pairs[0], tmp_path, False).failure


def test_segments_go_from_the_anterior_insertion_over_the_septum(pairs):
    for one in pairs:
        numbers = segment_numbers(one, one.truth().response.shape)
        centre, anterior, inferior = (np.array(one.landmarks_px[name]) for name in pair_set.LANDMARKS)
        at = lambda point: numbers[round(point[1]), round(point[0])]
        septum = centre + 1.0 * ((anterior + inferior) / 2 - centre)
        assert at(septum) in (0, 1) and at(2 * centre - septum) in (3, 4)
        assert {at(anterior + (inferior - anterior) * share) for share in (0.1, 0.25)} == {0}


def test_tables_say_what_was_not_trained_and_not_generated(delivered):
    ways = {"network": delivered["network"], "none": delivered["none"]}
    performance = evaluate_dt1map.performance_table(ways, {"network": delivered["reversed"]}, {})
    assert "| Slice – reversed | 4 | 4 |" in performance and "| Regadenoson | – | – | the generator knows no agents | – |" in performance
    assert f"| Segments | 4 | {6 * 4} |" in performance
    training = evaluate_dt1map.training_table({"none, regular": delivered["network"], "ours": delivered["none"]})
    assert training.count("not trained") == 5 and "| ours | – |" in training


def test_slices_grow_smaller_from_base_to_apex_and_each_level_has_a_row(tmp_path, monkeypatch):
    monkeypatch.setattr(pair_set, "GRIDS", (Grid(100, 120, 2.2),))
    pairs = pair_set.write_pairs(tmp_path / "levels", 6, tuple(pair_set.LEVELS), evaluate_dt1map.LEVELS_SEED)
    assert [one.kind for one in pairs] == ["basal", "mid", "apical"] * 2
    assert pair_set.read_pairs(tmp_path / "levels", 6, evaluate_dt1map.LEVELS_SEED) == pairs
    found = [perfect(one) for one in pairs]
    assert all(one.dice > 0.95 for one in found), "the truth registers slices of every level"
    rows = evaluate_dt1map.performance_table({"network": found}, {}, {"network": found}).splitlines()
    for name in ("Basal", "Mid-ventricular", "Apical"):
        assert sum(row.startswith(f"| {name} | 2 | 2 |") for row in rows) == 1


def test_levels_change_the_slice_of_both_maps_and_nothing_else_of_the_chest():
    drawn = {level: generate_pairs(3, PairSettings(grid=Grid(96, 96, 2.0), margin_px=16, level=shape))
             for level, shape in pair_set.LEVELS.items()}  # fmt: skip
    inside = lambda masks: float((masks["myocardium"] + masks["lv_blood"]).sum())
    for role in ("rest_masks", "stress_masks"):
        basal, mid, apical = (inside(getattr(pair, role)) for pair in drawn.values())
        assert basal > mid > apical
    wall = lambda pair: float(pair.rest_masks["myocardium"].sum()) / inside(pair.rest_masks)
    assert wall(drawn["basal"]) < wall(drawn["mid"]) < wall(drawn["apical"])
    as_ever = generate_pairs(3, PairSettings(grid=Grid(96, 96, 2.0), margin_px=16))
    assert torch.equal(as_ever.stress_ms, drawn["mid"].stress_ms)


def test_a_program_that_delivers_no_table_is_an_error(pairs, tmp_path):
    program = tmp_path / "dt1map"
    program.write_text(f"#!/bin/sh\nexec {sys.executable} -c \"import sys; sys.exit('no such option')\"\n")
    program.chmod(0o755)
    with pytest.raises(RuntimeError, match="exit code 1: no such option"):
        evaluate_dt1map.run(program, pairs, tmp_path / "out", tmp_path, "network")


def test_the_pairs_are_written_once_and_another_set_is_not_taken_for_them(pairs):
    stamp = pairs[0].rest.stat().st_mtime_ns
    assert pair_set.write_pairs(pairs[0].folder, COUNT) == pairs and pairs[0].rest.stat().st_mtime_ns == stamp
    with pytest.raises(ValueError, match="another set"):
        pair_set.write_pairs(pairs[0].folder, COUNT + 1)


def test_agreement_is_that_of_shrout_and_fleiss():
    """Their table 2 has the first and the last judge's ratings of six targets among four; ICC(2,1) by hand."""
    found, truth = np.array([9.0, 6, 8, 7, 10, 6]), np.array([8.0, 2, 6, 6, 9, 7])
    values = np.stack([found, truth], 1)
    n, k = values.shape
    rows, columns = values.mean(1), values.mean(0)
    between = k * ((rows - values.mean()) ** 2).sum() / (n - 1)
    raters = n * ((columns - values.mean()) ** 2).sum() / (k - 1)
    rest = ((values - rows[:, None] - columns + values.mean()) ** 2).sum() / ((n - 1) * (k - 1))
    by_hand = (between - rest) / (between + (k - 1) * rest + k * (raters - rest) / n)
    result = agreement(np.append(found, np.nan), np.append(truth, 1))
    assert (result.count, result.bias) == (6, pytest.approx((found - truth).mean()))
    assert result.icc == pytest.approx(by_hand, abs=1e-6)


def test_networks_are_compared_on_the_same_pairs():
    settings = PairSettings(grid=Grid(96, 96, 2.0), margin_px=16)
    ways = {"truth": lambda pair: pair.field, "none": lambda pair: torch.zeros_like(pair.field)}
    results = measure_all(ways, settings, 3)
    assert [one.dice_before for one in results["truth"]] == [one.dice_before for one in results["none"]]
    assert all(one.error_mm == 0 and one.dice > 0.97 for one in results["truth"])
    off = {name: np.mean([np.nanmean(np.abs(one.segments - one.true_segments)) for one in members])
           for name, members in results.items()}  # fmt: skip
    assert off["truth"] < 2 < off["none"]
    assert all(one.dice == one.dice_before and one.error_mm > 0 for one in results["none"])
    assert table(results).count("\n") == 3
