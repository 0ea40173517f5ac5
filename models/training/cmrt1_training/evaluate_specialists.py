"""Compares landmark networks that learned one contrast with one that learned all of them, each on every contrast.

    python -m cmrt1_training.evaluate_specialists build/release/bin/ahalandmarks -o OUT all=MODELS lge=MODELS ...

Each MODELS is a folder of networks in which `landmarks`, the second stage, learned what stands before the "=": one
contrast, several joined by "+", or `all`. The images are those of evaluate_ahalandmarks. Prints Markdown tables as
5.2 and 5.3 of Gonzales 2024: a row a network, a column a contrast, and the generalisation error ratio (GER).
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from .evaluate_ahalandmarks import Measured, generated_set, measure, run
from .learned import EVERYTHING, contrasts_of, networks_by_learned

Errors = dict[str, np.ndarray]  # by contrast


def distances(members: list[Measured]) -> Errors:
    """mm, of both points together."""
    points = ("lv_centre", "rv_anterior")
    return _by_contrast(members, lambda one: [one.errors[point] for point in points])


def angles(members: list[Measured]) -> Errors:
    """Degrees, of the line from the LV's centre to the anterior insertion."""
    return _by_contrast(members, lambda one: [one.angle_error])


def _by_contrast(members: list[Measured], values) -> Errors:
    groups = dict.fromkeys(one.group for one in members)
    return {group: np.concatenate([values(one) for one in members if one.group == group]) for group in groups}


def generalisation(errors: Errors, learned: str) -> np.ndarray:
    """Ratios of median errors: on each contrast that was not learned over all that were learned together.

    Of a network that learned everything: on each contrast over all together.
    """
    own = list(errors) if learned == EVERYTHING else contrasts_of(learned)
    others = list(errors) if learned == EVERYTHING else [name for name in errors if name not in own]
    at_home = np.median(np.concatenate([errors[name] for name in own]))
    return np.array([np.median(errors[name]) / at_home for name in others])


def table(by_network: dict[str, Errors], digits: int = 1) -> str:
    """Medians, with quartiles in the last two columns."""
    contrasts = list(next(iter(by_network.values())))
    lines = [f"| learned | {' | '.join(contrasts)} | all | GER |", "|---" * (len(contrasts) + 3) + "|"]
    for learned, errors in by_network.items():
        each = [f"{np.median(errors[name]):.{digits}f}" for name in contrasts]
        everything = np.concatenate([errors[name] for name in contrasts])
        cells = [learned, *each, _spread(everything, digits), _spread(generalisation(errors, learned), 2)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _spread(values: np.ndarray, digits: int) -> str:
    """Of the values that occur, since some errors are infinite."""
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75), method="nearest")
    return f"{middle:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ahalandmarks", type=Path, help="the program")
    parser.add_argument("networks", nargs="+", metavar="LEARNED=MODELS")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--images", type=int, default=500, help="generated ones")
    options = parser.parse_args()
    torch.set_num_threads(1)
    networks = networks_by_learned(options.networks)
    truths = generated_set(options.out / "landmarks", options.images, placed=True)
    shown = {truth.group for truth in truths}
    for learned in networks.keys() - {EVERYTHING}:
        if not set(contrasts_of(learned)) < shown:
            raise SystemExit(f"{learned}: the images must show this contrast and others; give more --images")
    by_network = {}
    for learned, models in networks.items():
        found = run(options.ahalandmarks, [one.file for one in truths], options.out / f"results_{learned}", models, 2)
        by_network[learned] = measure(truths, found)
    print("Distance of both points in mm, median:\n", table({k: distances(v) for k, v in by_network.items()}), "",
          "Angle in degrees, median:\n", table({k: angles(v) for k, v in by_network.items()}), sep="\n")  # fmt: skip


if __name__ == "__main__":
    main()
