"""Generated pairs of rest and stress T1 maps with their truth as NIfTI, to measure dt1map on.

    FOLDER/rest/NAME.nii.gz, FOLDER/stress/NAME.nii.gz    T1 in ms, columns x rows x 1
    FOLDER/masks/NAME.nii.gz, FOLDER/stress_masks/NAME.nii.gz    1 where LV myocardium is in the rest and stress map
    FOLDER/truth/NAME/...       shares of myocardium, response, displacement, and both with the roles exchanged
    FOLDER/set.csv              a row a pair, with the rest map's landmarks

Whole chests on grids as scanners have them, the heart anywhere near the middle. Seeds are such that training never
uses. Of `through_plane` pairs the stress map shows another slice of the heart: no field registers them. `basal`, `mid`
and `apical` pairs show slices of the size and wall that LEVELS says; the others are as they were measured in the
middle of the ventricle.
"""

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from .nifti import write_slices
from .phantom import Grid, Pair, PairSettings, generate_pairs
from .slice_geometry import SliceGeometry
from .truth import DISPLACEMENT_STEP_MM, SHARE_STEP, read_displacement, read_map, write_values

FIRST_SEED = 7_000_000  # below the seeds of every training run
GRIDS = (Grid(288, 384, 0.9375), Grid(218, 256, 1.4), Grid(192, 192, 1.875), Grid(256, 256, 1.3), Grid(144, 192, 1.9))
LEVELS = {"basal": (1.1, 0.9), "mid": None, "apical": (0.75, 1.25)}  # size and wall relative to the heart as drawn
KINDS = ("in_plane", "through_plane", *LEVELS)
RESPONSE_STEP = 0.01  # %
LANDMARKS = ("lv_centre", "rv_anterior", "rv_inferior")


@dataclass(frozen=True)
class PairFiles:
    """One pair. `exchanged`: the map under stress takes the role of the rest map."""

    folder: Path
    name: str
    kind: str
    spacing_mm: float
    three_tesla: bool
    landmarks_px: dict[str, tuple[float, float]]  # of the map at rest
    exchanged: bool = False

    @property
    def rest(self) -> Path:
        return self.folder / ("stress" if self.exchanged else "rest") / f"{self.name}.nii.gz"

    @property
    def stress(self) -> Path:
        return self.folder / ("rest" if self.exchanged else "stress") / f"{self.name}.nii.gz"

    @property
    def mask(self) -> Path:
        """Of the map in the rest map's role."""
        return self.folder / ("stress_masks" if self.exchanged else "masks") / f"{self.name}.nii.gz"

    def with_roles_exchanged(self) -> "PairFiles":
        return replace(self, exchanged=not self.exchanged)

    def truth(self) -> "PairTruth":
        folder, prefix = self.folder / "truth" / self.name, "exchanged_" * self.exchanged
        muscles = [read_map(folder / f"myocardium_{role}.nii.gz") for role in ("rest", "stress")]
        return PairTruth(*(muscles[::-1] if self.exchanged else muscles),
                         response=read_map(folder / f"{prefix}response.nii.gz"),
                         displacement_mm=read_displacement(folder / f"{prefix}displacement_mm.nii.gz")[0])  # fmt: skip


@dataclass(frozen=True)
class PairTruth:
    """Arrays indexed [row, column], by the role that a map has."""

    rest_muscle: np.ndarray  # share of LV myocardium, 0...1
    stress_muscle: np.ndarray
    response: np.ndarray  # dT1, %
    displacement_mm: np.ndarray  # [2 (x, y), rows, columns]


def write_pairs(folder: Path, count: int, kinds: tuple[str, ...] = ("in_plane",),
                first_seed: int = FIRST_SEED) -> list[PairFiles]:  # fmt: skip
    """`count` pairs, the grids and the kinds (of KINDS) in turn; what the folder holds already is kept."""
    if (folder / "set.csv").exists():
        return read_pairs(folder, count, first_seed)
    rows = []
    for number in range(count):
        grid, kind = GRIDS[number % len(GRIDS)], kinds[number % len(kinds)]
        settings = PairSettings(grid=grid, through_plane=kind == "through_plane", level=LEVELS.get(kind))
        pair = generate_pairs(first_seed + number, settings)
        name = f"{kind}_{number:04d}"
        _write(folder, name, pair, grid)
        known = landmarks_of(pair)
        points = {f"{landmark}_{axis}_px": round(known[landmark][i], 3) if landmark in known else ""
                  for landmark in LANDMARKS for i, axis in enumerate("xy")}  # fmt: skip
        rows.append({"name": name, "seed": first_seed + number, "kind": kind, "spacing_mm": grid.spacing_mm,
                     "three_tesla": int(pair.three_tesla[0])} | points)  # fmt: skip
    with (folder / "set.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return read_pairs(folder, count, first_seed)


def landmarks_of(pair: Pair) -> dict[str, tuple[float, float]]:
    """(x, y) of those LANDMARKS of the map at rest that the only sample of `pair` has."""
    valid = pair.landmarks_valid[0].bool().tolist()
    return {name: tuple(pair.landmarks_px[0, k].tolist()) for k, name in enumerate(LANDMARKS) if valid[k]}


def read_pairs(folder: Path, count: int, first_seed: int = FIRST_SEED) -> list[PairFiles]:
    with (folder / "set.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    if len(rows) != count or int(rows[0]["seed"]) != first_seed:
        raise ValueError(f"{folder} holds another set: {len(rows)} pairs from seed {rows[0]['seed']} on")
    points = lambda row: {name: (float(row[f"{name}_x_px"]), float(row[f"{name}_y_px"]))
                          for name in LANDMARKS if row[f"{name}_x_px"]}  # fmt: skip
    return [PairFiles(folder, row["name"], row["kind"], float(row["spacing_mm"]), row["three_tesla"] == "1", points(row))
            for row in rows]  # fmt: skip


def _write(folder: Path, name: str, pair: Pair, grid: Grid) -> None:
    affine = SliceGeometry(grid).nifti_affine()
    truth = folder / "truth" / name
    for part in (truth, *(folder / part for part in ("rest", "stress", "masks", "stress_masks"))):
        part.mkdir(parents=True, exist_ok=True)
    for role, t1_ms in (("rest", pair.rest_ms), ("stress", pair.stress_ms)):
        write_slices(folder / role / f"{name}.nii.gz", t1_ms.round().numpy().astype(np.int16), affine)
    for part, role, masks in (("masks", "rest", pair.rest_masks), ("stress_masks", "stress", pair.stress_masks)):
        muscle = masks["myocardium"]
        write_slices(folder / part / f"{name}.nii.gz", (muscle > 0.5).to(torch.uint8).numpy(), affine)
        write_values(truth / f"myocardium_{role}.nii.gz", _by_column(muscle), SHARE_STEP, np.uint8, affine)
    for prefix, response, field in (("", pair.response, pair.field),
                                    ("exchanged_", pair.exchanged_response, pair.exchanged_field)):  # fmt: skip
        write_values(truth / f"{prefix}response.nii.gz", _by_column(response), RESPONSE_STEP, np.int16, affine)
        by_column = (field * grid.spacing_mm).numpy().transpose(3, 2, 0, 1)[:, :, None]
        write_values(truth / f"{prefix}displacement_mm.nii.gz", by_column, DISPLACEMENT_STEP_MM, np.int16, affine)


def _by_column(values: torch.Tensor) -> np.ndarray:
    return values[0].numpy().T[:, :, None]
