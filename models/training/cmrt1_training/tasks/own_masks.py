"""Learning to segment from a site's own images and masks."""

import hashlib
import random
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage

from ..masked_images import MaskedImage, find_masked
from ..networks import normalised_image
from ..phantom.draw import Draw
from .motion import FIRST_VALIDATION_SEED
from .real_views import Labelled, draw_views
from .segmentation import SegmentationBatch, SegmentationTask

VALIDATION_SHARE = 1 / 3


class OwnMasksTask(SegmentationTask):
    """SegmentationTask on the images below `folder` (masked_images.py). A third of the files only validates.

    With fewer than three files none can be kept: the validation figures are then those of the training images.
    """

    def __init__(self, config: dict, folder: Path):
        super().__init__(config)
        self.training, self.validation = _split(find_masked(folder))

    def batch(self, seed: int, device: str = "cpu") -> SegmentationBatch:
        data, choice = self.data, random.Random(seed)
        slices = self.validation if seed >= FIRST_VALIDATION_SEED and self.validation else self.training
        wide = round(data["wide_share"] * data["batch"])
        parts = [draw_views(choice.choices(slices, k=count), is_wide, data["size"], data["diameters"],
                            Draw(2 * seed + is_wide, count), choice)
                 for count, is_wide in ((wide, True), (data["batch"] - wide, False)) if count]  # fmt: skip
        images, classes = (torch.cat(each).to(device) for each in zip(*parts))
        return SegmentationBatch(normalised_image(images[:, None]), classes)


def _split(files: list[MaskedImage]) -> tuple[list[Labelled], list[Labelled]]:
    """Labelled slices to train and to validate with. A file is never in both parts."""
    ranked = sorted(files, key=lambda one: hashlib.sha256(one.file.name.encode()).digest())
    kept = int(len(ranked) * VALIDATION_SHARE)
    parts = [[labelled for one in part for labelled in _slices(one)] for part in (ranked[kept:], ranked[:kept])]
    if not parts[0]:
        raise ValueError("no mask to train on holds a heart")
    return parts[0], parts[1]


def _slices(one: MaskedImage) -> list[Labelled]:
    """Those with a heart: of an empty mask nobody knows whether the heart is absent or was not drawn."""
    images, classes = one.images(), one.classes()
    if images.shape != classes.shape:
        raise ValueError(f"{one.mask} has another shape than {one.file}")
    return [_labelled(image, own) for image, own in zip(images, classes) if own.any()]


def _labelled(image: np.ndarray, classes: np.ndarray) -> Labelled:
    row, column = ndimage.center_of_mass(classes > 0)
    diameter = 2 * float(np.sqrt((classes > 0).sum() / np.pi))
    return Labelled(torch.from_numpy(image), torch.from_numpy(classes).float(), (column, row), (diameter, diameter))
