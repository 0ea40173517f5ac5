"""Measures ahalandmarks on generated and on real images.

    python -m cmrt1_training.evaluate_ahalandmarks build/release/bin/ahalandmarks -o OUT [--data FOLDER]

The generated images show every contrast, with anatomies of which none trained; a third are turned by any angle, some
mirrored. Their headers say so, as a scanner's do; the same images are then given without any orientation. FOLDER
holds the public sets `sunnybrook`, `preclinical_sax` and `anatomy/sunnybrook_endo`, of which the contours tell the
LV's centre. Both --stages 1 and 2 are run. Prints Markdown tables.
"""

import argparse
import csv
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage

from .labelled_set import LANDMARKS, write_set
from .phantom.labels import LV_BLOOD
from .qcdseg_sets import ImageSet, real_sets

FIRST_SEED, TEST_ANATOMIES = 5_000_000_000, 7
GROSS_MM, GOOD_MM = 20, 6
MODELS = Path(__file__).parents[2]


@dataclass(frozen=True)
class Truth:
    """One image."""

    file: Path
    slice: int | None  # None: the only image of its file
    group: str
    spacing_mm: float  # 0: in pixels
    points_px: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Measured:
    """One image. `errors` and `angle_error` are infinite where nothing was delivered."""

    group: str
    flagged: bool
    errors: dict[str, float]  # mm, of the landmarks that are known
    angle_error: float  # degrees; NaN where the truth has no insertion
    confidence: float


def run(program: Path, inputs: list[Path], out: Path, models: Path, stages: int) -> dict[tuple[Path, int], dict]:
    """The rows of landmarks.csv by input file, with its links resolved, and slice."""
    if out.exists():
        shutil.rmtree(out)
    command = [program, *inputs, "-o", out, "--models", models, "--stages", stages, "-q"]
    finished = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if not (out / "landmarks.csv").exists():
        last_line = (finished.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"{program} ended with exit code {finished.returncode}: {last_line}")
    with (out / "landmarks.csv").open(newline="") as file:
        return {(Path(row["input"]).resolve(), int(row["slice"] or 0)): row for row in csv.DictReader(file)}


def measure(truths: list[Truth], rows: dict[tuple[Path, int], dict]) -> list[Measured]:
    only = {file: row for (file, _), row in rows.items()}
    found = lambda one: rows[one.file.resolve(), one.slice] if one.slice is not None else only[one.file.resolve()]
    return [_measured(one, found(one)) for one in truths]


def _measured(truth: Truth, row: dict) -> Measured:
    scale = truth.spacing_mm or 1
    found = {name: (float(row[f"{name}_x_px"]), float(row[f"{name}_y_px"]))
             for name in LANDMARKS if row[f"{name}_x_px"]}  # fmt: skip
    errors = {name: scale * float(np.hypot(*np.subtract(found[name], at))) if name in found else np.inf
              for name, at in truth.points_px.items()}  # fmt: skip
    angle = np.nan
    if {"lv_centre", "rv_anterior"} <= truth.points_px.keys():
        angle = _apart(_entry_angle(found), _entry_angle(truth.points_px)) if found else np.inf
    return Measured(truth.group, row["flag"] == "true", errors, angle, float(row["confidence"] or 0))


def _apart(first_deg: float, second_deg: float) -> float:
    return abs((first_deg - second_deg + 180) % 360 - 180)


def _entry_angle(points: dict[str, tuple[float, float]]) -> float:
    x, y = np.subtract(points["rv_anterior"], points["lv_centre"])
    return float(np.degrees(np.arctan2(y, x)))


def generated_set(folder: Path, images: int, placed: bool) -> list[Truth]:
    """Those images that show a heart and its anterior insertion."""
    files = write_set(folder, images, FIRST_SEED, TEST_ANATOMIES, placed=placed)
    return [Truth(one.file, 0, one.kind, one.spacing_mm, one.points_px) for one in files if "rv_anterior" in one.points_px]


def contoured(images: ImageSet) -> list[Truth]:
    """The centre of what is drawn: of muscle and cavity, of the cavity where only that is."""
    truths = []
    for case in images.cases:
        lv = case.truth > 0 if (case.truth == 1).any() else case.truth == LV_BLOOD
        if lv.any():
            row, column = ndimage.center_of_mass(lv)
            truths.append(Truth(case.file, case.slice, case.group, 0, {"lv_centre": (column, row)}))
    return truths


