"""Compares what scripts/cohort.sh made of a generated cohort with the truth about it.

    python -m cmrt1_training.evaluate_cohort OUT COHORT_truth

OUT is the folder that cohort.sh wrote, COHORT_truth what make_cohort left beside the cohort. Prints a table: T1 of the
map in the true muscle, the Dice of the muscle found, T1 of the muscle found and its change under stress, each for all
images and for those that no program flagged. What is missing counts as such: an image without a result has a Dice of 0.
"""

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .agreement import agreement
from .overlap import dice
from .phantom.labels import MYOCARDIUM
from .truth import Truth, read_map, read_truth


@dataclass(frozen=True)
class SeriesFigures:
    """One series; NaN where nothing was delivered."""

    true_t1_ms: float
    map_error_ms: float  # median over the core of the true muscle of T1 of the map - true T1
    dice: float
    found_t1_ms: float  # median in the muscle that qcdseg found
    ok: bool  # flagged by neither t1moco nor qcdseg


@dataclass(frozen=True)
class PairFigures:
    """One slice at rest and under stress, in %."""

    true_dt1: float
    found_dt1: float  # median in the muscle
    ok: bool  # flagged by no program


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder that cohort.sh wrote")
    parser.add_argument("truth", type=Path, help="folder of truth that make_cohort wrote")
    arguments = parser.parse_args()
    if not (arguments.truth / "truth.csv").exists():
        parser.error(f"{arguments.truth / 'truth.csv'} is missing: make_cohort writes it at its end, beside the cohort")
    series, pairs = measure(arguments.out, arguments.truth)
    print(table(series, pairs))


def measure(out: Path, truth_folder: Path) -> tuple[list[SeriesFigures], list[PairFigures]]:
    truth = {row["series_uid"]: row for row in _rows(truth_folder / "truth.csv")}
    answers = {one.series_uid: one for one in map(read_truth, sorted(truth_folder.glob("*/*")))}
    maps = {row["series_uid"]: row for row in _rows(out / "t1moco" / "summary.csv")}
    images = {_source(row["input"]): row for row in _rows(out / "qcdseg" / "qcd.csv")}
    series = {uid: _series(row, answers[uid], maps.get(uid, {}), images.get(uid, {}), out) for uid, row in truth.items()}
    found = {(_source(row["rest_input"]), _source(row["stress_input"])): row
             for row in _rows(out / "dt1map" / "summary.csv")}  # fmt: skip
    pairs = []
    for rest in (uid for uid, row in truth.items() if row["state"] == "rest"):
        for stress in (uid for uid in truth if _same_slice(truth[rest], truth[uid])):
            pairs.append(_pair(series[rest], series[stress], found.get((rest, stress), {})))
    return list(series.values()), pairs


def table(series: list[SeriesFigures], pairs: list[PairFigures]) -> str:
    lines = ["| | images | error, mean ± SD | ICC(2,1) |", "|---|---|---|---|"]
    for name, chosen in (("all", lambda one: True), ("not flagged", lambda one: one.ok)):
        some, both = [one for one in series if chosen(one)], [one for one in pairs if chosen(one)]
        error = np.array([one.map_error_ms for one in some])
        lines += [
            f"| T1 of the map in the true muscle, ms; {name} | {_count(error)} | {np.nanmean(error):+.1f} ± {np.nanstd(error, ddof=1):.1f} | |",
            _row(f"T1 of the muscle found, ms; {name}", some, "found_t1_ms", "true_t1_ms"),
            _row(f"dT1 of the muscle found, points; {name}", both, "found_dt1", "true_dt1"),
        ]
        overlaps = np.array([one.dice for one in some])
        lines.append(f"| Dice of the muscle, mean (median), below 0.7; {name} | {len(overlaps)} | "
                     f"{overlaps.mean():.3f} ({np.median(overlaps):.3f}), {(overlaps < 0.7).sum()} | |")  # fmt: skip
    return "\n".join(lines)


def _series(row: dict, truth: Truth, map_row: dict, image: dict, out: Path) -> SeriesFigures:
    error, overlap = np.nan, 0.0
    if map_row.get("folder"):
        core = truth.myocardium_core()
        t1 = read_map(out / "t1moco" / map_row["folder"] / "t1.nii.gz")
        error = float(np.median((t1 - truth.t1_ms)[core])) if core.any() else np.nan
    if image.get("folder"):
        labels = read_map(out / "qcdseg" / image["folder"] / "segmentation.nii.gz")
        overlap = dice(labels == MYOCARDIUM, truth.masks["myocardium"] > 0.5)
    ok = map_row.get("status") == "ok" and image.get("status") == "ok"
    return SeriesFigures(float(row["t1_muscle_ms"]), error, overlap, _number(image.get("t1_median_ms")), ok)


def _pair(rest: SeriesFigures, stress: SeriesFigures, row: dict) -> PairFigures:
    ok = rest.ok and stress.ok and row.get("status") == "ok"
    true_dt1 = 100 * (stress.true_t1_ms / rest.true_t1_ms - 1)
    return PairFigures(true_dt1, _number(row.get("dt1_median_percent")), ok)


def _same_slice(rest: dict, other: dict) -> bool:
    return other["state"] == "stress" and all(other[name] == rest[name] for name in ("study_uid", "slice"))


def _row(name: str, figures: list, found: str, truth: str) -> str:
    of = lambda column: np.array([getattr(one, column) for one in figures], dtype=float)
    agreed = agreement(of(found), of(truth))
    return f"| {name} | {agreed.count} of {len(figures)} | {agreed} |"


def _count(values: np.ndarray) -> str:
    return f"{int(np.isfinite(values).sum())} of {len(values)}"


def _source(path: str) -> str:
    """The series a map was made from: t1moco's folder is named by it."""
    return Path(path).parent.name


def _number(cell: str | None) -> float:
    return float(cell) if cell else np.nan


def _rows(path: Path) -> list[dict]:
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
