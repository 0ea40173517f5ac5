"""Draws generated pairs of rest and stress T1 maps, to look at what the registration networks are shown.

    python -m cmrt1_training.preview_pairs OUT.png --seeds 3 4 5 6

One row a seed: the rest map with the outline of the myocardium and the landmarks (LV centre white, anterior insertion
red, inferior one cyan), the stress map with its own outline and, dashed, the rest map's, the stress map where the true
field puts it, dT1 of the two (white where rest T1 is too low), the true response, and, of another pair of the same heart
at rest, the stress map of another slice.
"""

import argparse
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import torch

from .phantom import Grid, Pair, PairSettings, generate_pairs
from .phantom.fields import lattice
from .reactivity_accuracy import LEAST_T1_MS

COLOURS = ("white", "red", "cyan")
TITLES = ("rest", "stress", "stress, registered", "dT1, ±15 %", "true response", "stress, another slice")


def draw_row(axes, pair: Pair, apart: Pair, grid: Grid) -> None:
    registered = lattice(grid).warp(pair.stress_ms[:, None], pair.field)[:, 0]
    dt1 = 100 * (registered / pair.rest_ms - 1).where(pair.rest_ms >= LEAST_T1_MS, torch.nan)
    for axis, image in zip((*axes[:3], axes[5]), (pair.rest_ms, pair.stress_ms, registered, apart.stress_ms)):
        axis.imshow(image[0], cmap="gray", vmin=0, vmax=2200)
    for axis, image in zip(axes[3:5], (dt1, pair.response)):
        axis.imshow(image[0], cmap="RdBu_r", vmin=-15, vmax=15)
    rest, stress = (masks["myocardium"][0] for masks in (pair.rest_masks, pair.stress_masks))
    for axis, mask, style in ((axes[0], rest, "solid"), (axes[1], stress, "solid"), (axes[1], rest, "dashed"),
                              (axes[2], rest, "solid"), (axes[5], rest, "dashed")):  # fmt: skip
        axis.contour(mask, [0.5], colors="orange", linewidths=0.7, linestyles=style)
    for point, valid, colour in zip(pair.landmarks_px[0], pair.landmarks_valid[0], COLOURS):
        if valid:
            axes[0].plot(*point, ".", color=colour)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m cmrt1_training.preview_pairs", description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path, help="PNG file")
    parser.add_argument("--seeds", type=int, nargs="+", default=[3, 4, 5, 6])
    options = parser.parse_args()
    torch.set_num_threads(1)
    grid, rows = Grid(192, 192, 1.0), len(options.seeds)
    figure, axes = plt.subplots(rows, 6, figsize=(15, 2.6 * rows), squeeze=False, layout="constrained")
    for row, seed in zip(axes, options.seeds):
        draw_row(row, *(generate_pairs(seed, PairSettings(grid=grid, through_plane=apart)) for apart in (False, True)), grid)
        for axis in row:
            axis.axis("off")
    for axis, title in zip(axes[0], TITLES):
        axis.set_title(title)
    figure.savefig(options.out, dpi=50)
    plt.close(figure)


if __name__ == "__main__":
    main()