def generated_table(by_stage: dict[str, list[Measured]]) -> str:
    """Both points together, as Gonzales 2024, table 5.2; the failures count."""
    lines = ["| images (number) | LV centre, median (95 %), mm | anterior insertion | both, median | both, 95 % "
             "| angle, median (95 %) | flagged | both, 95 %, of those not flagged |",
             "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for name, members in by_stage.items():
        groups = dict.fromkeys(one.group for one in members) if name == list(by_stage)[-1] else []
        for label, own in [*((f"{name}, {group}", [m for m in members if m.group == group]) for group in groups),
                           (name, members)]:  # fmt: skip
            lines.append(_generated_row(label, own))
    return "\n".join(lines)


def _generated_row(name: str, members: list[Measured]) -> str:
    of = lambda point, chosen=members: np.array([one.errors[point] for one in chosen])
    both = lambda chosen: np.concatenate([of("lv_centre", chosen), of("rv_anterior", chosen)])
    kept = [one for one in members if not one.flagged]
    cells = [f"{name} ({len(members)})", _spread(of("lv_centre")), _spread(of("rv_anterior")),
             f"{_quantile(both(members), 0.5):.1f}", f"{_quantile(both(members), 0.95):.1f}",
             _spread(np.array([one.angle_error for one in members]), "°"),
             f"{100 * np.mean([one.flagged for one in members]):.1f} %",
             f"{_quantile(both(kept), 0.95):.1f}" if kept else "–"]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def gross_table(by_header: dict[str, list[Measured]]) -> str:
    """How often a point is far off, and what the flag makes of it."""
    lines = ["| images (number) | both, median | angle, median | a point more than 20 mm off | of these flagged "
             "| the LV's centre more than 20 mm off | of those within 6 mm flagged |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    worst = lambda one: max(one.errors["lv_centre"], one.errors["rv_anterior"])
    for name, own in by_header.items():
        gross, good = ([one for one in own if keep(worst(one))] for keep in (lambda e: e > GROSS_MM, lambda e: e <= GOOD_MM))
        flagged = lambda some: f"{100 * np.mean([one.flagged for one in some]):.0f} %" if some else "–"
        both = np.array([one.errors[point] for one in own for point in ("lv_centre", "rv_anterior")])
        centre = np.mean([one.errors["lv_centre"] > GROSS_MM for one in own])
        lines.append(f"| {name} ({len(own)}) | {_quantile(both, 0.5):.1f} mm "
                     f"| {_quantile(np.array([one.angle_error for one in own]), 0.5):.1f}° "
                     f"| {100 * len(gross) / len(own):.0f} % | {flagged(gross)} | {100 * centre:.0f} % | {flagged(good)} |")
    return "\n".join(lines)


def _spread(values: np.ndarray, unit: str = "") -> str:
    return f"{_quantile(values, 0.5):.1f}{unit} ({_quantile(values, 0.95):.1f}{unit})"


def _quantile(values: np.ndarray, q: float) -> float:
    """One of the values, since some are infinite."""
    return float(np.quantile(values, q, method="lower"))


def contour_table(sets: dict[str, list[Measured]]) -> str:
    lines = ["| images (number) | LV centre, median | 90 % | 95 % | flagged | 90 % of those not flagged |",
             "|---|---|---|---|---|---|"]  # fmt: skip
    for name, members in sets.items():
        errors = np.array([one.errors["lv_centre"] for one in members])
        flagged = np.array([one.flagged for one in members])
        quantiles = [f"{_quantile(errors, q):.1f} px" for q in (0.5, 0.9, 0.95)]
        kept = f"{_quantile(errors[~flagged], 0.9):.1f} px" if (~flagged).any() else "–"
        lines.append(f"| {name} ({len(members)}) | {' | '.join(quantiles)} | {100 * flagged.mean():.1f} % | {kept} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ahalandmarks", type=Path, help="the program")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=MODELS)
    parser.add_argument("--data", type=Path, help="folder with the public real sets")
    parser.add_argument("--images", type=int, default=500, help="generated ones")
    options = parser.parse_args()
    torch.set_num_threads(1)
    out = options.out
    def measured(name: str, stages: int, placed: bool = True) -> list[Measured]:
        truths = generated_set(out / ("landmarks" if placed else "landmarks_unplaced"), options.images, placed)
        files = [one.file for one in truths]
        return measure(truths, run(options.ahalandmarks, files, out / f"results_{name}", options.models, stages))

    by_stage = {"1 stage": measured("stages_1", 1), "2 stages": measured("stages_2", 2)}
    by_header = {"with orientation": by_stage["2 stages"], "without": measured("unplaced", 2, placed=False)}
    print("Generated images:\n", generated_table(by_stage), "", gross_table(by_header), sep="\n")
    if options.data:
        sets = {images.name: measure(contoured(images), run(
            options.ahalandmarks, images.inputs, out / f"results_{images.name}", options.models, 2))
            for images in real_sets(options.data, out / "sunnybrook_endo")}  # fmt: skip
        print("\nReal images with contours:\n", contour_table(sets), sep="\n")


if __name__ == "__main__":
    main()
