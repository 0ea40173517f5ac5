"""Real cine images of which only the cavity is labelled, as training samples beside the generated ones.

What the masks do not say is told from grey values where that is safe: beside the cavity grey pixels are muscle;
what is as dark as lung or as bright as blood or fat, and all that is far away, is background. The rest outside the
cavity may be anything but cavity, and within two pixels of the contour anything may be. Used are the patients that
no figure is measured on.
"""

import random
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from ..phantom.draw import Draw
from ..phantom.labels import BACKGROUND, LV_BLOOD, MYOCARDIUM
from ..real_slices import read_endocardial
from .real_views import Labelled, draw_views

NOT_CAVITY, UNKNOWN = -1, -2  # beside the classes of phantom/labels.py
BAND_PX = 2.0  # about the contour, where it may be a little off
WALL_PX = 4.0  # from the cavity, in which grey pixels are muscle
FAR_PX = 16.0  # from the cavity: beyond there is no heart muscle
DARK, BRIGHT = 0.4, 0.65  # from air to muscle and from muscle to blood: beyond them no muscle in cine
LEAST_CONTRAST = 0.5  # of cavity and its surroundings, in SD of both: below, the contour is displaced
WALL = (1.25, 1.8)  # diameter of the LV in diameters of its cavity


class EndocardialImages:
    def __init__(self, folder: Path):
        slices = [(image, classes == LV_BLOOD)
                  for stack in read_endocardial(folder, held_out=False)
                  for image, classes in zip(stack.images, stack.classes)]  # fmt: skip
        self.slices = [labelled(*one) for one in slices if one[1].any() and contrast(*one) > LEAST_CONTRAST]
        if not self.slices:
            raise SystemExit(f"{folder} holds no images with masks of the cavity (folders images and endo)")

    def batch(self, count: int, wide: bool, size: int, diameters: tuple[float, float], draw: Draw,
              choice: random.Random) -> tuple[Tensor, Tensor]:  # fmt: skip
        """Images and labels [count, size, size] in random views: of whole images, or of crops about the heart."""
        return draw_views([choice.choice(self.slices) for _ in range(count)], wide, size, diameters, draw, choice)


def contrast(image: np.ndarray, cavity: np.ndarray) -> float:
    """Difference of the cavity's mean and that of a ring about it, in their SD: blood is bright in cine."""
    reach = max(3, round(0.3 * np.sqrt(cavity.sum() / np.pi)))
    ring = ndimage.binary_dilation(cavity, iterations=reach + 1) & ~ndimage.binary_dilation(cavity)
    inside, outside = image[cavity], image[ring]
    return float((inside.mean() - outside.mean()) / (np.sqrt(inside.var() + outside.var()) + 1e-6))


def labelled(image: np.ndarray, cavity: np.ndarray) -> Labelled:
    outwards, inwards = (ndimage.distance_transform_edt(one) for one in (~cavity, cavity))
    radius = np.sqrt(cavity.sum() / np.pi)
    labels = np.where(cavity, LV_BLOOD, NOT_CAVITY)
    blood, air = np.median(image[cavity]), np.quantile(image, 0.02)
    grey = image[(outwards > BAND_PX) & (outwards < WALL_PX) & (image < 0.7 * blood)]
    muscle = np.median(grey) if grey.size else 0.4 * blood
    dark, bright = image < air + DARK * (muscle - air), image > muscle + BRIGHT * (blood - muscle)
    outside = outwards > BAND_PX
    labels[outside & (dark | bright | (outwards > FAR_PX))] = BACKGROUND
    labels[outside & (outwards < WALL_PX) & ~dark & ~bright] = MYOCARDIUM
    labels[(outwards < BAND_PX) & (inwards < BAND_PX)] = UNKNOWN
    row, column = ndimage.center_of_mass(cavity)
    lv_diameter = (2 * radius * WALL[0], 2 * radius * WALL[1])
    return Labelled(torch.from_numpy(image), torch.from_numpy(labels).float(), (column, row), lv_diameter)
