"""The sets that qcdseg is measured on: generated ones, and public real ones with contours."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .labelled_set import TEST_ANATOMIES, write_set
from .nifti import write_slices
from .phantom import Grid
from .phantom.contrast import KINDS
from .real_slices import read_contoured, read_endocardial
from .slice_geometry import SliceGeometry

FIRST_SEED, FIRST_FAILING_SEED = 3_000_000_000, 4_000_000_000
FAIL_SHARE = 1 / 3
CINE_MM = 1.4  # PNG images say no pixel size; usual for them


@dataclass(frozen=True)
class Case:
    """One image with its truth."""

    file: Path
    slice: int | None  # None: the only image of its file
    image: np.ndarray  # [rows, columns]
    truth: np.ndarray  # the same shape; negative where nobody knows
    group: str  # contrast, patient


@dataclass(frozen=True)
class ImageSet:
    name: str  # of its folders, too
    inputs: list[Path]  # what the program is given
    cases: list[Case]
    by_group: bool = False  # a row each, before that of all


def generated_set(folder: Path, images: int, kinds: tuple[str, ...] = KINDS) -> ImageSet:
    """The contrasts `kinds` in turn."""
    files = write_set(folder, images, FIRST_SEED, TEST_ANATOMIES, kinds)
    return _of_files("generated", [(one, one.kind) for one in files], by_group=True)


def unplaced_set(folder: Path, images: int) -> ImageSet:
    """The same images; their headers do not say how they lie in the patient."""
    files = write_set(folder, images, FIRST_SEED, TEST_ANATOMIES, placed=False)
    return _of_files("generated, no orientation", [(one, one.kind) for one in files])


def failing_set(folder: Path, images: int) -> ImageSet:
    files = write_set(folder, images, FIRST_FAILING_SEED, TEST_ANATOMIES, fail_share=FAIL_SHARE)
    return _of_files("failing", [(one, one.failure or "none") for one in files])


def _of_files(name: str, files: list, by_group: bool = False) -> ImageSet:
    cases = [Case(one.file, 0, one.images()[0], one.classes()[0].astype(np.int8), group) for one, group in files]
    return ImageSet(name, [one.file for one, _ in files], cases, by_group)


def real_sets(data: Path, work: Path) -> list[ImageSet]:
    """Those that `data` holds of sunnybrook, preclinical_sax and the patients of sunnybrook_endo that never train."""
    sets = []
    for name in ("sunnybrook", "preclinical_sax"):
        if (data / name).is_dir():
            cases = [Case(file, None, image, truth.astype(np.int8), stack.name)
                     for stack in read_contoured(data / name)
                     for file, image, truth in zip(stack.files, stack.images, stack.classes)]  # fmt: skip
            by_patient = name == "sunnybrook"  # the outer contours of one are displaced
            sets.append(ImageSet(name, [data / name], cases, by_patient))
    if (data / "anatomy" / "sunnybrook_endo").is_dir():
        sets.append(_endocardial(data / "anatomy" / "sunnybrook_endo", work))
    return sets


def _endocardial(folder: Path, work: Path) -> ImageSet:
    """Each patient's PNG images as one NIfTI file, as the program does not read PNG."""
    work.mkdir(parents=True, exist_ok=True)
    inputs, cases = [], []
    for stack in read_endocardial(folder):
        file = work / f"{stack.name}.nii.gz"
        affine = SliceGeometry(Grid(*stack.images.shape[1:], CINE_MM)).nifti_affine()
        write_slices(file, np.round(255 * stack.images).astype(np.int16), affine)
        inputs.append(file)
        cases += [Case(file, k, image, truth.astype(np.int8), stack.name)
                  for k, (image, truth) in enumerate(zip(stack.images, stack.classes))]  # fmt: skip
    return ImageSet("sunnybrook_endo", inputs, cases)
