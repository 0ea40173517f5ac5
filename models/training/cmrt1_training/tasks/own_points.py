"""Learning to find landmarks from a site's own images and points."""

import csv
import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..networks import normalised_image
from ..nifti import read_slices
from ..phantom.draw import Draw
from .heatmaps import landmark_figures, landmark_loss
from .landmarks import LandmarksTask
from .motion import FIRST_VALIDATION_SEED
from .real_views import FINER, in_other_intensities
from .segmentation import SegmentationBatch

VALIDATION_SHARE = 1 / 3
NAMES = ("lv_centre", "rv_anterior", "rv_inferior")
TURN, SHIFT = 0.25, 0.05  # SD of the patch's turn (radians) and of its middle (sides), as phantom/views.py's


@dataclass(frozen=True)
class PointedSlice:
    image: Tensor  # [rows, columns]
    points_px: np.ndarray  # [3, 2 (x, y)]
    valid: np.ndarray  # [3]; the first two always


class OwnPointsTask(LandmarksTask):
    """LandmarksTask on the images of `folder`/images with the points of `folder`/points.csv (pixels about square).

    points.csv has the columns `file` (a name in images), `slice` (from 0) and lv_centre_x_px, lv_centre_y_px,
    rv_anterior_x_px, rv_anterior_y_px; rv_inferior_x_px and rv_inferior_y_px may be missing or empty. A third of the
    files only validates; with fewer than three files none can be kept, and the training images validate.
    """

    def __init__(self, config: dict, folder: Path):
        super().__init__(config)
        self.training, self.validation = _split(_read(folder))

    def batch(self, seed: int, device: str = "cpu") -> SegmentationBatch:
        data, choice = self.data, random.Random(seed)
        slices = self.validation if seed >= FIRST_VALIDATION_SEED and self.validation else self.training
        views = [_patch(one, data["size"], data["diameters"], choice)
                 for one in choice.choices(slices, k=data["batch"])]  # fmt: skip
        images, points, valid = (torch.stack(each) for each in zip(*views))
        images = in_other_intensities(images, Draw(2 * seed, data["batch"]))
        classes = torch.zeros(images.shape, dtype=torch.long)
        return SegmentationBatch(normalised_image(images[:, None].to(device)), classes.to(device), points.to(device),
                                 valid.to(device))  # fmt: skip

    def loss(self, network: nn.Module, batch: SegmentationBatch) -> Tensor:
        """landmark_loss alone, summed over the members: nobody drew the classes."""
        places = self._logits(network, batch.images)[:, :, self.network_settings["classes"] :]
        return sum(landmark_loss(own, batch.points_px, batch.valid) for own in places.unbind(1))

    @torch.no_grad()
    def figures(self, network: nn.Module, batch: SegmentationBatch) -> dict[str, float]:
        places = self._logits(network, batch.images)[:, :, self.network_settings["classes"] :]
        return landmark_figures(places.mean(1), batch.points_px, batch.valid)


def _read(folder: Path) -> dict[str, list[PointedSlice]]:
    """By file."""
    table = folder / "points.csv"
    if not table.exists():
        raise ValueError(f"{folder} holds no points.csv")
    files: dict[str, list[PointedSlice]] = {}
    images: dict[str, np.ndarray] = {}
    with table.open(newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                name, k = row["file"], int(row["slice"] or 0)
                if name not in images:
                    images[name] = read_slices(folder / "images" / name)
                files.setdefault(name, []).append(_pointed(images[name][k], row))
            except (KeyError, ValueError, IndexError, OSError) as error:
                raise ValueError(f"{table}, line {number}: {type(error).__name__}: {error}") from error
    if not files:
        raise ValueError(f"{table} holds no points")
    return files


def _pointed(image: np.ndarray, row: dict) -> PointedSlice:
    points, valid = np.zeros((3, 2)), np.zeros(3)
    for i, name in enumerate(NAMES):
        x, y = (row.get(f"{name}_{axis}_px") or "" for axis in "xy")
        if i < 2 or (x and y):
            points[i], valid[i] = (float(x), float(y)), 1
    if np.hypot(*(points[0] - points[1])) < 1:
        raise ValueError("the LV's centre and the anterior insertion coincide")
    return PointedSlice(torch.from_numpy(np.nan_to_num(image)), points, valid)


def _split(files: dict[str, list[PointedSlice]]) -> tuple[list[PointedSlice], list[PointedSlice]]:
    """To train and to validate with. A file is never in both parts."""
    ranked = sorted(files, key=lambda name: hashlib.sha256(name.encode()).digest())
    kept = int(len(ranked) * VALIDATION_SHARE)
    training, validation = ([one for name in part for one in files[name]] for part in (ranked[kept:], ranked[:kept]))
    return training, validation


def _patch(one: PointedSlice, size: int, diameters: tuple[float, float], choice: random.Random):
    """The slice in draw_standard_view's patch: image [size, size], points [3, 2] px, valid [3].

    The LV's diameter is taken for twice the distance of its centre from the anterior insertion.
    """
    line = one.points_px[0] - one.points_px[1]
    length = np.hypot(*line)
    cell = 2 * length * np.exp(choice.uniform(*np.log(diameters))) / size  # px of the slice
    angle = np.arctan2(line[1], line[0]) + choice.gauss(0, TURN)
    right, down = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    down *= -1 if choice.random() < 0.1 else 1
    middle = one.points_px[:2].mean(0) + np.array([choice.gauss(0, SHIFT), choice.gauss(0, SHIFT)]) * size * cell
    axis = (np.arange(size * FINER) + 0.5) / FINER - 0.5 - (size - 1) / 2
    v, u = np.meshgrid(axis, axis, indexing="ij")
    at = middle + cell * (u[..., None] * right + v[..., None] * down)
    rows, columns = one.image.shape
    scaled = torch.from_numpy(2 * at / np.array([columns - 1, rows - 1]) - 1)[None].float()
    image = F.grid_sample(one.image[None, None], scaled, padding_mode="zeros", align_corners=True)
    offset = (one.points_px - middle) / cell
    points = np.stack([offset @ right, offset @ down], -1) + (size - 1) / 2
    valid = one.valid * ((points >= 0) & (points <= size - 1)).all(-1)
    return F.avg_pool2d(image, FINER)[0, 0], torch.from_numpy(points).float(), torch.from_numpy(valid).float()
