"""Learning to register a site's own pairs of rest and stress T1 maps, unsupervised as in the thesis."""

import hashlib
import math
import random
import re
from dataclasses import dataclass
from itertools import permutations, product
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

PAIRINGS = ("regular", "permuted")
AUGMENTATIONS = ("none", "rotation", "deformation")  # each with what the one before it does
REPEAT = re.compile(r"_run-\d+$")  # ends the name of a further map of the same slice
VALIDATION_SHARE = 1 / 3
HEART_RADIUS_MM = 60.0  # of the disc about the image centre in which the maps are to agree
SHIFT_MM = 15.0  # by which the view's middle leaves the image centre, at most
DEFORMATION_MM = (0.3, 2.0)  # of each map by itself


@dataclass(frozen=True)
class OwnPair:
    """Two maps of one slice, the second to be registered to the first."""

    maps: tuple[Tensor, Tensor]  # [rows, columns] each, ms
    spacing_mm: tuple[float, float]  # along x, along y


@dataclass(frozen=True)
class OwnSlice:
    """All maps of one slice."""

    rest: list[Tensor]  # [rows, columns] each, ms
    stress: list[Tensor]
    spacing_mm: tuple[float, float]

    def pairs(self, pairing: str) -> list[OwnPair]:
        """Regular: every rest map with every stress map. Permuted: every map with every other, in either order."""
        regular = pairing == "regular"
        chosen = product(self.rest, self.stress) if regular else permutations([*self.rest, *self.stress], 2)
        return [OwnPair(maps, self.spacing_mm) for maps in chosen]


class OwnPairsTask(RegistrationTask):
    """RegistrationTask on `folder`/rest and `folder`/stress: NIfTI of the same names and shapes, T1 in ms.

    NAME_run-2.nii.gz, ... are further maps of the slices of NAME.nii.gz. Nobody knows the field: the loss is the
    difference of the maps and the roughness. The [data] table says by `pairing` which maps make a pair
    (OwnSlice.pairs) and by `augmentation` how they are shown: "none", as they are, at the middle of `spacing_mm`;
    "rotation", at any of these pixel sizes, up to 15 mm aside, turned by quarters and flipped; "deformation", beyond
    that each map mildly deformed by itself. A third of the names only validates, with regular pairs as they are; with
    fewer than three names none can be kept, and the training slices validate.
    """

    def __init__(self, config: dict, folder: Path):
        super().__init__(config | {"loss": config["loss"] | {"distance": 0.0}})
        for key, known in (("pairing", PAIRINGS), ("augmentation", AUGMENTATIONS)):
            if self.data[key] not in known:
                raise ValueError(f"data.{key} is {self.data[key]!r}; it may be {', '.join(known)}")
        training, kept = _split(_read(folder))
        self.training = [pair for one in training for pair in one.pairs(self.data["pairing"])]
        self.validation = [pair for one in kept or training for pair in one.pairs("regular")]

    def batch(self, seed: int, device: str = "cpu") -> PairBatch:
        choice, size, count = random.Random(seed), self.data["size"], self.data["batch"]
        validates = seed >= FIRST_VALIDATION_SEED
        augmentation = "none" if validates else self.data["augmentation"]
        pairs = choice.choices(self.validation if validates else self.training, k=count)
        least, most = map(math.log, self.data["spacing_mm"])
        drawn = validates or augmentation != "none"
        spacing = math.exp(choice.uniform(least, most) if drawn else (least + most) / 2)
        grid = Grid(size, size, spacing)
        views = [_plain_view(one, grid) if augmentation == "none" else _random_view(one, grid, choice) for one in pairs]
        maps = torch.stack(views).to(device)
        if augmentation == "deformation":
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


def _read(folder: Path) -> dict[str, list[OwnSlice]]:
    """By name. Maps without a partner are left out."""
    for part in ("rest", "stress"):
        if not (folder / part).is_dir():
            raise ValueError(f"{folder} has no folder {part}: NIfTI maps of the same names are needed in rest and stress")
    rest, stress = _by_name(folder / "rest"), _by_name(folder / "stress")
    found = {name: _slices(rest[name], stress[name]) for name in rest if name in stress}
    if not found:
        raise ValueError(f"{folder} holds no rest map with a stress map of the same name")
    return found


def _by_name(folder: Path) -> dict[str, list[Path]]:
    """The first map and its repeats."""
    files: dict[str, list[Path]] = {}
    for stem, file in files_in(folder).items():
        files.setdefault(REPEAT.sub("", stem), []).append(file)
    return files


def _slices(rest: list[Path], stress: list[Path]) -> list[OwnSlice]:
    maps = {file: torch.from_numpy(np.nan_to_num(read_slices(file))) for file in (*rest, *stress)}
    for file, values in maps.items():
        if values.shape != maps[rest[0]].shape:
            raise ValueError(f"{file} has another shape than {rest[0]}")
    across, down = (float(zoom) for zoom in nibabel.load(rest[0]).header.get_zooms()[:2])
    return [OwnSlice([maps[file][k] for file in rest], [maps[file][k] for file in stress], (across, down))
            for k in range(len(maps[rest[0]]))]  # fmt: skip


def _split(names: dict[str, list[OwnSlice]]) -> tuple[list[OwnSlice], list[OwnSlice]]:
    """To train and to validate with. A name is never in both parts."""
    ranked = sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())
    kept = int(len(ranked) * VALIDATION_SHARE)
    training, validation = ([one for name in part for one in names[name]] for part in (ranked[kept:], ranked[:kept]))
    return training, validation


def _plain_view(one: OwnPair, grid: Grid, shift_mm: tuple[float, float] = (0.0, 0.0)) -> Tensor:
    """Both maps on another grid, whose middle lies `shift_mm` (x, y) from the image centre."""
    maps = torch.stack(one.maps)
    rows, columns = maps.shape[1:]

    def axis(count: int, size: int, spacing_mm: float, shift: float) -> Tensor:
        return ((torch.arange(count) - (count - 1) / 2) * grid.spacing_mm + shift) / spacing_mm * 2 / (size - 1)

    y = axis(grid.rows, rows, one.spacing_mm[1], shift_mm[1])
    x = axis(grid.columns, columns, one.spacing_mm[0], shift_mm[0])
    at = torch.stack(torch.meshgrid(y, x, indexing="ij")[::-1], -1)[None]
    return F.grid_sample(maps[None], at, padding_mode="zeros", align_corners=True)[0]


def _random_view(one: OwnPair, grid: Grid, choice: random.Random) -> Tensor:
    maps = _plain_view(one, grid, (choice.uniform(-SHIFT_MM, SHIFT_MM), choice.uniform(-SHIFT_MM, SHIFT_MM)))
    maps = torch.rot90(maps, choice.randrange(4), (1, 2))
    return maps.flip(2) if choice.random() < 0.5 else maps


def _deformed(maps: Tensor, grid: Grid, draw: Draw) -> Tensor:
    """Each map by a field of its own."""
    native, coarse = (lattice(grid, *steps, device=draw.device, dtype=draw.dtype) for steps in ((), (4, 12)))
    amplitude_mm = draw.log_uniform(*DEFORMATION_MM)[:, None, None]
    velocity = elastic_deformation(amplitude_mm, grid, coarse, 1, draw)[:, 0] / grid.spacing_mm
    field = coarse.resample(coarse.exponential(velocity), native)
    return native.warp(maps.flatten(0, 1)[:, None], field, "bilinear")[:, 0].view_as(maps)
