"""Measures trained segmentation networks on generated and on real images.

    python -m cmrt1_training.evaluate_segmentation TRAINED [--locator HEART] [--data FOLDER]

TRAINED and HEART are network.pt of training runs of segmentation and heart (without HEART one network does
both). FOLDER holds the public sets `sunnybrook`, `preclinical_sax` and `anatomy/sunnybrook_endo`, of the last
of which the patients are measured that never train. Prints Markdown tables: Dice as mean (median), and the
share of hearts missed.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from .phantom.contrast import KINDS
from .phantom.labels import LV_BLOOD, MYOCARDIUM
from .real_slices import UNKNOWN, Stack, read_contoured, read_endocardial
from .segmenter import segment_stack
from .tasks import SegmentationTask
from .tasks.motion import FIRST_VALIDATION_SEED
from .tasks.segmentation import MISSED
from .trained import load_trained

TEST_SEED = 2 * FIRST_VALIDATION_SEED
TEST_ANATOMIES, TEST_ANATOMY_SEED = 200, 3  # of each scale; training draws its own with seed 1


def dice(found: np.ndarray, truth: np.ndarray) -> float:
    both = found.sum() + truth.sum()
    return 2 * float((found & truth).sum()) / float(both) if both else np.nan


def figures(found: np.ndarray, truth: np.ndarray) -> tuple[float, float, bool]:
    """Dice of muscle and of cavity of one image (NaN where the truth has none), and whether the heart was missed."""
    lv = lambda classes: (classes == MYOCARDIUM) | (classes == LV_BLOOD)
    of = lambda one: dice(found == one, truth == one) if (truth == one).any() else np.nan
    return of(MYOCARDIUM), of(LV_BLOOD), lv(truth).any() and dice(lv(found), lv(truth)) < MISSED


def row(name: str, found: Iterator[np.ndarray], truth: Iterator[np.ndarray]) -> str:
    each = np.array([figures(f, t) for f, t in zip(found, truth) if (t > 0).any()], dtype=float)
    cell = lambda values: f"{np.nanmean(values):.3f} ({np.nanmedian(values):.3f})" if np.isfinite(values).any() else "–"
    return f"| {name} ({len(each)}) | {cell(each[:, 0])} | {cell(each[:, 1])} | {100 * each[:, 2].mean():.1f} % |"


def synthetic_rows(network: torch.nn.Module, config: dict, batches: int) -> Iterator[str]:
    """Each contrast by itself, slice by slice in one pass; the mean of the ensemble's members."""
    for kind in KINDS:
        data = {"kinds": {kind: 1.0}, "anatomies": TEST_ANATOMIES, "anatomy_seed": TEST_ANATOMY_SEED,
                "validation_share": 1.0}  # fmt: skip
        task = SegmentationTask(config | {"data": config["data"] | data})
        found, truth = [], []
        for number in range(batches):
            batch = task.batch(TEST_SEED + number)
            with torch.inference_mode():
                found.append(network(batch.images).softmax(2).mean(1).argmax(1).numpy())
            truth.append(batch.classes.numpy())
        yield row(f"generated {kind}", np.concatenate(found), np.concatenate(truth))


def real_rows(data: Path, segment) -> Iterator[str]:
    """`segment` takes the images of a stack and gives their classes."""
    sets = {
        "sunnybrook": lambda folder: read_contoured(folder),
        "preclinical_sax": lambda folder: read_contoured(folder),
        "anatomy/sunnybrook_endo": lambda folder: read_endocardial(folder),
    }
    for name, read in sets.items():
        if not (data / name).is_dir():
            continue
        stacks = read(data / name)
        found = [segment(stack.images) for stack in stacks]
        if name == "sunnybrook":  # the outer contours of one patient are displaced
            for stack, classes in zip(stacks, found):
                yield row(f"{name} {stack.name}", classes, stack.classes)
        yield row(name, *zip(*_slices(stacks, found)))


def _slices(stacks: list[Stack], found: list[np.ndarray]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Where only the cavity is known, only the cavity is compared."""
    for stack, classes in zip(stacks, found):
        for own, truth in zip(classes, stack.classes):
            yield (np.where(own == LV_BLOOD, own, 0) if (truth == UNKNOWN).any() else own), truth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trained", type=Path)
    parser.add_argument("--locator", type=Path, help="network.pt of heart; otherwise TRAINED finds the heart as well")
    parser.add_argument("--data", type=Path, help="folder with the public real sets")
    parser.add_argument("--batches", type=int, default=4, help="generated batches of each contrast")
    options = parser.parse_args()
    torch.set_num_threads(1)
    network = load_trained(options.trained)
    locator = load_trained(options.locator) if options.locator else network
    print("| set (images) | myocardium | cavity | missed |\n|---|---|---|---|", flush=True)
    config = torch.load(options.trained, map_location="cpu", weights_only=True)["config"]
    for line in synthetic_rows(network, config, options.batches):
        print(line, flush=True)
    if options.data:
        for line in real_rows(options.data, lambda images: segment_stack(images, locator, network)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
