"""Learning to register a site's own pairs of rest and stress T1 maps, unsupervised as in the thesis."""

import hashlib
import math
import random
from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..networks import scaled_maps
from ..nifti import files_in, read_slices
from ..phantom import Grid
from ..phantom.draw import Draw
from ..phantom.fields import lattice
from ..phantom.motion import elastic_deformation
from .motion import FIRST_VALIDATION_SEED
from .registration import PairBatch, RegistrationTask, difference_of

VALIDATION_SHARE = 1 / 3
HEART_RADIUS_MM = 60.0  # of the disc about the image centre in which the maps are to agree
SHIFT_MM = 15.0  # by which the view's middle leaves the image centre, at most
DEFORMATION_MM = (0.3, 2.0)  # of each map by itself


@dataclass(frozen=True)
class OwnPair:
    """One slice."""

    maps: Tensor  # [2 (rest, stress), rows, columns], ms
    spacing_mm: tuple[float, float]  # along x, along y


class OwnPairsTask(RegistrationTask):
    """RegistrationTask on `folder`/rest and `folder`/stress: NIfTI of the same names and shapes, T1 in ms.

    Nobody knows the field: the loss is the difference of the maps and the roughness. Samples are seen in either order,
    flipped, turned by quarters and mildly deformed. A third of the files only validates, as it is; with fewer than
    three files none can be kept, and the training pairs validate.
    """

    def __init__(self, config: dict, folder: Path):
        super().__init__(config | {"loss": config["loss"] | {"distance": 0.0}})
        self.training, self.validation = _split(_read(folder))

    def batch(self, seed: int, device: str = "cpu") -> PairBatch:
        choice, size, count = random.Random(seed), self.data["size"], self.data["batch"]
        validates = seed >= FIRST_VALIDATION_SEED
        pairs = choice.choices(self.validation if validates and self.validation else self.training, k=count)
        spacing = math.exp(choice.uniform(*map(math.log, self.data["spacing_mm"])))
        grid = Grid(size, size, spacing)
        views = [_plain_view(one, grid) if validates else _random_view(one, grid, choice) for one in pairs]
        maps = torch.stack(views).to(device)
        if not validates:
            maps = _deformed(maps, grid, Draw(seed, 2 * count, device))
        y, x = lattice(grid, device=maps.device).mesh()
        middle = (size - 1) / 2
        near = (torch.hypot(x - middle, y - middle) * spacing < HEART_RADIUS_MM).float()
        elsewhere = self.loss_settings["elsewhere"]
        weight = (elsewhere + (1 - elsewhere) * near).expand(count, -1, -1)
        unknown = torch.zeros_like(maps)
        return PairBatch(scaled_maps(maps), unknown, weight, unknown)

    @torch.no_grad()
    def figures(self, network: nn.Module, batch: PairBatch) -> dict[str, float]:
        """Weighted mean square of the difference of the scaled maps."""
        field = network(batch.maps)[0]
        return {"difference_before": float(difference_of(0 * field, batch)), "difference": float(difference_of(field, batch))}


def _read(folder: Path) -> dict[str, list[OwnPair]]:
    """By file name. Maps without a partner are left out."""
    for part in ("rest", "stress"):
        if not (folder / part).is_dir():
            raise ValueError(f"{folder} has no folder {part}: NIfTI maps of the same names are needed in rest and stress")
    rest, stress = files_in(folder / "rest"), files_in(folder / "stress")
    pairs = {name: _pairs(rest[name], stress[name]) for name in rest if name in stress}
    if not pairs:
        raise ValueError(f"{folder} holds no rest map with a stress map of the same name")
    return pairs


def _pairs(rest: Path, stress: Path) -> list[OwnPair]:
    maps = [np.nan_to_num(read_slices(file)) for file in (rest, stress)]
    if maps[0].shape != maps[1].shape:
        raise ValueError(f"{stress} has another shape than {rest}")
    across, down = (float(zoom) for zoom in nibabel.load(rest).header.get_zooms()[:2])
    return [OwnPair(torch.from_numpy(np.stack(slices)), (across, down)) for slices in zip(*maps)]


def _split(files: dict[str, list[OwnPair]]) -> tuple[list[OwnPair], list[OwnPair]]:
    """To train and to validate with. A file is never in both parts."""
    ranked = sorted(files, key=lambda name: hashlib.sha256(name.encode()).digest())
    kept = int(len(ranked) * VALIDATION_SHARE)
    training, validation = ([one for name in part for one in files[name]] for part in (ranked[kept:], ranked[:kept]))
    return training, validation


def _plain_view(one: OwnPair, grid: Grid, shift_mm: tuple[float, float] = (0.0, 0.0)) -> Tensor:
    """Both maps on another grid, whose middle lies `shift_mm` (x, y) from the image centre."""
    rows, columns = one.maps.shape[1:]

    def axis(count: int, size: int, spacing_mm: float, shift: float) -> Tensor:
        return ((torch.arange(count) - (count - 1) / 2) * grid.spacing_mm + shift) / spacing_mm * 2 / (size - 1)

    y = axis(grid.rows, rows, one.spacing_mm[1], shift_mm[1])
    x = axis(grid.columns, columns, one.spacing_mm[0], shift_mm[0])
    at = torch.stack(torch.meshgrid(y, x, indexing="ij")[::-1], -1)[None]
    return F.grid_sample(one.maps[None], at, padding_mode="zeros", align_corners=True)[0]


def _random_view(one: OwnPair, grid: Grid, choice: random.Random) -> Tensor:
    maps = _plain_view(one, grid, (choice.uniform(-SHIFT_MM, SHIFT_MM), choice.uniform(-SHIFT_MM, SHIFT_MM)))
    maps = torch.rot90(maps, choice.randrange(4), (1, 2))
    maps = maps.flip(2) if choice.random() < 0.5 else maps
    return maps.flip(0) if choice.random() < 0.5 else maps


def _deformed(maps: Tensor, grid: Grid, draw: Draw) -> Tensor:
    """Each map by a field of its own."""
    native, coarse = (lattice(grid, *steps, device=draw.device, dtype=draw.dtype) for steps in ((), (4, 12)))
    amplitude_mm = draw.log_uniform(*DEFORMATION_MM)[:, None, None]
    velocity = elastic_deformation(amplitude_mm, grid, coarse, 1, draw)[:, 0] / grid.spacing_mm
    field = coarse.resample(coarse.exponential(velocity), native)
    return native.warp(maps.flatten(0, 1)[:, None], field, "bilinear")[:, 0].view_as(maps)
