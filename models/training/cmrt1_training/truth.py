"""The known answer of a synthetic series as NIfTI files, in the conventions of t1moco's own output.

Maps have the shape columns x rows x 1. displacement_mm has columns x rows x 1 x images x 2: images in order
of inversion time, component 0 along growing column, component 1 along growing row;
corrected(p) = image(p + u(p)).
"""

import json
from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np
from scipy import ndimage

from . import nifti
from .phantom import Sample
from .slice_geometry import SliceGeometry

# Values are stored as integers times a step: the files do not depend on the last bit of a computation.
T1_STEP_MS, SHARE_STEP, DISPLACEMENT_STEP_MM = 0.1, 0.01, 0.001
MASKS = ("myocardium", "lv_blood", "rv_blood", "heart")


@dataclass(frozen=True)
class Truth:
    """Arrays indexed [row, column]; displacement [images, 2, rows, columns]."""

    t1_ms: np.ndarray
    masks: dict[str, np.ndarray]  # shares 0...1
    displacement_mm: np.ndarray
    spacing_mm: float
    motion: str
    series_uid: str

    def myocardium_core(self) -> np.ndarray:
        """Pixels of pure left ventricular muscle that the neighbouring tissues' blur does not reach."""
        reach_mm = 2.0
        pure = self.masks["myocardium"] > 0.995
        return ndimage.distance_transform_edt(pure) * self.spacing_mm > reach_mm


def write_truth(folder: Path, sample: Sample, geometry: SliceGeometry, motion: str, series_uid: str) -> None:
    """Writes the truth of the first series of a batch."""
    folder.mkdir(parents=True)
    affine = geometry.nifti_affine()
    array = lambda tensor: tensor[0].cpu().numpy()
    map_of = lambda pixels: pixels.T[:, :, None]
    write_values(folder / "t1.nii.gz", map_of(array(sample.t1_ms)), T1_STEP_MS, np.int16, affine)
    for name in MASKS:
        write_values(folder / f"{name}.nii.gz", map_of(array(sample.masks[name])), SHARE_STEP, np.uint8, affine)
    displacement_mm = array(sample.fields) * geometry.grid.spacing_mm
    by_column = displacement_mm.transpose(3, 2, 0, 1)[:, :, None]
    write_values(folder / "displacement_mm.nii.gz", by_column, DISPLACEMENT_STEP_MM, np.int16, affine)
    about = {
        "synthetic": True,
        "series_uid": series_uid,
        "motion": motion,
        "ti_ms": [float(v) for v in sample.ti_ms[0]],
        "field_strength_t": 3.0 if sample.three_tesla[0] else 1.5,
    }
    (folder / "truth.json").write_text(json.dumps(about, indent=1) + "\n")


def read_truth(folder: Path) -> Truth:
    about = json.loads((folder / "truth.json").read_text())
    t1 = nibabel.load(folder / "t1.nii.gz")
    return Truth(
        t1_ms=read_map(folder / "t1.nii.gz"),
        masks={name: read_map(folder / f"{name}.nii.gz") for name in MASKS},
        displacement_mm=read_displacement(folder / "displacement_mm.nii.gz"),
        spacing_mm=float(t1.header.get_zooms()[0]),
        motion=about["motion"],
        series_uid=about["series_uid"],
    )


def read_map(path: Path) -> np.ndarray:
    """A NIfTI map of shape columns x rows x 1 as [row, column]."""
    return np.asarray(nibabel.load(path).dataobj, dtype=np.float64)[:, :, 0].T


def read_displacement(path: Path) -> np.ndarray:
    """A displacement_mm file as [images, 2, rows, columns]."""
    return np.asarray(nibabel.load(path).dataobj, dtype=np.float64)[:, :, 0].transpose(2, 3, 1, 0)


def write_values(path: Path, values: np.ndarray, step: float, dtype: type, affine: np.ndarray) -> None:
    """`values` of shape columns x rows x 1 and more, as whole multiples of `step`."""
    limits = np.iinfo(dtype)
    stored = np.clip(np.round(values / step), limits.min, limits.max).astype(dtype)
    nifti.write(path, stored, affine, step)
