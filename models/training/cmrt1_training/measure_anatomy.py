"""Measures the heart-shape statistics that the phantom draws from.

    python -m cmrt1_training.measure_anatomy ANATOMY_FOLDER

Samples hearts from the King's College London four-chamber statistical shape model (Rodero et al., PLoS
Comput Biol 2021;17(4):e1008851; CC BY 4.0), cuts them into short-axis slices and describes each slice by
three closed curves around the centre of the left ventricle, as Fourier series over the angle:
epicardium, endocardium, and the depth of the right ventricular cavity beyond the epicardium (negative
where there is none). Mean and principal modes of these coefficients go to phantom/heart_shapes.json;
the meshes themselves are not needed afterwards.
"""

import argparse
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
from scipy import ndimage

LEVELS = (0.25, 0.35, 0.45, 0.55, 0.65, 0.7)  # of the way from apex to mitral valve
HARMONICS = 6
ANGLES = 72
LV_BLOOD, LV_MUSCLE, RV_BLOOD = 1, 2, 3
NO_RV_DEPTH = -0.15  # of the epicardial radius
SHAPES_FILE = Path(__file__).parent / "phantom" / "heart_shapes.json"


def load_shape_model(anatomy_folder: Path):
    """The shape model's own module, sax.py, from where the data lie."""
    path = anatomy_folder / "four_chamber_ssm" / "sax.py"
    spec = importlib.util.spec_from_file_location("sax", path)
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    spec.loader.exec_module(module)
    return module


def polar_curves(labels: np.ndarray) -> np.ndarray | None:
    """Epicardial radius, endocardial radius and RV depth (mm at 1 mm pixels) for ANGLES directions.

    Angle 0 points to growing columns, a quarter turn to growing rows. None where the slice shows no
    closed left ventricle.
    """
    blood = labels == LV_BLOOD
    lv = ndimage.binary_fill_holes(blood | (labels == LV_MUSCLE))
    if blood.sum() < 100:
        return None
    centre_y, centre_x = ndimage.center_of_mass(lv)
    theta = np.arange(ANGLES) * 2 * np.pi / ANGLES
    steps = np.arange(0, 90, 0.5)
    points = [centre_y + np.sin(theta)[:, None] * steps, centre_x + np.cos(theta)[:, None] * steps]
    along = lambda mask: ndimage.map_coordinates(mask.astype(np.uint8), points, order=0).astype(bool)
    first_exit = lambda mask: steps[np.argmin(along(mask), axis=1)]
    epi, endo = first_exit(lv), first_exit(blood)
    rv = along(labels == RV_BLOOD)
    outermost = np.where(rv.any(1), steps[rv.shape[1] - 1 - np.argmax(rv[:, ::-1], axis=1)], 0)
    depth = np.where(rv.any(1), outermost - epi, NO_RV_DEPTH * epi.mean())
    return np.stack([epi, endo, ndimage.gaussian_filter1d(depth, 1.5, mode="wrap")])


def fourier(curves: np.ndarray) -> np.ndarray:
    """Coefficients [curve, 1 + 2 HARMONICS]: constant, then cos n and sin n for n = 1...HARMONICS."""
    theta = np.arange(ANGLES) * 2 * np.pi / ANGLES
    basis = [np.ones(ANGLES)]
    for n in range(1, HARMONICS + 1):
        basis += [np.cos(n * theta), np.sin(n * theta)]
    return np.linalg.lstsq(np.stack(basis, 1), curves.T, rcond=None)[0].T


def measure(anatomy_folder: Path, hearts: int, seed: int) -> dict:
    model = load_shape_model(anatomy_folder)
    rng = np.random.default_rng(seed)
    shapes, radii, levels = [], [], []
    for heart in range(hearts):
        mesh = model.sample(rng.normal(size=18) if heart else np.zeros(18))
        for level in LEVELS:
            curves = polar_curves(model.slice_labels(mesh, level, N=224))
            if curves is None:
                continue
            coefficients = fourier(curves)
            radii.append(coefficients[0, 0])
            levels.append(level)
            shapes.append((coefficients / coefficients[0, 0]).ravel())
        print(f"heart {heart + 1} of {hearts}", file=sys.stderr, flush=True)
    shapes = np.array(shapes)
    mean = shapes.mean(0)
    _, singular, modes = np.linalg.svd(shapes - mean, full_matrices=False)
    sd = singular / np.sqrt(len(shapes) - 1)
    kept = int(np.searchsorted(np.cumsum(sd**2) / (sd**2).sum(), 0.97)) + 1
    return {
        "source": "King's College London four-chamber statistical shape model, Rodero et al., PLoS Comput "
        "Biol 2021;17(4):e1008851, CC BY 4.0; statistics measured by measure_anatomy.py",
        "slices": len(shapes),
        "harmonics": HARMONICS,
        "curves": ["epicardium", "endocardium", "rv_depth"],
        "unit": "mean epicardial radius of the slice",
        "radius_mm": {"mean": round(float(np.mean(radii)), 3), "sd": round(float(np.std(radii)), 3)},
        "mean": np.round(mean, 5).tolist(),
        "modes": np.round(modes[:kept] * sd[:kept, None], 5).tolist(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("anatomy_folder", type=Path)
    parser.add_argument("--hearts", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path, default=SHAPES_FILE)
    options = parser.parse_args()
    statistics = measure(options.anatomy_folder, options.hearts, options.seed)
    options.output.write_text(json.dumps(statistics, indent=1) + "\n")


if __name__ == "__main__":
    main()
