"""Makes a synthetic cohort as DICOM: subjects with ShMOLLI series at rest and under stress, and the truth about them.

    python -m cmrt1_training.make_cohort OUT --subjects 40

Every subject is a heart of its own in slices towards the apex, each recorded at rest and, but for every
`--rest-only`th subject, under stress: the same heart, whose muscle's T1 has changed by the subject's response, with
motion and noise of its own. OUT/subject_NNN holds a subject's files; OUT_truth/truth.csv has a row a series, and
OUT_truth/subject_NNN/NN its maps. The same command gives the same bytes on every processor.
"""

import argparse
import csv
import random
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

from .dicom_writer import StudyIdentity, write_series
from .make_study import FIELD_OF_VIEW_MM, SLICE_DISTANCE_MM
from .phantom import MOTION_NAMES, Grid, PhantomSettings, Sample, generate
from .phantom.heart import towards_apex
from .reproducible import restart_reproducibly
from .slice_geometry import SliceGeometry
from .truth import write_truth

RESPONSE = (-0.01, 0.11)  # of the muscle's T1 under stress, relative; healthy muscle: about 0.06
SMALLEST_SLICE, THICKEST_WALL = 0.8, 1.25  # of the last slice, relative to the first
COLUMNS = ("subject", "patient_id", "study_uid", "series_uid", "state", "slice", "motion", "field_strength_t",
           "response_percent", "t1_muscle_ms")  # fmt: skip


@dataclass(frozen=True)
class CohortSettings:
    subjects: int = 40
    slices: int = 3
    columns: int = 384
    rows: int = 288
    seed: int = 1
    rest_only: int = 0  # every so manieth subject has no stress series; 0: none
    motions: tuple[str, ...] = ("still", "mild", "moderate")

    @property
    def grid(self) -> Grid:
        return Grid(self.rows, self.columns, FIELD_OF_VIEW_MM / self.columns)


def make_cohort(folder: Path, truth: Path, settings: CohortSettings = CohortSettings()) -> None:
    """Writes folder/subject_NNN/NN_magnitude, ... and the truth; neither folder may exist."""
    for new in (folder, truth):
        new.mkdir(parents=True)
    rows = []
    for number in range(1, settings.subjects + 1):
        rows += _make_subject(f"subject_{number:03d}", number, folder, truth, settings)
    with open(truth / "truth.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def _make_subject(name: str, number: int, folder: Path, truth: Path, settings: CohortSettings) -> list[dict]:
    seed = 1000 * settings.seed + number
    chance = random.Random(seed)
    response = chance.uniform(*RESPONSE)
    rest_only = settings.rest_only and number % settings.rest_only == 0
    study, rows = StudyIdentity(seed), []
    for state in ("rest",) if rest_only else ("rest", "stress"):
        for index in range(settings.slices):
            recording = len(rows) + 1
            motion = chance.choice(settings.motions)
            sample = _sample(seed, index, recording, motion, response if state == "stress" else 0.0, settings)
            geometry = SliceGeometry(settings.grid, offset_mm=SLICE_DISTANCE_MM * index)
            series_uid = write_series(folder / name, sample, "shmolli", geometry, study, recording, state)
            write_truth(truth / name / f"{2 * recording - 1:02d}", sample, geometry, motion, series_uid)
            rows.append({
                "subject": name,
                "patient_id": study.patient_id,
                "study_uid": study.uid("study"),
                "series_uid": series_uid,
                "state": state,
                "slice": index,
                "motion": motion,
                "field_strength_t": 3.0 if sample.three_tesla[0] else 1.5,
                "response_percent": "" if rest_only else f"{100 * response:.3f}",
                "t1_muscle_ms": f"{_muscle_t1(sample):.1f}",
            })  # fmt: skip
    return rows


def _sample(seed: int, index: int, recording: int, motion: str, response: float, settings: CohortSettings) -> Sample:
    """Slice `index` of the subject's heart, 0 the one nearest the base."""
    way = index / max(1, settings.slices - 1)
    reshaped = partial(towards_apex, size=1 + way * (SMALLEST_SLICE - 1), wall=1 + way * (THICKEST_WALL - 1))
    how = PhantomSettings(grid=settings.grid, motion=motion, reshaped=reshaped if index else None,
                          response=response, acquisition=recording)  # fmt: skip
    return generate(seed, how, dtype=torch.float64)


def _muscle_t1(sample: Sample) -> float:
    """Median over pixels that are muscle alone."""
    return float(sample.t1_ms[0][sample.masks["myocardium"][0] > 0.995].median())


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m cmrt1_training.make_cohort",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("out", type=Path, help="folder for the DICOM files; must not exist")
    parser.add_argument("--truth", type=Path, help="folder for the truth (default: OUT_truth)")
    parser.add_argument("--subjects", type=int, default=40)
    parser.add_argument("--slices", type=int, default=3, help="at rest, and as many under stress (default: 3)")
    parser.add_argument("--rest-only", type=int, default=0, metavar="N", help="every Nth subject has no stress series")
    parser.add_argument("--motion", nargs="+", choices=MOTION_NAMES, default=["still", "mild", "moderate"],
                        metavar="MOTION", help="one is drawn for each series (default: still mild moderate)")  # fmt: skip
    parser.add_argument("--columns", type=int, default=384)
    parser.add_argument("--rows", type=int, default=288)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    truth = options.truth or options.out.with_name(options.out.name + "_truth")
    for folder in (options.out, truth):
        if folder.exists():
            parser.error(f"{folder} exists already; name a new folder or remove it")
    restart_reproducibly("cmrt1_training.make_cohort")
    settings = CohortSettings(options.subjects, options.slices, options.columns, options.rows, options.seed,
                              options.rest_only, tuple(options.motion))  # fmt: skip
    make_cohort(options.out, truth, settings)


if __name__ == "__main__":
    main()
