"""How well a label map agrees with the truth."""

from dataclasses import dataclass

import numpy as np

from .phantom.labels import LV_BLOOD, MYOCARDIUM
from .tasks.segmentation import MISSED


@dataclass(frozen=True)
class Overlap:
    """Of one image; Dice NaN where the truth does not have the class, or does not say."""

    myocardium: float
    cavity: float
    missed: float  # 1 where the heart was missed, 0 where not, NaN where there is none
    quality: float  # what is to be predicted: the muscle's Dice, 0 where there is none to find; NaN where unknown


def dice(found: np.ndarray, truth: np.ndarray) -> float:
    both = found.sum() + truth.sum()
    return 2 * float((found & truth).sum()) / float(both) if both else np.nan


def overlap(found: np.ndarray | None, truth: np.ndarray) -> Overlap:
    """`found` None: nothing. Where `truth` is negative nobody knows, and only the cavity is compared."""
    found = np.zeros_like(truth) if found is None else found
    partial = (truth < 0).any()
    if partial:
        found, truth = (np.where(one == LV_BLOOD, LV_BLOOD, 0) for one in (found, truth))
    of = lambda one: dice(found == one, truth == one) if (truth == one).any() else np.nan
    lv = lambda classes: (classes == MYOCARDIUM) | (classes == LV_BLOOD)
    missed = float(dice(lv(found), lv(truth)) < MISSED) if lv(truth).any() else np.nan
    muscle = of(MYOCARDIUM)
    return Overlap(muscle, of(LV_BLOOD), missed, np.nan if partial else float(np.nan_to_num(muscle)))
