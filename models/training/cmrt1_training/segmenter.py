"""Segments stacks of real images: finds the heart in all slices together, then segments each one about it."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage
from torch import Tensor

from .networks import normalised_image
from .phantom.labels import LV_BLOOD, MYOCARDIUM

SIZE = 128  # px, the grid of the networks
DIAMETERS = 2.7  # field of view about the heart, in diameters of the LV
LEAST_SHARE = 0.3  # of the LV in the stack's mean, where there is a heart


@dataclass(frozen=True)
class Square:
    """A square of the image, px; (x, y) is its centre, pixel centres at 0, 1 ..."""

    x: float
    y: float
    side: float


def segment_stack(images: np.ndarray, locator: torch.nn.Module, network: torch.nn.Module) -> np.ndarray:
    """Classes [slices, rows, columns] of images of one position and orientation; 0 everywhere if there is no heart."""
    stack = torch.from_numpy(np.ascontiguousarray(images, dtype=np.float32))
    whole = whole_square(stack.shape[1:])
    found = locate(lv_share(shares_in(stack, whole, locator)), whole)
    if found is None:
        return np.zeros(images.shape, np.int64)
    shares = back_on_image(shares_in(stack, found, network), found, stack.shape[1:])
    return np.stack([_largest_heart(classes) for classes in shares.argmax(1).numpy()])


def whole_square(shape: tuple[int, int]) -> Square:
    return Square((shape[1] - 1) / 2, (shape[0] - 1) / 2, max(shape))


def shares_in(stack: Tensor, square: Square, network: torch.nn.Module) -> Tensor:
    """Mean class shares of the network's members on a grid of SIZE over the square."""
    with torch.inference_mode():
        parts = cut(stack, square).split(16)
        return torch.cat([network(normalised_image(part)).float().softmax(2).mean(1) for part in parts])


def lv_share(shares: Tensor) -> Tensor:
    return shares[:, MYOCARDIUM] + shares[:, LV_BLOOD]


def cut(stack: Tensor, square: Square) -> Tensor:
    """The square of each image on a grid of SIZE, 0 beyond the image; [slices, 1, SIZE, SIZE]."""
    rows, columns = stack.shape[1:]
    step = square.side / SIZE
    finer = max(1, round(step))  # samples across a pixel of the grid, against aliasing
    offset = (torch.arange(SIZE * finer) + 0.5) / finer * step - square.side / 2
    at = _grid(square.y + offset, square.x + offset, rows, columns, len(stack))
    return F.avg_pool2d(F.grid_sample(stack[:, None], at, padding_mode="zeros", align_corners=True), finer)


def back_on_image(shares: Tensor, square: Square, shape: tuple[int, int]) -> Tensor:
    """Class shares on the image's pixels; background beyond the square."""
    step = square.side / SIZE
    at = lambda count, centre: (torch.arange(count) - centre + square.side / 2) / step - 0.5
    y, x = at(shape[0], square.y), at(shape[1], square.x)
    marked = torch.cat([shares[:, :1] - 1, shares[:, 1:]], 1)  # what is padded with 0 is background of share 1
    on_image = F.grid_sample(marked, _grid(y, x, SIZE, SIZE, len(shares)), padding_mode="zeros", align_corners=True)
    return torch.cat([on_image[:, :1] + 1, on_image[:, 1:]], 1)


def _grid(y: Tensor, x: Tensor, rows: int, columns: int, count: int) -> Tensor:
    y, x = 2 * y / (rows - 1) - 1, 2 * x / (columns - 1) - 1
    return torch.stack(torch.meshgrid(y, x, indexing="ij")[::-1], -1).float().expand(count, -1, -1, -1)


def locate(share: Tensor, whole: Square) -> Square | None:
    """Square about the heart, from the LV's share in each slice: the blob that holds most of the stack's mean."""
    mean = share.mean(0).numpy()
    blobs, count = ndimage.label(mean > min(LEAST_SHARE, 0.5 * mean.max()))
    if mean.max() < 0.1 or count == 0:
        return None
    mass = ndimage.sum_labels(mean, blobs, np.arange(1, count + 1))
    inside = ndimage.binary_dilation(blobs == 1 + int(mass.argmax()), iterations=4)
    row, column = ndimage.center_of_mass(np.where(inside, mean, 0))
    areas = [(own * inside).sum() for own in share.numpy()]
    diameter = 2 * np.sqrt(np.quantile(areas, 0.75) / np.pi)
    step = whole.side / SIZE
    side = min(whole.side, max(DIAMETERS * diameter, 16) * step)
    return Square(whole.x + (column - (SIZE - 1) / 2) * step, whole.y + (row - (SIZE - 1) / 2) * step, side)


def _largest_heart(classes: np.ndarray) -> np.ndarray:
    """Without LV pixels beside the largest connected piece."""
    lv = (classes == MYOCARDIUM) | (classes == LV_BLOOD)
    pieces, count = ndimage.label(lv)
    if count > 1:
        sizes = ndimage.sum_labels(lv, pieces, np.arange(1, count + 1))
        classes = np.where(lv & (pieces != 1 + int(sizes.argmax())), 0, classes)
    return classes
