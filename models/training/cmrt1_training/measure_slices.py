"""Measures short-axis shapes from apex to base and through the heart beat, for the segmentation networks.

    python -m cmrt1_training.measure_slices ANATOMY_FOLDER

Cuts the biventricular models of three people (29 frames, one of them over a whole cardiac cycle; biv-me,
University of Auckland, Apache-2.0) and describes each slice by the curves of measure_anatomy.py. Mean and
principal modes for each third of the ventricle go to phantom/heart_slices.json.
"""

import argparse
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
from scipy import ndimage

from .measure_anatomy import HARMONICS, LV_BLOOD, LV_MUSCLE, RV_BLOOD, fourier, polar_curves

# Of the way from apex to mitral valve; above the last one the cut meets the valves.
LEVELS = {"apical": (0.04, 0.08, 0.12, 0.16, 0.20, 0.25), "mid": (0.3, 0.4, 0.5, 0.6), "basal": (0.62, 0.67, 0.72)}
SIZE = 192  # px of 1 mm
KEPT_VARIANCE = 0.97
SLICES_FILE = Path(__file__).parent / "phantom" / "heart_slices.json"


def load_renderer(anatomy_folder: Path):
    """The models' own module, render.py, from where the data lie."""
    path = anatomy_folder / "biventricular" / "render.py"
    sys.path[:0] = [str(path.parent), str(anatomy_folder / "four_chamber_ssm")]
    spec = importlib.util.spec_from_file_location("render", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def slice_labels(renderer, vertices: np.ndarray, level: float) -> np.ndarray:
    """Label map of one cut, right ventricle to the left, anterior up."""
    faces = lambda *names: renderer.F[np.isin(renderer.lab, names)]
    points = lambda *names: vertices[np.unique(faces(*names))]
    valve, cavity = points("MITRAL_VALVE").mean(0), points("LV_ENDOCARDIAL")
    apex = cavity[np.argmax(((cavity - valve) ** 2).sum(1))]
    axis = (valve - apex) / np.linalg.norm(valve - apex)
    to_rv = points("RV_SEPTUM", "RV_FREEWALL").mean(0) - cavity.mean(0)
    to_rv -= to_rv @ axis * axis
    right = -to_rv / np.linalg.norm(to_rv)
    origin, down = apex + level * (valve - apex), np.cross(axis, right)

    def filled(*names: str) -> np.ndarray:
        cut = renderer.cut(vertices, faces(*names), origin, axis)
        return ndimage.binary_fill_holes(renderer.raster(cut, origin, right, down, SIZE, 1.0))

    labels = np.zeros((SIZE, SIZE), np.uint8)
    lv, rv = filled("LV_ENDOCARDIAL"), filled("RV_SEPTUM", "RV_FREEWALL")
    muscle = filled("LV_EPICARDIAL", "RV_EPICARDIAL") & ~rv | lv
    radius = 3 if muscle.sum() > 900 else 2
    disc = np.hypot(*np.mgrid[-radius : radius + 1, -radius : radius + 1]) <= radius
    labels[ndimage.binary_opening(muscle, disc)] = LV_MUSCLE  # without the thin wall of the right ventricle
    labels[rv], labels[lv] = RV_BLOOD, LV_BLOOD
    return labels


def measure(anatomy_folder: Path) -> dict:
    renderer = load_renderer(anatomy_folder)
    folder = anatomy_folder / "biventricular"
    hearts = [renderer.load(file) for file in sorted(folder.glob("*/*_model_frame_*.txt"))]
    content = {
        "source": "biventricular models of three people over the heart beat, biv-me, University of Auckland, "
        "Apache-2.0; statistics measured by measure_slices.py",
        "harmonics": HARMONICS,
        "curves": ["epicardium", "endocardium", "rv_depth"],
        "unit": "mean epicardial radius of the slice",
    }
    for third, levels in LEVELS.items():
        cuts = [polar_curves(slice_labels(renderer, vertices, level)) for vertices in hearts for level in levels]
        content[third] = _statistics([fourier(curves) for curves in cuts if curves is not None])
    return content


def _statistics(coefficients: list[np.ndarray]) -> dict:
    radii = np.array([one[0, 0] for one in coefficients])
    shapes = np.array([(one / one[0, 0]).ravel() for one in coefficients])
    mean = shapes.mean(0)
    _, singular, modes = np.linalg.svd(shapes - mean, full_matrices=False)
    sd = singular / np.sqrt(len(shapes) - 1)
    kept = int(np.searchsorted(np.cumsum(sd**2) / (sd**2).sum(), KEPT_VARIANCE)) + 1
    return {
        "slices": len(shapes),
        "radius_mm": {"mean": round(float(radii.mean()), 3), "sd": round(float(radii.std()), 3)},
        "mean": np.round(mean, 5).tolist(),
        "modes": np.round(modes[:kept] * sd[:kept, None], 5).tolist(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("anatomy_folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=SLICES_FILE)
    options = parser.parse_args()
    options.output.write_text(json.dumps(measure(options.anatomy_folder), indent=1) + "\n")


if __name__ == "__main__":
    main()
