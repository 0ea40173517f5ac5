"""Compares t1moco's T1 maps with the scanner's own maps of the same slices.

    python -m cmrt1_training.compare_with_scanner OUT SCANNER_MAPS

OUT is an output folder of t1moco, SCANNER_MAPS a folder with the scanner's T1 maps (DICOM, ms). Slices are
matched by position. Prints a Markdown table: pixels compared, share within 2 ms, and the ratio scanner / ours
(median, quartiles) over pixels with R2 above 0.95 and a T1 between 100 and 3000 ms in both maps.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pydicom

from .truth import read_map

TOLERANCE_MM = 0.1


def scanner_maps(folder: Path) -> list[pydicom.Dataset]:
    """The T1 maps below a folder; images with an inversion time are no maps."""
    images = [pydicom.dcmread(f) for f in sorted(folder.rglob("*")) if f.is_file() and pydicom.misc.is_dicom(f)]
    return [d for d in images if "PixelData" in d and "InversionTime" not in d]


def scanner_t1_ms(dataset: pydicom.Dataset) -> np.ndarray:
    slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
    return dataset.pixel_array * slope + intercept


def matching(position_mm: list[float], maps: list[pydicom.Dataset]) -> pydicom.Dataset | None:
    same = (d for d in maps if np.allclose(np.array(d.ImagePositionPatient, float), position_mm, atol=TOLERANCE_MM))
    return next(same, None)


def compare(folder: Path, scanner_ms: np.ndarray) -> dict:
    ours, r2 = read_map(folder / "t1.nii.gz"), read_map(folder / "r2.nii.gz")
    both = (r2 > 0.95) & (ours > 100) & (ours < 3000) & (scanner_ms > 100) & (scanner_ms < 3000)
    ratio = scanner_ms[both] / ours[both]
    return {
        "pixels": int(both.sum()),
        "within_2_ms": float((np.abs(scanner_ms[both] - np.trunc(ours[both])) <= 2).mean()),
        "ratio": [float(q) for q in np.percentile(ratio, [25, 50, 75])],
    }


def compare_all(out: Path, maps: list[pydicom.Dataset]) -> dict[str, dict]:
    """By series key; series without a scanner map of their slice are left out."""
    results = {}
    for file in sorted(out.rglob("result.json")):
        result = json.loads(file.read_text())
        reference = matching(result["geometry"]["position_lps_mm"], maps)
        if reference is not None:
            results[result["series_key"]] = compare(file.parent, scanner_t1_ms(reference))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m cmrt1_training.compare_with_scanner",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("out", type=Path, help="output folder of t1moco")
    parser.add_argument("scanner_maps", type=Path, help="folder with the scanner's T1 maps")
    options = parser.parse_args()
    results = compare_all(options.out, scanner_maps(options.scanner_maps))
    if not results:
        parser.error("no slice of OUT lies where a scanner map does")
    print("| slice | pixels | within 2 ms | ratio scanner / ours | quartiles |\n|---|---|---|---|---|")
    for number, r in enumerate(results.values(), start=1):
        low, middle, high = r["ratio"]
        print(f"| {number} | {r['pixels']} | {100 * r['within_2_ms']:.2f} % | {middle:.4f} | {low:.4f}–{high:.4f} |")


if __name__ == "__main__":
    main()
