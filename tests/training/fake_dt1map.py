"""Stands in for dt1map: "finds" the true field that lies beside each pair, scaled by how good the method is.

python fake_dt1map.py --pairs TABLE -o OUT --method METHOD ...   as the program, for pairs of pair_set.py

Methods: network (nearly the truth), model (60 % of it), none (nothing). Pairs of different slices are flagged. Pair
in_plane_0002 fails.
"""

import csv
import sys
from pathlib import Path

import nibabel
import numpy as np
from scipy import ndimage

SHARES = {"network": 0.95, "model": 0.6, "none": 0.0}
FAILING = "in_plane_0002"


def install(folder: Path) -> Path:
    """A program of that kind."""
    program = folder / "dt1map"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "$@"\n')
    program.chmod(0o755)
    return program


def main() -> int:
    arguments = sys.argv[1:]
    table, out, method = (arguments[arguments.index(name) + 1] for name in ("--pairs", "-o", "--method"))
    Path(out).mkdir()
    with Path(table).open(newline="") as file:
        rows = [deliver(Path(row["rest"]), Path(row["stress"]), Path(out), SHARES[method]) for row in csv.DictReader(file)]
    with (Path(out) / "summary.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return 1 if any(row["status"] == "failed" for row in rows) else 0


def deliver(rest: Path, stress: Path, out: Path, share: float) -> dict:
    name = rest.name.removesuffix(".nii.gz")
    row = {"rest": rest, "status": "failed", "flag": "true", "reasons": "map_undefined", "folder": ""}
    if name == FAILING:
        return row
    prefix = "exchanged_" if rest.parent.name == "stress" else ""
    truth = nibabel.load(rest.parents[1] / "truth" / name / f"{prefix}displacement_mm.nii.gz")
    field_mm = share * np.asarray(truth.dataobj)
    maps = [np.asarray(nibabel.load(file).dataobj, float)[:, :, 0] for file in (rest, stress)]
    field = field_mm[:, :, 0, 0].transpose(2, 0, 1) / truth.header.get_zooms()[0]
    moved = ndimage.map_coordinates(maps[1], np.indices(maps[1].shape) + field, order=1, mode="nearest")
    with np.errstate(divide="ignore", invalid="ignore"):
        dt1 = np.where(maps[0] >= 200, 100 * (moved / maps[0] - 1), np.nan)
    folder = out / name
    folder.mkdir()
    save = lambda stem, values: nibabel.Nifti1Image(values.astype(np.float32), truth.affine).to_filename(folder / f"{stem}.nii.gz")
    save("dt1", dt1[:, :, None])
    save("displacement_mm", field_mm)
    flag = name.startswith("through_plane")
    return row | {"status": "flagged" if flag else "ok", "flag": str(flag).lower(), "reasons": "poor_alignment" * flag,
                  "folder": name}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
