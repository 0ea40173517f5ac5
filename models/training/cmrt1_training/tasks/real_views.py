"""Random views of real labelled images, in random intensities, as training samples."""

import random
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..phantom.draw import Draw

FINER = 2  # samples across a pixel, against aliasing


@dataclass(frozen=True)
class Labelled:
    image: Tensor  # [rows, columns]
    labels: Tensor  # [rows, columns] float; 0 is background, and what lies beyond the image
    centre: tuple[float, float]  # of the LV, x, y, px
    diameter: tuple[float, float]  # of the LV, px: between the two


def draw_views(chosen: list[Labelled], wide: bool, size: int, diameters: tuple[float, float], draw: Draw,
               choice: random.Random) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Images and labels [n, size, size] of whole images, or of crops about the heart.

    The field of view of crops is between `diameters` times the LV's diameter. `draw` is for n samples.
    """
    images, labels = (torch.stack(each) for each in zip(*(_view(one, wide, size, diameters, choice) for one in chosen)))
    return in_other_intensities(images, draw), labels


def _view(one: Labelled, wide: bool, size: int, diameters: tuple[float, float], choice: random.Random):
    rows, columns = one.image.shape
    if wide:
        centre, fov = ((columns - 1) / 2, (rows - 1) / 2), max(rows, columns) * choice.uniform(0.65, 1.15)
        spread = 0.05
    else:
        centre, fov = one.centre, choice.uniform(*one.diameter) * np.exp(choice.uniform(*np.log(diameters)))
        spread = 0.06
    angle = choice.uniform(-np.pi, np.pi) if choice.random() < 0.35 else choice.gauss(0, 0.35)
    c, s = np.cos(angle), np.sin(angle)
    mirror = -1 if choice.random() < 0.1 else 1
    axis = ((torch.arange(size * FINER) + 0.5) / FINER / size - 0.5) * fov
    v, u = torch.meshgrid(axis, mirror * axis, indexing="ij")
    x = centre[0] + c * u - s * v + choice.gauss(0, spread) * fov
    y = centre[1] + s * u + c * v + choice.gauss(0, spread) * fov
    at = torch.stack([2 * x / (columns - 1) - 1, 2 * y / (rows - 1) - 1], -1)[None].float()
    image = F.grid_sample(one.image[None, None], at, padding_mode="zeros", align_corners=True)
    middle = F.avg_pool2d(at.movedim(3, 1), FINER).movedim(1, 3)
    nearest = F.grid_sample(one.labels[None, None], middle, "nearest", "zeros", align_corners=True)
    return F.avg_pool2d(image, FINER)[0, 0], nearest[0, 0].long()


def in_other_intensities(images: Tensor, draw: Draw) -> Tensor:
    """From 0 to 1, some inverted, with shading and noise."""
    size = images.shape[-1]
    low, high = images.amin((1, 2), keepdim=True), images.amax((1, 2), keepdim=True)
    images = ((images - low) / (high - low).clamp(min=1e-6)) ** torch.exp(draw.normal(0, 0.3))
    images = torch.where(draw.chance(0.15) > 0, 1 - images, images)
    axis = torch.linspace(-0.5, 0.5, size)
    angle, slope = draw.angle(), draw.uniform(0, 1.2)
    tilt = slope * (torch.cos(angle) * axis[None, None, :] + torch.sin(angle) * axis[None, :, None])
    noise = draw.normal(0, 0.03).abs() * draw.white(len(images), size, size)
    return images * torch.exp(tilt) + noise
