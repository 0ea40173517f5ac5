"""Draws a picture of phantom series, to look at what the generator makes.

    python -m cmrt1_training.preview OUT.png --seeds 1 2 3 --motion severe

One row a seed: the images by inversion time, the true T1 with the outlines of heart and myocardium, the
largest displacement over the images.
"""

import argparse
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import torch

from .phantom import MOTION_NAMES, SEQUENCES, Grid, PhantomSettings, Sample, generate


def draw_row(axes, sample: Sample, spacing_mm: float) -> None:
    images = sample.magnitude[0]
    for axis, image, ti in zip(axes, images, sample.ti_ms[0]):
        axis.imshow(image, cmap="gray", vmin=0, vmax=float(image.flatten().quantile(0.995)))
        axis.set_title(f"TI {ti:.0f} ms")
    t1_axis, motion_axis = axes[len(images) :]
    t1_axis.imshow(sample.t1_ms[0], cmap="viridis", vmin=0, vmax=2000)
    for name, colour in (("heart", "white"), ("myocardium", "red")):
        t1_axis.contour(sample.masks[name][0], [0.5], colors=colour, linewidths=0.8)
    t1_axis.set_title("true T1, 0-2000 ms")
    length_mm = sample.fields[0].norm(dim=1).amax(0) * spacing_mm
    motion_axis.imshow(length_mm, cmap="magma", vmin=0, vmax=12)
    motion_axis.set_title("largest displacement, 0-12 mm")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m cmrt1_training.preview", description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path, help="PNG file")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--motion", choices=MOTION_NAMES, default="severe")
    parser.add_argument("--sequence", choices=SEQUENCES, default="shmolli")
    options = parser.parse_args()
    settings = PhantomSettings(grid=Grid(), sequence=options.sequence, motion=options.motion)
    samples = [generate(seed, settings, dtype=torch.float64) for seed in options.seeds]
    columns = samples[0].magnitude.shape[1] + 2
    size = (3.2 * columns, 2.7 * len(samples))
    figure, axes = plt.subplots(len(samples), columns, figsize=size, squeeze=False, layout="constrained")
    for row, sample in zip(axes, samples):
        draw_row(row, sample, settings.grid.spacing_mm)
        for axis in row:
            axis.axis("off")
    figure.savefig(options.out, dpi=50)


if __name__ == "__main__":
    main()
