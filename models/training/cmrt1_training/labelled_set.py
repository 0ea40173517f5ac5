"""Generated short-axis images with their truth as NIfTI, to fit and to measure qcdseg on.

    FOLDER/images/NAME.nii.gz    columns x rows x 1
    FOLDER/masks/NAME.nii.gz     0 background, 1 LV myocardium, 2 LV blood pool
    FOLDER/set.csv               a row an image, with its landmarks

Whole images of 192 px and 230 to 480 mm. Their anatomies are drawn with seeds that training does not use. As in files
from a scanner, the header says how an image was turned or mirrored; hearts lie 20 degrees from what is usual, more
or less. Where a set is not `placed` the header tells nothing of that.
"""

import csv
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from .masked_images import MaskedImage
from .nifti import write_slices
from .phantom import Grid
from .phantom.contrast import KINDS, draw_contrast
from .phantom.degrade import cut_through_heart, fade, fading, spoil, without_heart
from .phantom.draw import Draw
from .phantom.labels import LV_BLOOD
from .phantom.slice_image import show
from .phantom.slices import LabelMaps
from .phantom.views import View, draw_view
from .slice_geometry import SliceGeometry
from .slice_library import chosen, load_label_maps

SIZE = 192  # px
BRIGHTEST = 4000  # stored value
TEST_ANATOMIES, FITTING_ANATOMIES = 3, 5  # seeds of label maps; training draws its own with 1
LANDMARKS = ("lv_centre", "rv_anterior", "rv_inferior")  # as phantom/slice_image.py numbers them
FAILURES = ("cut", "no_contrast", "corrupted", "no_heart")


@dataclass(frozen=True)
class LabelledImage(MaskedImage):
    kind: str  # of contrast.KINDS
    spacing_mm: float
    severity: float  # 0 for images as in training, up to 1 for the worst
    failure: str  # of FAILURES; empty where the image was not made to fail
    points_px: dict[str, tuple[float, float]]  # x, y of those of LANDMARKS that are in the image


def write_set(folder: Path, count: int, first_seed: int, anatomy_seed: int, kinds: tuple[str, ...] = KINDS,
              degraded_share: float = 0, fail_share: float = 0, placed: bool = True,
              failures: tuple[str, ...] = FAILURES) -> list[LabelledImage]:  # fmt: skip
    """`count` images of the contrasts `kinds` in turn; what the folder holds already is kept.

    Of them `degraded_share` are worse than what trains, and `fail_share` are made to fail in one of the ways `failures`.
    """
    if (folder / "set.csv").exists():
        return read_set(folder, count, first_seed, kinds)
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    maps = load_label_maps(count, True, anatomy_seed)
    rows = []
    for number in range(count):
        due = lambda share, number=number: int((number + 1) * share + 1e-9) > int(number * share + 1e-9)
        choice = random.Random(first_seed + number)
        failure = choice.choice(failures) if due(fail_share) else ""
        severity = choice.random() if due(degraded_share) and not failure else 0.0
        kind = kinds[number % len(kinds)]
        sample = _Maker(first_seed + number, kind, severity, failure).make(chosen(maps, [number]))
        name = f"{number:04d}_{kind}.nii.gz"
        _write(folder, name, sample, placed)
        rows.append({"file": name, "seed": first_seed + number, "kind": kind,
                     "spacing_mm": round(sample.geometry.grid.spacing_mm, 4), "severity": round(severity, 3), "failure": failure,
                     **_columns_of(sample.points_px)})  # fmt: skip
    with (folder / "set.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return read_set(folder, count, first_seed, kinds)


def read_set(folder: Path, count: int, first_seed: int, kinds: tuple[str, ...] = KINDS) -> list[LabelledImage]:
    """ValueError where `folder` holds another number of images, other contrasts, or those of another seed."""
    with (folder / "set.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    in_turn = all(row["kind"] == kinds[number % len(kinds)] for number, row in enumerate(rows))
    if len(rows) != count or int(rows[0]["seed"]) != first_seed or not in_turn:
        shown = ", ".join(dict.fromkeys(row["kind"] for row in rows))
        raise ValueError(f"{folder} holds another set: {len(rows)} images from seed {rows[0]['seed']} on, of {shown}")
    return [
        LabelledImage(folder / "images" / row["file"], folder / "masks" / row["file"], row["kind"],
                      float(row["spacing_mm"]), float(row["severity"]), row["failure"], _points_of(row))
        for row in rows
    ]  # fmt: skip


def _columns_of(points: dict[str, tuple[float, float]]) -> dict[str, float | str]:
    """lv_centre_x_px, lv_centre_y_px and so on; empty where there is none."""
    return {f"{name}_{axis}_px": round(points[name][k], 3) if name in points else ""
            for name in LANDMARKS for k, axis in enumerate("xy")}  # fmt: skip


def _points_of(row: dict) -> dict[str, tuple[float, float]]:
    return {name: (float(row[f"{name}_x_px"]), float(row[f"{name}_y_px"]))
            for name in LANDMARKS if row.get(f"{name}_x_px")}  # fmt: skip


@dataclass(frozen=True)
class _Sample:
    image: np.ndarray  # [rows, columns]
    classes: np.ndarray
    geometry: SliceGeometry
    points_px: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class _Maker:
    seed: int
    kind: str
    severity: float
    failure: str

    def make(self, maps: LabelMaps) -> _Sample:
        """Of one label map. Landmarks only where the image was not made to fail."""
        draw, choice = Draw(self.seed), random.Random(2 * self.seed + 1)
        view = draw_view(maps, True, SIZE, draw)
        if self.failure == "no_heart":
            view = without_heart(view, choice)
        contrast = draw_contrast(self.kind, choice)
        fade(contrast, self._fading(choice))
        sample = show(view, [contrast], draw, choice)
        image, classes = sample.images[0], sample.classes[0]
        if self.failure == "cut":
            image, classes = cut_through_heart(image, classes, choice)
        if self.severity > 0:
            image = spoil(image[None], self.severity, draw, choice)[0]
        if self.failure == "corrupted":
            image = spoil(image[None], 1.0, draw, choice, chance=1.0)[0]
        classes = torch.where(classes > LV_BLOOD, 0, classes)
        points = {} if self.failure else {name: tuple(map(float, point)) for name, point, valid in
                                          zip(LANDMARKS, view.points_px[0], view.valid[0]) if valid}  # fmt: skip
        return _Sample(image.numpy(), classes.numpy(), self._geometry(view, image.shape), points)

    def _geometry(self, view: View, shape: tuple[int, int]) -> SliceGeometry:
        """What was turned at all is told but for the spread that hearts have by themselves."""
        turned = float(view.turned_rad[0])
        if turned:
            turned += random.Random(3 * self.seed + 2).gauss(0, 0.35)
        return SliceGeometry(Grid(*shape, float(view.spacing_mm[0])), turned_rad=turned, mirrored=bool(view.mirrored[0]))

    def _fading(self, choice: random.Random) -> float:
        if self.failure == "no_contrast":
            return 1.0
        return fading(self.severity, choice)


def _write(folder: Path, name: str, sample: _Sample, placed: bool) -> None:
    affine = sample.geometry.nifti_affine() if placed else None
    spacing = sample.geometry.grid.spacing_mm
    stored = np.round(sample.image * (BRIGHTEST / max(float(sample.image.max()), 1e-6))).astype(np.int16)
    for part, values in (("images", stored), ("masks", sample.classes.astype(np.uint8))):
        write_slices(folder / part / name, values[None], affine, spacing_mm=spacing)
