"""How much an image shows of the left ventricle, told from its truth."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .phantom.labels import LV_BLOOD, MYOCARDIUM

NORMAL = 1.4826  # standard deviation of a normal distribution in median absolute deviations


@dataclass(frozen=True)
class Legibility:
    """NaN where the truth has no muscle or does not say where it is."""

    diameter_px: float = np.nan  # of a circle as large as the left ventricle
    wall_px: float = np.nan  # difference of the radii of circles as large as ventricle and cavity
    contrast: float = np.nan  # of muscle and blood pool, see contrast()


def legibility(image: np.ndarray, truth: np.ndarray) -> Legibility:
    """`image` and `truth` [rows, columns]."""
    lv, cavity = (truth > 0).sum(), (truth == LV_BLOOD).sum()
    if (truth < 0).any() or not (truth == MYOCARDIUM).any():
        return Legibility()
    outer, inner = np.sqrt(lv / np.pi), np.sqrt(cavity / np.pi)
    return Legibility(2 * float(outer), float(outer - inner), contrast(image, truth))


def contrast(image: np.ndarray, truth: np.ndarray) -> float:
    """Difference of the medians of muscle and blood pool in their spread (root mean square of both, robust).

    Of the blood pool its outermost pixels are left out, where there are others: papillary muscles and trabeculae.
    """
    cavity = truth == LV_BLOOD
    if not cavity.any():
        return np.nan
    inside = ndimage.binary_erosion(cavity)
    muscle, blood = image[truth == MYOCARDIUM], image[inside if inside.any() else cavity]
    spread = np.sqrt((_spread(muscle) ** 2 + _spread(blood) ** 2) / 2)
    apart = abs(float(np.median(muscle) - np.median(blood)))
    return apart / spread if spread > 0 else np.inf


def _spread(values: np.ndarray) -> float:
    return NORMAL * float(np.median(np.abs(values - np.median(values))))
