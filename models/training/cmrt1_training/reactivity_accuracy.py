"""Compares what dt1map delivered for a pair of known truth with that truth."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy import ndimage

from .overlap import dice
from .pair_set import LANDMARKS, PairFiles, PairTruth
from .truth import read_displacement, read_map

SEGMENTS = 6  # of 60 degrees, from the anterior insertion over the septum
LEAST_T1_MS = 200  # as dt1map: below, dT1 is not defined
LEAST_DICE, MOST_ERROR = 0.7, 2.0  # a pair beyond is bad


@dataclass(frozen=True)
class Measured:
    """One pair. dT1 in %, NaN where nothing was delivered; a failure counts with all of its displacement."""

    pair: PairFiles
    dice_before: float
    dice: float
    displacement_before_mm: float  # mean length over the myocardium
    displacement_mm: float  # mean distance from the truth
    dt1: float  # mean in the true mask of the map at rest
    true_dt1: float
    median_dt1: float  # in that mask: noise, which raises the mean of a ratio, does not move it
    true_median_dt1: float
    contour_dt1: float  # from the mean T1 within the true masks of both maps: what an observer with contours finds
    undefined: float  # share of the true mask without dT1
    segments: np.ndarray  # mean dT1 of each segment, NaN where it has none
    true_segments: np.ndarray
    flagged: bool
    failure: str  # empty where dT1 was delivered

    @cached_property
    def bad(self) -> bool:
        return bool(self.failure) or self.dice < LEAST_DICE or not abs(self.dt1 - self.true_dt1) <= MOST_ERROR


def measure(pair: PairFiles, result: Path, flagged: bool) -> Measured:
    """From the files in `result`. What is missing or of a wrong shape is a failure, not an error."""
    truth = pair.truth()
    try:
        dt1, field = read_map(result / "dt1.nii.gz"), read_displacement(result / "displacement_mm.nii.gz")[0]
        if dt1.shape != truth.response.shape or field.shape != truth.displacement_mm.shape:
            raise ValueError(f"maps of shape {dt1.shape} and fields of shape {field.shape}")
        failure = ""
    except (OSError, ValueError, IndexError) as error:
        dt1, field = np.full_like(truth.response, np.nan), np.zeros_like(truth.displacement_mm)
        failure = str(error)
    return _measured(pair, truth, dt1, field, flagged, failure)


def perfect(pair: PairFiles) -> Measured:
    """What the true field leaves: noise, limited resolution, and tissues that share a pixel."""
    truth, rest = pair.truth(), read_map(pair.rest)
    moved = _warped(read_map(pair.stress), truth.displacement_mm / pair.spacing_mm, 3)
    dt1 = np.where(rest >= LEAST_T1_MS, 100 * (moved / np.maximum(rest, 1) - 1), np.nan)
    return _measured(pair, truth, dt1, truth.displacement_mm, False, "")


def _measured(pair: PairFiles, truth: PairTruth, dt1: np.ndarray, field: np.ndarray, flagged: bool,
              failure: str) -> Measured:  # fmt: skip
    inside = truth.rest_muscle > 0.5
    known = inside & np.isfinite(dt1)
    numbers = segment_numbers(pair, dt1.shape)
    moved = _warped(truth.stress_muscle, np.nan_to_num(field) / pair.spacing_mm)
    distance = lambda found: float(np.linalg.norm(found - truth.displacement_mm, axis=0)[inside].mean())
    return Measured(
        pair,
        dice_before=dice(truth.stress_muscle > 0.5, inside),
        dice=dice(moved > 0.5, inside),
        displacement_before_mm=distance(0 * field),
        displacement_mm=distance(np.nan_to_num(field)),
        dt1=_mean(dt1[known]),
        true_dt1=_mean(truth.response[inside]),
        median_dt1=_median(dt1[known]),
        true_median_dt1=_median(truth.response[inside]),
        contour_dt1=_from_contours(pair, truth),
        undefined=1 - float(known.sum()) / float(inside.sum()),
        segments=segment_means(dt1, known, numbers),
        true_segments=segment_means(truth.response, inside, numbers),
        flagged=flagged,
        failure=failure,
    )


def segment_numbers(pair: PairFiles, shape: tuple[int, int]) -> np.ndarray | None:
    """0...5 for each pixel, or None where the truth has no insertion points or the roles are exchanged."""
    return None if pair.exchanged else segments_about(pair.landmarks_px, shape)


def segments_about(landmarks_px: dict[str, tuple[float, float]], shape: tuple[int, int]) -> np.ndarray | None:
    """0...5 for each pixel, or None without LV centre and both insertion points (pair_set.LANDMARKS)."""
    if len(landmarks_px) < 3:
        return None
    centre, anterior, inferior = (np.array(landmarks_px[name]) for name in LANDMARKS)
    angle = lambda offset: np.arctan2(offset[1], offset[0])
    first = angle(anterior - centre)
    over_septum = (angle(inferior - centre) - first + np.pi) % (2 * np.pi) - np.pi
    y, x = np.indices(shape)
    turned = np.sign(over_septum) * (angle((x - centre[0], y - centre[1])) - first)
    return (turned % (2 * np.pi) // (2 * np.pi / SEGMENTS)).astype(int).clip(max=SEGMENTS - 1)


def segment_means(values: np.ndarray, where: np.ndarray, numbers: np.ndarray | None) -> np.ndarray:
    """Of `values` in each segment, as far as `where` reaches; NaN where a segment has none."""
    if numbers is None:
        return np.full(SEGMENTS, np.nan)
    return np.array([_mean(values[where & (numbers == k)]) for k in range(SEGMENTS)])


def _from_contours(pair: PairFiles, truth: PairTruth) -> float:
    rest, stress = (_mean(read_map(file)[muscle > 0.5]) for file, muscle in
                    ((pair.rest, truth.rest_muscle), (pair.stress, truth.stress_muscle)))  # fmt: skip
    return 100 * (stress / rest - 1)


def _warped(image: np.ndarray, field_px: np.ndarray, order: int = 1) -> np.ndarray:
    """image(p + u(p)); `field_px` [2 (x, y), rows, columns]."""
    at = np.indices(image.shape) + field_px[::-1]
    return ndimage.map_coordinates(image, at, order=order, mode="nearest")


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else np.nan


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if values.size else np.nan
