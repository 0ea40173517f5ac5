"""NIfTI files as the programs read and write them: columns x rows (x slices), no reorientation."""

import gzip
from pathlib import Path

import nibabel
import numpy as np


def stem(path: Path) -> str:
    """The file's name without .nii or .nii.gz."""
    return path.name.removesuffix(".gz").removesuffix(".nii")


def files_in(folder: Path) -> dict[str, Path]:
    """The NIfTI files of a folder by stem, in order of name."""
    files = sorted(file for file in folder.iterdir() if file.name.endswith((".nii", ".nii.gz")))
    return {stem(file): file for file in files}


def read_slices(path: Path) -> np.ndarray:
    """[slices, rows, columns] of a file of two or three dimensions, float32."""
    values = np.asarray(nibabel.load(path).dataobj, dtype=np.float32)
    while values.ndim > 3 and values.shape[-1] == 1:
        values = values[..., 0]
    if values.ndim not in (2, 3):
        raise ValueError(f"{path} has {values.ndim} dimensions; columns, rows and slices are expected")
    return np.ascontiguousarray(np.atleast_3d(values).transpose(2, 1, 0))


def write_slices(path: Path, values: np.ndarray, affine: np.ndarray | None, step: float = 1,
                 spacing_mm: float = 1) -> None:  # fmt: skip
    """What read_slices reads; `values` of an integer type, each worth `step`."""
    write(path, values.transpose(2, 1, 0), affine, step, spacing_mm)


def write(path: Path, stored: np.ndarray, affine: np.ndarray | None, step: float = 1, spacing_mm: float = 1) -> None:
    """The same bytes for the same values. Without an affine the header says no more than the pixels' `spacing_mm`."""
    image = nibabel.Nifti1Image(stored, affine)
    if affine is None:
        image.header.set_zooms((spacing_mm, spacing_mm, *image.header.get_zooms()[2:]))
    image.header.set_slope_inter(step, 0)
    image.header.set_xyzt_units("mm")
    path.write_bytes(gzip.compress(image.to_bytes(), mtime=0))
