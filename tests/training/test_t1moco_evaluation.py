"""The accuracy table, from output folders whose errors are known beforehand."""

import json
from pathlib import Path

import nibabel
import numpy as np
import pytest

from cmrt1_training.evaluate_t1moco import (
    Case,
    comparison_table,
    make_cases,
    markdown_table,
    measure,
    paired_tests,
    run_case,
    write_report,
)
from cmrt1_training.make_study import make_study
from cmrt1_training.truth import Truth, read_truth


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Case:
    folder = tmp_path_factory.mktemp("case")
    make_study(folder / "study", folder / "truth", 8, ["severe"], columns=192, rows=144)
    return Case(8, "severe", folder / "study", folder / "truth" / "01_severe")


def deliver(result: Path, t1_before: np.ndarray, t1_after: np.ndarray, displacement_mm: np.ndarray) -> None:
    """Writes what t1moco would, for arrays [row, column] and [images, 2, rows, columns]."""
    folder = result / "study" / "series"
    folder.mkdir(parents=True)
    save = lambda name, array: nibabel.Nifti1Image(array.astype(np.float32), np.eye(4)).to_filename(folder / name)
    save("t1_uncorrected.nii.gz", t1_before.T[:, :, None])
    save("t1.nii.gz", t1_after.T[:, :, None])
    save("displacement_mm.nii.gz", displacement_mm.transpose(3, 2, 0, 1)[:, :, None])


def test_perfect_correction_has_no_error_and_known_error_before(case, tmp_path):
    truth = read_truth(case.truth)
    deliver(tmp_path, truth.t1_ms + 50, truth.t1_ms, truth.displacement_mm)
    row = measure(case, tmp_path).row()
    assert row["status"] == "ok"
    assert row["t1_before_median_absolute_ms"] == pytest.approx(50, abs=0.01)
    assert row["t1_before_bias_ms"] == pytest.approx(50, abs=0.01)
    assert row["t1_after_p95_absolute_ms"] == pytest.approx(0, abs=0.01)
    assert row["displacement_after_p95_mm"] == pytest.approx(0, abs=0.001)
    assert row["displacement_before_p95_mm"] > 2
    assert row["displacement_before_p95_px"] == pytest.approx(row["displacement_before_p95_mm"] / 1.875)


def test_a_shift_common_to_all_images_is_no_error(case, tmp_path):
    truth = read_truth(case.truth)
    deliver(tmp_path, truth.t1_ms, truth.t1_ms, truth.displacement_mm + 4)
    assert measure(case, tmp_path).row()["displacement_after_p95_mm"] == pytest.approx(0, abs=0.001)


def test_a_field_in_the_wrong_direction_doubles_the_error(case, tmp_path):
    truth = read_truth(case.truth)
    deliver(tmp_path, truth.t1_ms, truth.t1_ms, -truth.displacement_mm)
    row = measure(case, tmp_path).row()
    assert row["displacement_after_median_mm"] == pytest.approx(2 * row["displacement_before_median_mm"], rel=1e-3)


def test_unfitted_pixels_are_counted_not_averaged(case, tmp_path):
    truth = read_truth(case.truth)
    rows = np.arange(truth.t1_ms.shape[0])[:, None]
    holes = np.where(rows % 2, truth.t1_ms, 0)
    deliver(tmp_path, truth.t1_ms, holes, truth.displacement_mm)
    row = measure(case, tmp_path).row()
    assert 30 < row["t1_after_unfitted_percent"] < 70
    assert row["t1_after_median_absolute_ms"] == pytest.approx(0, abs=0.01)


def test_failures_count_as_uncorrected_motion(case, tmp_path):
    missing = measure(case, tmp_path / "nothing")
    assert missing.failure and missing.row()["status"] == "failed"
    assert missing.row()["displacement_after_median_mm"] == missing.row()["displacement_before_median_mm"] > 0
    crash = run_case(Path("/bin/false"), case, tmp_path / "crash", "model")
    assert "exit code 1" in crash.failure
    assert "| severe | 2 (2) |" in markdown_table([missing, crash])


def test_wrong_shape_is_a_failure(case, tmp_path):
    truth = read_truth(case.truth)
    deliver(tmp_path, truth.t1_ms, truth.t1_ms, truth.displacement_mm[:5])
    assert "shape" in measure(case, tmp_path).failure


def test_core_lies_well_inside_the_muscle(case):
    truth: Truth = read_truth(case.truth)
    core = truth.myocardium_core()
    assert 0 < core.sum() < (truth.masks["myocardium"] > 0.5).sum()
    assert truth.masks["myocardium"][core].min() > 0.99


def test_report_is_labelled_synthetic_and_complete(case, tmp_path):
    truth = read_truth(case.truth)
    deliver(tmp_path / "result", truth.t1_ms, truth.t1_ms, truth.displacement_mm)
    write_report(tmp_path, {"model": [measure(case, tmp_path / "result")]})
    assert (tmp_path / "accuracy.md").read_text().startswith("Synthetic data: 1 phantom series")
    assert json.loads((tmp_path / "accuracy.json").read_text())["synthetic"] is True
    assert (tmp_path / "accuracy.csv").read_text().splitlines()[0].startswith("method,seed,motion,status")


def test_cases_are_a_third_of_each_motion_and_reused(tmp_path):
    cases = make_cases(tmp_path, 50, 3)
    assert [c.motion for c in cases] == ["still", "moderate", "severe"]
    stamp = (cases[0].truth / "truth.json").stat().st_mtime_ns
    assert make_cases(tmp_path, 50, 3) == cases
    assert (cases[0].truth / "truth.json").stat().st_mtime_ns == stamp


def test_methods_are_compared_series_by_series(case, tmp_path):
    truth = read_truth(case.truth)
    deliver(tmp_path / "good", truth.t1_ms, truth.t1_ms, truth.displacement_mm)
    deliver(tmp_path / "poor", truth.t1_ms, truth.t1_ms, 0.5 * truth.displacement_mm)
    by_method = {name: [measure(case, tmp_path / name)] * 6 for name in ("good", "poor")}
    assert "good against poor, severe: better in 6, worse in 0, p = 0.03" in "\n".join(paired_tests(by_method))
    before, good, poor = comparison_table(by_method).splitlines()[2:]
    assert good.startswith("| good | 0.00 ± 0.00 (0.00)")
    worst = [float(line.rstrip(" |").split("(")[-1].rstrip(")")) for line in (before, poor)]
    assert worst[1] == pytest.approx(worst[0] / 2, abs=0.01)
