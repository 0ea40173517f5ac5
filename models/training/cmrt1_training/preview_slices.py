"""Draws labelled slices of every contrast, to look at what the segmentation networks are shown.

    python -m cmrt1_training.preview_slices OUT.png --seed 1

Each kind of contrast has its images, above their classes with the landmarks (LV centre white, anterior
insertion red, inferior one cyan).
"""

import argparse
import random
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from .networks.unet import normalised_image
from .phantom.contrast import KINDS
from .phantom.draw import Draw
from .phantom.slice_image import LabelledImages, make_images
from .phantom.slices import draw_label_maps
from .phantom.views import draw_view

COLOURS = ("white", "red", "cyan")


def draw_sheet(samples: list[LabelledImages], out: Path) -> None:
    columns = len(samples[0].images)
    size = (1.7 * columns, 3.4 * len(samples))
    figure, axes = plt.subplots(2 * len(samples), columns, figsize=size, squeeze=False, layout="constrained")
    for row, sample in enumerate(samples):
        images = normalised_image(sample.images[:, None])[:, 0]
        for column in range(columns):
            above, below = axes[2 * row, column], axes[2 * row + 1, column]
            above.imshow(images[column], cmap="gray", vmin=-1, vmax=1)
            above.set_title(sample.kinds[column], fontsize=7)
            below.imshow(sample.classes[column], vmin=0, vmax=3, interpolation="nearest")
            for point, valid, colour in zip(sample.points_px[column], sample.valid[column], COLOURS):
                if valid:
                    below.plot(*point, ".", color=colour)
            for axis in (above, below):
                axis.axis("off")
    figure.savefig(out, dpi=55)
    plt.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m cmrt1_training.preview_slices", description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path, help="PNG file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    options = parser.parse_args()
    samples = []
    for number, kind in enumerate(options.kinds):
        seed, wide = options.seed * 1000 + number, number % 2 == 0
        draw = Draw(seed, options.columns)
        view = draw_view(draw_label_maps(seed, options.columns, wide), wide, 128, draw)
        samples.append(make_images(view, {kind: 1.0}, draw, random.Random(seed)))
    draw_sheet(samples, options.out)


if __name__ == "__main__":
    main()
