"""t1moco against the truth of 20 synthetic series (the table of docs/accuracy.md)."""

import os
from pathlib import Path

import pytest

from cmrt1_training.accuracy import pool, summarise
from cmrt1_training.evaluate_t1moco import make_cases, run_case

T1MOCO = Path(os.environ.get("CMRT1_BIN", "")) / "t1moco"
pytestmark = pytest.mark.skipif(
    not ("CMRT1_BIN" in os.environ and T1MOCO.exists()), reason="CMRT1_BIN names no folder that holds t1moco"
)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("accuracy")
    cases = make_cases(folder, first_seed=1000, count=20)
    return [run_case(T1MOCO, case, folder / "results" / case.study.name, "model") for case in cases]


def summary(outcomes, motion: str) -> dict[str, float]:
    return summarise(pool([o.errors for o in outcomes if o.case.motion == motion]))


def test_no_series_fails(outcomes):
    assert [(o.case.seed, o.failure) for o in outcomes if o.failure] == []


@pytest.mark.parametrize("motion", ["moderate", "severe"])
def test_moving_series_come_nearer_to_the_truth(outcomes, motion):
    s = summary(outcomes, motion)
    assert s["displacement_after_median_mm"] < 0.8 * s["displacement_before_median_mm"]
    assert s["displacement_after_p95_mm"] < s["displacement_before_p95_mm"]
    assert s["t1_after_median_absolute_ms"] < s["t1_before_median_absolute_ms"]
    assert s["t1_after_p95_absolute_ms"] < s["t1_before_p95_absolute_ms"]


def test_still_series_stay_as_they_are(outcomes):
    s = summary(outcomes, "still")
    assert s["displacement_before_p95_px"] == 0
    assert s["displacement_after_p95_px"] < 0.5
    assert s["t1_after_median_absolute_ms"] < s["t1_before_median_absolute_ms"] + 2
