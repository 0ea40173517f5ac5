"""Measures a trained network by itself: python -m cmrt1_training.evaluate NAME TRAINED [--real FOLDER]

TRAINED is network.pt of a training run. For NAME = moconet: the displacement error on
generated ShMOLLI series of full size whose seeds training never uses, and with --real on inversion-recovery
series below FOLDER (motion-free DICOM) whose hearts are moved by known shifts. Prints a Markdown table of
medians and 95th percentiles within a series, averaged over the series. What t1moco delivers, with its
decisions, is measured by evaluate_t1moco.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .imposed_motion import HeartMotion
from .networks import MotionEstimator, resize_field
from .phantom import PhantomSettings, generate
from .real_series import read_series
from .trained import load_trained

FIRST_SEED = 1_500_000  # below the seeds of every training run
LONGEST_SIDE = 256  # of the grid that t1moco runs the network on
MOTIONS = ("still", "moderate", "severe")
SHIFTS_PX = (0.0, 1.7, 2.5, 5.0)

Estimate = Callable[[Tensor], np.ndarray]  # images [K, rows, columns] -> [K, 2 (x, y), rows, columns]


@dataclass(frozen=True)
class Row:
    name: str
    before: np.ndarray  # median and 95th percentile, px
    after: np.ndarray


def estimator_of(network: torch.nn.Module, coarse_first: bool = True) -> Estimate:
    motion = MotionEstimator(network, coarse_first).eval()

    def estimate(images: Tensor) -> np.ndarray:
        rows, columns = images.shape[1:]
        factor = max(1.0, max(rows, columns) / LONGEST_SIDE)
        smaller = F.interpolate(images[None], size=(round(rows / factor), round(columns / factor)), mode="area")
        with torch.inference_mode():
            field = resize_field(motion(smaller)[0], rows, columns)
        return (field - field.mean(0)).numpy()

    return estimate


def synthetic_rows(estimate: Estimate, series: int) -> Iterator[Row]:
    for motion in MOTIONS:
        before, after = [], []
        for number in range(series):
            seed = FIRST_SEED + number * len(MOTIONS) + MOTIONS.index(motion)
            sample = generate(seed, PhantomSettings(motion=motion, oversampling=1))
            truth, heart = sample.fields[0].numpy(), sample.masks["heart"][0].numpy() > 0.5
            before.append(_quantiles(np.linalg.norm(truth, axis=1)[:, heart]))
            after.append(_quantiles(np.linalg.norm(estimate(sample.magnitude[0]) - truth, axis=1)[:, heart]))
        yield Row(f"generated ShMOLLI, {motion} ({series})", np.mean(before, 0), np.mean(after, 0))


def real_rows(estimate: Estimate, folder: Path, images: int | None) -> Iterator[Row]:
    """Each series with imposed heart motion; the first `images` of it where the network takes no more."""
    series = read_series(folder)
    if not series:
        raise SystemExit(f"{folder} holds no series to measure on: needed are DICOM magnitude images, 5 to 16 of one slice")
    for scale in SHIFTS_PX:
        generator, before, after = np.random.default_rng(3), [], []
        for one in series:
            still = one.images[:images]
            motion = HeartMotion(still.shape[1:], one.spacing_mm, len(still), scale, generator)
            moved = np.stack([motion.move(image, k) for k, image in enumerate(still)]).astype(np.float32)
            found = estimate(torch.from_numpy(moved))[:, ::-1]
            before.append(_quantiles(motion.errors_px(0 * found)))
            after.append(_quantiles(motion.errors_px(found)))
        yield Row(f"{folder.name}, SD {scale} px ({len(series)})", np.mean(before, 0), np.mean(after, 0))


def _quantiles(errors: np.ndarray) -> np.ndarray:
    return np.quantile(errors, [0.5, 0.95])


def table(rows: Iterator[Row]) -> Iterator[str]:
    yield "| set (series) | before, median / 95th pct. (px) | after (px) |"
    yield "|---|---|---|"
    for row in rows:
        yield f"| {row.name} | {row.before[0]:.2f} / {row.before[1]:.2f} | {row.after[0]:.2f} / {row.after[1]:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=["moconet"])
    parser.add_argument("trained", type=Path)
    parser.add_argument("--series", type=int, default=10, help="generated series of each kind of motion")
    parser.add_argument("--real", type=Path, nargs="*", default=[], help="folders with motion-free DICOM series")
    parser.add_argument("--images", type=int, help="use the first images of real series only (early fusion: 7)")
    parser.add_argument("--one-pass", action="store_true", help="without the coarse pass before the fine one")
    options = parser.parse_args()
    torch.set_num_threads(1)
    estimate = estimator_of(load_trained(options.trained), not options.one_pass)
    for line in table(synthetic_rows(estimate, options.series)):
        print(line, flush=True)
    for folder in options.real:
        for line in list(table(real_rows(estimate, folder, options.images)))[2:]:
            print(line, flush=True)


if __name__ == "__main__":
    main()
