"""Short-axis images with masks, as NIfTI: FOLDER/images and FOLDER/masks, the same names and shapes in both.

Masks: 0 background, 1 LV myocardium, 2 LV blood pool, papillary muscles counted as blood.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .nifti import files_in, read_slices
from .phantom.labels import LV_BLOOD


@dataclass(frozen=True)
class MaskedImage:
    file: Path  # of the image
    mask: Path

    def images(self) -> np.ndarray:
        """[slices, rows, columns]"""
        return np.nan_to_num(read_slices(self.file))

    def classes(self) -> np.ndarray:
        """[slices, rows, columns]; an error where they are not those of the image."""
        classes = read_slices(self.mask)
        strange = np.setdiff1d(classes, range(LV_BLOOD + 1))
        if strange.size:
            raise ValueError(f"{self.mask} holds the value {strange[0]:g}; 0, 1 and 2 are known")
        return classes.astype(np.int64)


def find_masked(folder: Path) -> list[MaskedImage]:
    """In order of name; images without a mask are left out, as nobody says what they show."""
    for part in ("images", "masks"):
        if not (folder / part).is_dir():
            raise ValueError(f"{folder} has no folder {part}: NIfTI images and masks of the same names are needed")
    images, masks = files_in(folder / "images"), files_in(folder / "masks")
    found = [MaskedImage(images[name], masks[name]) for name in images if name in masks]
    if not found:
        raise ValueError(f"{folder} holds no image with a mask of the same name")
    return found
