"""Compares what t1moco delivered for a synthetic series with the truth."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .truth import Truth, read_displacement, read_map


@dataclass(frozen=True)
class Errors:
    """Errors of one series or of several pooled, one value a pixel (displacement: a pixel and image)."""

    t1_before_ms: np.ndarray  # signed, in the core of the myocardium; NaN where nothing was fitted
    t1_after_ms: np.ndarray
    displacement_before_mm: np.ndarray  # length of the error vector, within the heart
    displacement_after_mm: np.ndarray
    spacing_mm: float


def compare(truth: Truth, result_folder: Path) -> Errors:
    """Errors before and after correction, from t1moco's files in `result_folder`.

    Only differences between images can be known, so the mean over the images is taken out of both fields.
    Raises OSError where a file is missing and ValueError where its shape is not the truth's.
    """
    core, heart = truth.myocardium_core(), truth.masks["heart"] > 0.5
    found = read_displacement(result_folder / "displacement_mm.nii.gz")
    if found.shape != truth.displacement_mm.shape:
        raise ValueError(f"displacement of shape {found.shape}, truth {truth.displacement_mm.shape}")
    before, after = _remaining_motion(0 * found, truth), _remaining_motion(found, truth)
    return Errors(
        t1_before_ms=_t1_error(result_folder / "t1_uncorrected.nii.gz", truth)[core],
        t1_after_ms=_t1_error(result_folder / "t1.nii.gz", truth)[core],
        displacement_before_mm=before[:, heart].ravel(),
        displacement_after_mm=after[:, heart].ravel(),
        spacing_mm=truth.spacing_mm,
    )


def uncorrected(truth: Truth) -> Errors:
    """What counts for a series that failed: no T1, and all of its motion left."""
    motion = _remaining_motion(0 * truth.displacement_mm, truth)[:, truth.masks["heart"] > 0.5].ravel()
    nothing = np.full(int(truth.myocardium_core().sum()), np.nan)
    return Errors(nothing, nothing, motion, motion, truth.spacing_mm)


def pool(errors: list[Errors]) -> Errors:
    joined = lambda name: np.concatenate([getattr(e, name) for e in errors])
    return Errors(
        joined("t1_before_ms"),
        joined("t1_after_ms"),
        joined("displacement_before_mm"),
        joined("displacement_after_mm"),
        errors[0].spacing_mm,
    )


def summarise(errors: Errors) -> dict[str, float]:
    """Medians, 95th percentiles and bias, before and after, with units in the names."""
    summary = {}
    for stage in ("before", "after"):
        t1 = getattr(errors, f"t1_{stage}_ms")
        fitted = t1[np.isfinite(t1)]
        summary[f"t1_{stage}_unfitted_percent"] = 100 * (1 - len(fitted) / max(1, len(t1)))
        summary[f"t1_{stage}_median_absolute_ms"] = _quantile(np.abs(fitted), 0.5)
        summary[f"t1_{stage}_p95_absolute_ms"] = _quantile(np.abs(fitted), 0.95)
        summary[f"t1_{stage}_bias_ms"] = _quantile(fitted, 0.5)
    for stage in ("before", "after"):
        motion = getattr(errors, f"displacement_{stage}_mm")
        for name, q in (("median", 0.5), ("p95", 0.95)):
            value = _quantile(motion, q)
            summary[f"displacement_{stage}_{name}_mm"] = value
            summary[f"displacement_{stage}_{name}_px"] = value / errors.spacing_mm
    return summary


def _t1_error(path: Path, truth: Truth) -> np.ndarray:
    """Signed error in ms, NaN where the map holds no T1 (0)."""
    t1 = read_map(path)
    if t1.shape != truth.t1_ms.shape:
        raise ValueError(f"{path.name} of shape {t1.shape}, truth {truth.t1_ms.shape}")
    return np.where(t1 > 0, t1 - truth.t1_ms, np.nan)


def _remaining_motion(found_mm: np.ndarray, truth: Truth) -> np.ndarray:
    """Length of found - true displacement, mean over images removed; [images, rows, columns]."""
    difference = found_mm - truth.displacement_mm
    return np.linalg.norm(difference - difference.mean(0), axis=1)


def _quantile(values: np.ndarray, q: float) -> float:
    return float(np.quantile(values, q)) if len(values) else float("nan")
