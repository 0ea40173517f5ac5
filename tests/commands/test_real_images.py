"""The program on real images, where they are at hand: the scanner's own maps are the reference."""

import numpy as np
import pydicom
import pytest
from cmrt1_training.compare_with_scanner import compare_all, scanner_maps
from conftest import SHARED, run_t1moco

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the public test images are not here")


def pixels(folder, pattern):
    return [pydicom.dcmread(f) for f in sorted(SHARED.glob(f"{folder}/{pattern}"))]


def zeroed_tiles(tile_source, size=24):
    """True where a tile of the reference was blanked: nothing can be compared there."""
    mask = np.zeros(tile_source.shape, bool)
    for row in range(0, mask.shape[0], size):
        for column in range(0, mask.shape[1], size):
            tile = np.s_[row : row + size, column : column + size]
            mask[tile] = not tile_source[tile].any()
    return mask


def compare_with_scanner(t1_file):
    """Share of comparable pixels within 2 ms of the scanner's map, and their number."""
    scanner = pixels("shmolli_phantom", "*T1MAP*/*.dcm")[0].pixel_array.astype(int)
    magnitude = np.mean([d.pixel_array for d in pixels("shmolli_phantom", "ShMOLLI_192i_e11_12/*.dcm")], axis=0)
    compared = (magnitude >= 10) & ~zeroed_tiles(scanner)
    compared[:, int(0.94 * scanner.shape[1]) :] = False
    ours = pydicom.dcmread(t1_file).pixel_array.astype(int)
    return (np.abs(ours - scanner)[compared] <= 2).mean(), compared.sum()


def test_the_phantom_gives_the_scanners_own_map(tmp_path):
    run = run_t1moco(SHARED / "shmolli_phantom", out=tmp_path)
    assert run.code == 0, run.stderr
    (row,) = run.rows
    assert (row["phase"], row["sequence"], row["images"]) == ("yes", "shmolli", "7")
    agreement, count = compare_with_scanner(next(tmp_path.rglob("t1.dcm")))
    assert count > 15000
    assert agreement >= 0.9995


def test_the_phantom_without_phase(tmp_path):
    run = run_t1moco(SHARED / "shmolli_phantom" / "ShMOLLI_192i_e11_12", out=tmp_path)
    assert run.code == 0, run.stderr
    assert run.rows[0]["phase"] == "no"
    agreement, _ = compare_with_scanner(next(tmp_path.rglob("t1.dcm")))
    assert agreement >= 0.985


def test_aligned_molli_is_not_made_worse_and_follows_the_vendors_map(tmp_path):
    """The vendor's map carries a factor of 1.03 to 1.04 for inversion efficiency."""
    run = run_t1moco(SHARED / "molli_postcontrast" / "molli_moco", out=tmp_path)
    assert run.code == 0, run.stderr
    assert len(run.rows) == 3
    for row in run.rows:
        delivered = "after" if row["corrected"] == "yes" else "before"
        assert float(row[f"r2_median_{delivered}"]) >= float(row["r2_median_before"])
    compared = compare_all(tmp_path, scanner_maps(SHARED / "molli_postcontrast" / "molli_t1map"))
    assert len(compared) == 3
    for slice_result in compared.values():
        assert 1.03 <= slice_result["ratio"][1] <= 1.04


@pytest.mark.parametrize("folder", ["sunnybrook", "preclinical_sax", "molli_postcontrast/psir_lge"])
def test_images_that_are_no_t1_mapping_are_refused_with_a_hint(folder, tmp_path):
    run = run_t1moco(SHARED / folder, out=tmp_path / "out")
    assert run.code == 3
    assert "--list" in run.stderr
