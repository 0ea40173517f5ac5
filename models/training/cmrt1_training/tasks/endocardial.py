"""Real cine images of which only the cavity is labelled, as training samples beside the generated ones.

What the masks do not say is left open: within two pixels of the contour anything may be, outside it everything
but cavity, and far from it background. Used are the patients that no figure is measured on.
"""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage
from torch import Tensor

from ..phantom.draw import Draw
from ..phantom.labels import BACKGROUND, LV_BLOOD
from ..real_slices import read_endocardial

NOT_CAVITY, UNKNOWN = -1, -2  # beside the classes of phantom/labels.py
BAND_PX = 2.0  # about the contour, where it may be a little off
FAR_PX, FAR_RADII = 22.0, 1.5  # beyond the larger of the two from the cavity there is no heart muscle
LEAST_CONTRAST = 0.5  # of cavity and its surroundings, in SD of both: below, the contour is displaced
WALL = (1.25, 1.8)  # diameter of the LV in diameters of its cavity


@dataclass(frozen=True)
class Labelled:
    image: Tensor  # [rows, columns]
    labels: Tensor  # [rows, columns] float, of the codes above
    centre: tuple[float, float]  # x, y, px
    diameter: float  # of the cavity, px


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
        chosen = [choice.choice(self.slices) for _ in range(count)]
        views = [_view(one, wide, size, diameters, choice) for one in chosen]
        images, labels = (torch.stack(each) for each in zip(*views))
        low, high = images.amin((1, 2), keepdim=True), images.amax((1, 2), keepdim=True)
        images = ((images - low) / (high - low).clamp(min=1e-6)) ** torch.exp(draw.normal(0, 0.3))
        images = torch.where(draw.chance(0.15) > 0, 1 - images, images)
        axis = torch.linspace(-0.5, 0.5, size)
        angle, slope = draw.angle(), draw.uniform(0, 1.2)
        tilt = slope * (torch.cos(angle) * axis[None, None, :] + torch.sin(angle) * axis[None, :, None])
        noise = draw.normal(0, 0.03).abs() * draw.white(count, size, size)
        return images * torch.exp(tilt) + noise, labels


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
    labels[outwards > max(FAR_PX, FAR_RADII * radius)] = BACKGROUND
    labels[(outwards < BAND_PX) & (inwards < BAND_PX)] = UNKNOWN
    row, column = ndimage.center_of_mass(cavity)
    return Labelled(torch.from_numpy(image), torch.from_numpy(labels).float(), (column, row), 2 * radius)


def _view(one: Labelled, wide: bool, size: int, diameters: tuple[float, float], choice: random.Random):
    rows, columns = one.image.shape
    if wide:
        centre, fov = ((columns - 1) / 2, (rows - 1) / 2), max(rows, columns) * choice.uniform(0.65, 1.15)
        spread = 0.05
    else:
        centre, fov = one.centre, one.diameter * choice.uniform(*WALL) * np.exp(choice.uniform(*np.log(diameters)))
        spread = 0.06
    angle = choice.uniform(-np.pi, np.pi) if choice.random() < 0.35 else choice.gauss(0, 0.35)
    c, s = np.cos(angle), np.sin(angle)
    mirror = -1 if choice.random() < 0.1 else 1
    finer = 2  # samples across a pixel, against aliasing
    axis = ((torch.arange(size * finer) + 0.5) / finer / size - 0.5) * fov
    v, u = torch.meshgrid(axis, mirror * axis, indexing="ij")
    x = centre[0] + c * u - s * v + choice.gauss(0, spread) * fov
    y = centre[1] + s * u + c * v + choice.gauss(0, spread) * fov
    at = torch.stack([2 * x / (columns - 1) - 1, 2 * y / (rows - 1) - 1], -1)[None].float()
    image = F.grid_sample(one.image[None, None], at, padding_mode="zeros", align_corners=True)
    nearest = F.grid_sample(one.labels[None, None], at[:, ::finer, ::finer], "nearest", "border", align_corners=True)
    return F.avg_pool2d(image, finer)[0, 0], nearest[0, 0].long()
