"""Inversion-recovery series of real scanners, read from DICOM for training and tests."""

import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom

FEWEST_IMAGES, MOST_IMAGES = 5, 16


@dataclass(frozen=True)
class RealSeries:
    """One slice. Images in order of inversion time, or as they were numbered where the header has none."""

    study_uid: str
    datasets: list[pydicom.Dataset]
    images: np.ndarray  # [K, rows, columns], stored values
    spacing_mm: float


def read_series(folder: Path) -> list[RealSeries]:
    """Series of 5 to 16 magnitude images of one slice below a folder, in a fixed order.

    Skips everything else; says so where the pixels of a series cannot be read.
    """
    slices = defaultdict(list)
    for file in sorted(folder.rglob("*")):
        if file.is_file() and pydicom.misc.is_dicom(file):
            dataset = pydicom.dcmread(file)
            if _is_magnitude_image(dataset):
                position = tuple(round(float(value), 1) for value in dataset.ImagePositionPatient)
                slices[dataset.SeriesInstanceUID, position, dataset.Rows, dataset.Columns].append(dataset)
    groups = [sorted(slices[key], key=_order) for key in sorted(slices)]
    read = [_series(group) for group in groups if FEWEST_IMAGES <= len(group) <= MOST_IMAGES]
    return [series for series in read if series]


def _is_magnitude_image(dataset: pydicom.Dataset) -> bool:
    needed = ("PixelData", "ImagePositionPatient", "PixelSpacing", "SeriesInstanceUID", "StudyInstanceUID")
    kinds = {str(value).upper() for value in dataset.get("ImageType", [])}
    return all(name in dataset for name in needed) and "NumberOfFrames" not in dataset and not kinds & {"P", "PHASE"}


def _order(dataset: pydicom.Dataset) -> tuple[float, int]:
    return float(dataset.get("InversionTime") or 0), int(dataset.get("InstanceNumber") or 0)


def _series(datasets: list[pydicom.Dataset]) -> RealSeries | None:
    try:
        images = np.stack([dataset.pixel_array for dataset in datasets]).astype(np.float32)
    except (AttributeError, NotImplementedError, RuntimeError, ValueError) as error:
        print(f"skipped, its pixels cannot be read ({error}): the series of {datasets[0].filename}", file=sys.stderr)
        return None
    return RealSeries(str(datasets[0].StudyInstanceUID), datasets, images, float(datasets[0].PixelSpacing[0]))
