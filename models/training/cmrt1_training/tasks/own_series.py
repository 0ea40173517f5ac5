"""Learning motion from a site's own motion-free series, moved by known fields (as in the thesis)."""

import hashlib
import random
from collections import defaultdict
from pathlib import Path

import torch
from torch import Tensor

from ..networks.moconet import normalised
from ..phantom import Grid
from ..phantom.anatomy import Mobility, Pose
from ..phantom.draw import Draw
from ..phantom.fields import lattice
from ..phantom.motion import draw_motion
from ..phantom.sequence import Timing
from ..real_series import RealSeries, read_series
from .motion import FIRST_VALIDATION_SEED, MotionBatch, MotionTask

HEART_RADIUS_MM = 45.0  # of the disc about the image centre that is taken for the heart
VALIDATION_SHARE = 1 / 3


class OwnSeriesTask(MotionTask):
    """MotionTask on the series below `folder`. A third of the studies, chosen by UID, only validates.

    With fewer than three studies none can be kept: the validation figures are then those of the training series.
    """

    def __init__(self, config: dict, folder: Path):
        super().__init__(config)
        self.training, self.validation = _split(read_series(folder))
        if not self.training:
            raise ValueError(
                f"{folder} holds no series to train on: needed are DICOM magnitude images, 5 to 16 of one slice a series"
            )

    def batch(self, seed: int, device: str = "cpu") -> MotionBatch:
        choice = random.Random(seed)
        groups = self.validation if seed >= FIRST_VALIDATION_SEED and self.validation else self.training
        members = groups[choice.choice(sorted(groups))]
        chosen = [choice.choice(members) for _ in range(self.data["batch"])]
        size = self.data["size"]
        grid = Grid(size, size, choice.uniform(*self.data["spacing_mm"]))
        draw = Draw(seed, len(chosen), device)
        still = torch.stack([_on_grid(series, grid, choice) for series in chosen]).to(device)
        return _moved(still, grid, draw, self.loss_settings["elsewhere"])


def _split(series: list[RealSeries]) -> tuple[dict, dict]:
    """Series by number of images, to train and to validate with. A study is never in both parts."""
    studies = sorted({one.study_uid for one in series}, key=lambda uid: hashlib.sha256(uid.encode()).digest())
    kept = set(studies[: int(len(studies) * VALIDATION_SHARE)])
    parts = defaultdict(list), defaultdict(list)
    for one in series:
        parts[one.study_uid in kept][len(one.images)].append(one)
    return parts


def _on_grid(series: RealSeries, grid: Grid, choice: random.Random) -> Tensor:
    """The images about their centre on another grid, in a random view and up to 20 mm aside."""
    images = torch.from_numpy(series.images)
    rows, columns = images.shape[1:]
    scale = grid.spacing_mm / series.spacing_mm
    offset = [choice.uniform(-20, 20) / series.spacing_mm for _ in range(2)]
    axis = lambda count, size, shift: (torch.arange(count) - (count - 1) / 2) * scale * 2 / (size - 1) + shift * 2 / size
    y, x = axis(grid.rows, rows, offset[0]), axis(grid.columns, columns, offset[1])
    at = torch.stack(torch.meshgrid(y, x, indexing="ij")[::-1], -1).expand(1, -1, -1, -1)
    sampled = torch.nn.functional.grid_sample(images[None], at, padding_mode="zeros", align_corners=True)[0]
    sampled = sampled.transpose(1, 2) if choice.random() < 0.5 else sampled
    return sampled.flip([dimension for dimension in (1, 2) if choice.random() < 0.5])


def _moved(still: Tensor, grid: Grid, draw: Draw, elsewhere: float) -> MotionBatch:
    batch, images = still.shape[:2]
    options = {"device": draw.device, "dtype": draw.dtype}
    native, coarse = lattice(grid, **options), lattice(grid, 4, 12, **options)
    middle = torch.full((batch, 1, 1), (grid.rows - 1) / 2, **options)
    radius = torch.full_like(middle, HEART_RADIUS_MM / grid.spacing_mm)
    y, x = coarse.mesh()
    away = torch.hypot(x - middle, y - middle) / radius
    freedom = torch.sigmoid((draw.uniform(1.2, 3) - away) / draw.uniform(0.1, 0.4))
    ti = torch.arange(1.0, images + 1, **options).expand(batch, images)
    timing = Timing(ti, 1000 * ti, (0,) * images, ti[:, :1], ti[:, 0])
    motion = draw_motion("any", grid, coarse, Mobility(coarse, freedom, Pose(middle, middle, 0 * middle, radius)), timing, draw)

    to_native = lambda field: coarse.resample(field.flatten(0, 1), native)
    moving = native.warp(still.flatten(0, 1)[:, None], to_native(motion.moving))[:, 0].view_as(still).clamp(min=0)
    y, x = native.mesh()
    heart = (torch.hypot(x - middle, y - middle) < radius).to(still.dtype)
    return MotionBatch(
        normalised(moving),
        to_native(motion.correcting).unflatten(0, still.shape[:2]),
        elsewhere + (1 - elsewhere) * heart,
        heart,
    )
