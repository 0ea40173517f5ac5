"""Makes a synthetic T1-mapping study as DICOM, and beside it the truth about it.

    python -m cmrt1_training.make_study OUT --seed 7 --motion still severe

One series of the same heart for each motion named; each is given a slice position of its own, since
readers take two acquisitions of one position for repeats. The same command gives the same bytes on every
processor.
"""

import argparse
from pathlib import Path

import torch

from .dicom_writer import StudyIdentity, write_series
from .phantom import MOTION_NAMES, SEQUENCES, Grid, PhantomSettings, generate
from .reproducible import restart_reproducibly
from .slice_geometry import SliceGeometry
from .truth import write_truth

FIELD_OF_VIEW_MM = 360.0
SLICE_DISTANCE_MM = 10.0


def make_study(study_folder: Path, truth_folder: Path, seed: int, motions: list[str], sequence: str = "shmolli",
               columns: int = 384, rows: int = 288) -> None:  # fmt: skip
    """Writes study_folder/NN_magnitude, NN_phase, ... and truth_folder/NN_motion; neither may exist."""
    for folder in (study_folder, truth_folder):
        folder.mkdir(parents=True)
    grid = Grid(rows, columns, FIELD_OF_VIEW_MM / columns)
    study = StudyIdentity(seed)
    for number, motion in enumerate(motions, start=1):
        geometry = SliceGeometry(grid, offset_mm=SLICE_DISTANCE_MM * (number - 1))
        settings = PhantomSettings(grid=grid, sequence=sequence, motion=motion)
        sample = generate(seed, settings, dtype=torch.float64)
        series_uid = write_series(study_folder, sample, sequence, geometry, study, number)
        write_truth(truth_folder / f"{2 * number - 1:02d}_{motion}", sample, geometry, motion, series_uid)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m cmrt1_training.make_study",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("out", type=Path, help="folder for the DICOM files; must not exist")
    parser.add_argument("--truth", type=Path, help="folder for the truth (default: OUT_truth)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--motion", nargs="+", choices=MOTION_NAMES, default=["still", "severe"], metavar="MOTION",
                        help=f"one series each: {', '.join(MOTION_NAMES)} (default: still severe)")  # fmt: skip
    parser.add_argument("--sequence", choices=SEQUENCES, default="shmolli")
    parser.add_argument("--columns", type=int, default=384)
    parser.add_argument("--rows", type=int, default=288)
    options = parser.parse_args()
    truth = options.truth or options.out.with_name(options.out.name + "_truth")
    for folder in (options.out, truth):
        if folder.exists():
            parser.error(f"{folder} exists already; name a new folder or remove it")
    restart_reproducibly("cmrt1_training.make_study")
    make_study(options.out, truth, options.seed, options.motion, options.sequence, options.columns, options.rows)


if __name__ == "__main__":
    main()
