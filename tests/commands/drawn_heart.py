"""Short-axis slices drawn in the grey values that the stand-ins for the segmentation networks know
(tests/qcd/networks/make_networks.py), as arrays of rows x columns, NIfTI and DICOM."""

from pathlib import Path

import nibabel
import numpy as np
import pydicom
from conftest import ROOT

ROWS, COLUMNS, SPACING_MM = 120, 140, 1.5
AFFINE = np.array([[-1.5, 0, 0, 90], [0, -0.3, 7.9, -20], [0, -1.47, -1.6, 60], [0, 0, 0, 1.0]])
INNER_MM, OUTER_MM = 17, 26
PATIENT = "Secret^Person"


def radius_mm(x, y, finer=1):
    """Of each pixel's centre (of a grid `finer` times as fine) from the heart's."""
    row, column = (np.mgrid[: ROWS * finer, : COLUMNS * finer] + 0.5) / finer - 0.5
    return SPACING_MM * np.hypot(column - x, row - y)


def heart(x=70, y=60, doubt=0):
    """A ring of muscle about blood; the upper `doubt` (0 to 1) of its height divides the six members."""
    finer = 4
    radius = radius_mm(x, y, finer)
    height = np.broadcast_to((np.arange(ROWS * finer) / finer - y)[:, None], radius.shape) * SPACING_MM / OUTER_MM
    muscle = np.where(height < 2 * doubt - 1, 2550, 1000)
    fine = np.where(radius < INNER_MM, 1800, np.where(radius < OUTER_MM, muscle, 100))
    return fine.reshape(ROWS, finer, COLUMNS, finer).mean((1, 3))


def labels(x=70, y=60):
    radius = radius_mm(x, y)
    return np.where(radius < INNER_MM, 2, np.where(radius < OUTER_MM, 1, 0))


def dice(a, b):
    return 2 * (a & b).sum() / (a.sum() + b.sum())


def write_nifti(file, images=None, affine=AFFINE, dtype=np.float32):
    """`images`: rows x columns, and further axes behind them."""
    voxels = np.swapaxes(np.asarray(heart() if images is None else images), 0, 1)
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(nibabel.Nifti1Image(voxels.astype(dtype), affine), file)
    return file


def read_labels(file):
    """Rows x columns and further axes."""
    return np.swapaxes(np.asarray(nibabel.load(file).dataobj), 0, 1)


def write_dicom(folder, images=None, number=7, **attributes):
    """A cine series of one image a slice, 10 mm apart; returns its files."""
    images = [heart()] * 3 if images is None else images
    folder.mkdir(parents=True, exist_ok=True)
    source = next((ROOT / "data" / "sample_study" / "01_magnitude").iterdir())
    files = []
    for i, image in enumerate(images):
        dataset = pydicom.dcmread(source)
        for name in ("InversionTime", "ImageComments"):
            delattr(dataset, name)
        dataset.PatientName = PATIENT
        dataset.SeriesDescription = dataset.ProtocolName = "cine " + PATIENT
        dataset.SeriesNumber, dataset.InstanceNumber = number, i + 1
        dataset.SeriesInstanceUID = f"1.2.3.{number}"
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}.{i + 1}"
        dataset.Rows, dataset.Columns = image.shape
        dataset.PixelSpacing = [SPACING_MM, SPACING_MM]
        normal = np.cross(dataset.ImageOrientationPatient[:3], dataset.ImageOrientationPatient[3:])
        dataset.ImagePositionPatient = [round(float(v), 6) for v in 10 * i * normal]
        dataset.PixelData = image.round().astype(np.uint16).tobytes()
        for name, value in attributes.items():
            setattr(dataset, name, value)
        files.append(folder / f"{number}_{i}.dcm")
        dataset.save_as(files[-1])
    return files
