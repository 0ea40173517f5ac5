"""Real short-axis images with expert contours, to measure segmentation on.

Classes as in phantom/labels.py; -1 where nobody has said what a pixel is.
"""

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from matplotlib import image as picture
from matplotlib.path import Path as Polygon

from .phantom.labels import BACKGROUND, LV_BLOOD, MYOCARDIUM

UNKNOWN = -1
HELD_OUT_SHARE = 1 / 3
# The patients of sunnybrook_endo whose frames also lie in sunnybrook, which only tests.
TEST_PATIENTS = ("SC-HF-I-01", "SC-HF-I-04", "SC-HF-I-06")


@dataclass(frozen=True)
class Stack:
    """Images of one patient in one orientation, so that the heart can be looked for in all of them."""

    name: str
    images: np.ndarray  # [slices, rows, columns]
    classes: np.ndarray  # the same shape
    files: tuple[Path, ...]  # of the images


def read_contoured(folder: Path) -> list[Stack]:
    """A folder with `dicom` and contour folders (x y in pixels), or patients' folders of that kind.

    Frames without both contours are left out, as nobody says what they show.
    """
    patients = sorted(dicom.parent for dicom in [*folder.glob("dicom"), *folder.glob("*/dicom")])
    return [stack for stack in map(_read_patient, patients) if len(stack.images)]


def _read_patient(folder: Path) -> Stack:
    frames = {int(re.sub(r"\D", "", file.stem)): file for file in (folder / "dicom").glob("*.dcm")}
    contours = {kind: _numbered(folder, f"*{kind}contour*.txt") for kind in "io"}
    images, classes, files = [], [], []
    for number in sorted(frames.keys() & contours["i"].keys() & contours["o"].keys()):
        image = pydicom.dcmread(frames[number]).pixel_array.astype(np.float32)
        inner, outer = (_filled(contours[kind][number], image.shape) for kind in "io")
        images.append(image)
        classes.append(np.where(inner, LV_BLOOD, np.where(outer, MYOCARDIUM, BACKGROUND)))
        files.append(frames[number])
    return Stack(folder.name, np.array(images), np.array(classes), tuple(files))


def _numbered(folder: Path, pattern: str) -> dict[int, Path]:
    return {int(file.name.split("-")[2]): file for file in folder.rglob(pattern)}


def _filled(contour: Path, shape: tuple[int, int]) -> np.ndarray:
    """Pixels whose centre lies within the closed contour."""
    rows, columns = np.indices(shape)
    points = np.stack([columns.ravel(), rows.ravel()], 1)
    return Polygon(np.loadtxt(contour)[:, :2]).contains_points(points).reshape(shape)


def read_endocardial(folder: Path, held_out: bool = True) -> list[Stack]:
    """PNG images with masks of the cavity (Sunnybrook Cardiac Data) of the patients kept for measuring, or the others."""
    patients = defaultdict(list)
    for file in sorted((folder / "images").glob("*.png")):
        patients[file.name.split("-IM")[0]].append(file)
    kept = held_out_patients(list(patients))
    stacks = []
    for name, files in sorted(patients.items()):
        if (name in kept) == held_out:
            images = np.stack([_grey(file) for file in files])
            cavity = np.stack([_grey(folder / "endo" / file.name) > 0 for file in files])
            stacks.append(Stack(name, images, np.where(cavity, LV_BLOOD, UNKNOWN), tuple(files)))
    return stacks


def held_out_patients(names: list[str]) -> set[str]:
    """A third of the patients, by hash, and those who are in a test set."""
    ranked = sorted(names, key=lambda name: (name not in TEST_PATIENTS, hashlib.sha256(name.encode()).digest()))
    return set(ranked[: max(round(len(names) * HELD_OUT_SHARE), len(set(names) & set(TEST_PATIENTS)))])


def _grey(file: Path) -> np.ndarray:
    values = picture.imread(file).astype(np.float32)
    return values[..., 0] if values.ndim == 3 else values
