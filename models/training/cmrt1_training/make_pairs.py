"""Makes a finite set of rest and stress T1 maps for `train dt1 --data OUT`: what a site has, without truth.

    python -m cmrt1_training.make_pairs OUT --pairs 90 --stress-maps 2

Writes OUT/rest/NAME.nii.gz and OUT/stress/NAME.nii.gz, further stress maps of the same heart as NAME_run-2.nii.gz:
T1 in ms, 192 x 192 pixels of 1 mm. A heart's stress maps differ in response, motion and noise. No evaluation and no
training from the generator uses these seeds.
"""

import argparse
from pathlib import Path

import numpy as np
from torch import Tensor

from .nifti import write_slices
from .phantom import Grid, PairSettings, generate_pairs
from .slice_geometry import SliceGeometry

FIRST_SEED = 8_000_000
GRID = Grid(192, 192, 1.0)
MOST_STRESS_MAPS = 8  # as many views as in_views gives


def make_pairs(folder: Path, hearts: int, stress_maps: int = 1, grid: Grid = GRID, first: int = 0) -> None:
    """`folder` must not exist. `grid` is square."""
    settings = PairSettings(grid=grid, views=stress_maps)
    affine = SliceGeometry(grid).nifti_affine()
    for role in ("rest", "stress"):
        (folder / role).mkdir(parents=True)
    for number in range(first, first + hearts):
        pair = generate_pairs(FIRST_SEED + number, settings, batch=stress_maps)
        names = [f"heart_{number:04d}" + f"_run-{k + 1}" * (k > 0) for k in range(stress_maps)]
        _write(folder / "rest" / f"{names[0]}.nii.gz", pair.rest_ms[0], affine)
        for view, name in enumerate(names):
            _write(folder / "stress" / f"{name}.nii.gz", as_the_first_view(pair.stress_ms[view], view), affine)


def as_the_first_view(image: Tensor, view: int) -> Tensor:
    """Undoes what phantom.anatomy.in_views does to an image [rows, columns]."""
    image = image.flip([axis for axis, bit in ((1, 2), (0, 4)) if view & bit])
    return image.T if view & 1 else image


def _write(path: Path, t1_ms: Tensor, affine: np.ndarray) -> None:
    write_slices(path, t1_ms.round().numpy().astype(np.int16)[None], affine)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder; must not exist")
    parser.add_argument("--pairs", type=int, default=60, help="hearts, with a rest map each (default: 60)")
    parser.add_argument("--stress-maps", type=int, default=1, choices=range(1, MOST_STRESS_MAPS + 1),
                        help="of each heart (default: 1)")  # fmt: skip
    parser.add_argument("--first", type=int, default=0, help="number of the first heart (default: 0)")
    options = parser.parse_args()
    if options.out.exists():
        parser.error(f"{options.out} exists already; name a new folder or remove it")
    make_pairs(options.out, options.pairs, options.stress_maps, first=options.first)


if __name__ == "__main__":
    main()
