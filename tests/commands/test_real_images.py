"""The program on real images, where they are at hand: the scanner's own maps are the reference."""

import json

import nibabel
import numpy as np
import pydicom
import pytest
from cmrt1_training.compare_with_scanner import compare_all, scanner_maps
from cmrt1_training.evaluate_qcdseg import measure
from cmrt1_training.qcdseg import read_results
from cmrt1_training.qcdseg_sets import real_sets
from conftest import ROOT, SHARED, run_dt1map, run_qcdseg, run_t1moco
from scipy.ndimage import map_coordinates

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


class HeartMotion:
    """Shifts of a disc about the image centre that fade beyond 40 mm: known motion for real texture."""

    def __init__(self, shape, spacing_mm, images, scale_px, generator):
        self.rows, self.columns = np.mgrid[: shape[0], : shape[1]].astype(float)
        self.centre = np.array(shape) / 2
        self.spacing_mm = spacing_mm
        shifts = generator.normal(scale=scale_px, size=(images, 2))
        self.shifts = shifts - shifts.mean(axis=0)

    def window(self, rows, columns):
        radius_mm = np.hypot(rows - self.centre[0], columns - self.centre[1]) * self.spacing_mm
        return 1 / (1 + np.exp((radius_mm - 40) / 5))

    def move(self, image, k):
        window = self.window(self.rows, self.columns)
        where = [self.rows + window * self.shifts[k, 0], self.columns + window * self.shifts[k, 1]]
        return map_coordinates(image.astype(float), where, order=3, mode="nearest").clip(0, 4095).round()

    def correcting_field(self, k):
        """u with corrected(p) = moved(p + u(p)) = image(p): u = -w(p + u) s, by fixed point."""
        field = np.zeros((2, *self.rows.shape))
        for _ in range(50):
            window = self.window(self.rows + field[0], self.columns + field[1])
            field = -window * self.shifts[k][:, None, None]
        return field

    def error_px(self, found):
        """Median over the heart of the distance to the truth, mean over the images removed."""
        truth = np.stack([self.correcting_field(k) for k in range(len(self.shifts))])
        difference = found - truth
        difference -= difference.mean(axis=0)
        heart = self.window(self.rows, self.columns) > 0.5
        return np.median(np.hypot(difference[:, 0], difference[:, 1])[:, heart])


@pytest.mark.parametrize("scale_px, largest_rest", [(1.7, 0.8), (2.5, 0.6)])
def test_motion_imposed_on_a_real_heart_is_corrected(scale_px, largest_rest, tmp_path):
    """At 1.7 px more than half of one slice's variance stays unexplained: only its clear motion speaks for it."""
    slices = {}
    for dataset in pixels("molli_postcontrast", "molli_moco/*.dcm"):
        slices.setdefault(tuple(dataset.ImagePositionPatient), []).append(dataset)
    generator, motions = np.random.default_rng(3), {}
    (tmp_path / "study").mkdir()
    for position, datasets in sorted(slices.items()):
        datasets.sort(key=lambda d: d.InversionTime)
        shape, spacing = datasets[0].pixel_array.shape, float(datasets[0].PixelSpacing[0])
        motion = motions[position] = HeartMotion(shape, spacing, len(datasets), scale_px, generator)
        for k, dataset in enumerate(datasets):
            dataset.PixelData = motion.move(dataset.pixel_array, k).astype(np.uint16).tobytes()
            dataset.save_as(tmp_path / "study" / f"{dataset.SOPInstanceUID}.dcm")
    run = run_t1moco(tmp_path / "study", out=tmp_path / "out")
    assert [row["corrected"] for row in run.rows] == ["yes"] * 3, run.stderr
    for file in run.out.rglob("result.json"):
        position = json.loads(file.read_text())["geometry"]["position_lps_mm"]
        (motion,) = [m for p, m in motions.items() if np.allclose(p, position, atol=0.1)]
        millimetres = nibabel.load(file.parent / "displacement_mm.nii.gz").get_fdata()[:, :, 0]
        found = np.transpose(millimetres, (2, 3, 1, 0))[:, ::-1] / motion.spacing_mm
        before, after = motion.error_px(np.zeros_like(found)), motion.error_px(found)
        print(f"displacement error {before:.2f} -> {after:.2f} px")
        assert after < largest_rest * before


@pytest.mark.parametrize("folder", ["sunnybrook", "preclinical_sax", "molli_postcontrast/psir_lge"])
def test_images_that_are_no_t1_mapping_are_refused_with_a_hint(folder, tmp_path):
    run = run_t1moco(SHARED / folder, out=tmp_path / "out")
    assert run.code == 3
    assert "--list" in run.stderr


def test_sunnybrook_is_segmented_and_its_displaced_contours_are_not_believed(tmp_path):
    """The outer contours of SC-HF-I-6 lie beside the heart: what we find agrees with the inner ones alone."""
    (images,) = [one for one in real_sets(SHARED, tmp_path / "endo") if one.name == "sunnybrook"]
    run = run_qcdseg(*images.inputs, "--candidates", models=ROOT / "models", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    measured = measure(images, read_results(tmp_path / "out"))
    good = [one for one in measured if one.group != "SC-HF-I-6"]
    displaced = [one for one in measured if one.group == "SC-HF-I-6"]
    assert np.mean([one.delivered.cavity for one in measured]) > 0.85
    assert np.mean([one.delivered.myocardium for one in good]) > 0.65
    assert np.mean([one.delivered.myocardium for one in displaced]) < 0.5
    assert not any(one.delivered.missed for one in measured)


def test_real_late_enhancement_and_t1_maps_are_segmented(tmp_path):
    run = run_qcdseg(SHARED / "molli_postcontrast", models=ROOT / "models", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    lge = [row for row in run.rows if row["kind"] == "other"]
    maps = [row for row in run.rows if row["kind"] == "t1_map"]
    assert (len(lge), len(maps)) == (6, 3)
    for row in lge:
        assert 800 < float(row["myocardium_mm2"]) < 6000
    found = [float(row["t1_median_ms"]) for row in maps if row["flag"] == "false"]
    assert all(250 < t1 < 900 for t1 in found)  # after contrast agent


@pytest.fixture(scope="module")
def real_maps(tmp_path_factory):
    """T1 maps of three slices of a real heart after contrast agent, with their errors."""
    out = tmp_path_factory.mktemp("maps")
    run = run_t1moco(SHARED / "molli_postcontrast" / "molli_moco", "--method", "none", out=out)
    assert run.code == 0, run.stderr
    return sorted(file.parent for file in out.rglob("t1.dcm"))


def about_the_heart(shape, spacing_mm):
    """1 within about 45 mm of the image's middle, 0 beyond."""
    rows, columns = (n - (size - 1) / 2 for n, size in zip(np.mgrid[: shape[0], : shape[1]], shape))
    return 1 / (1 + np.exp((np.hypot(rows, columns) * spacing_mm - 45) / 6))


def write_moved(source, folder, shift_mm):
    """The map and its error, the heart shifted by (x, y) mm and the chest left where it is."""
    dataset = pydicom.dcmread(source / "t1.dcm")
    spacing = float(dataset.PixelSpacing[0])
    heart = about_the_heart(dataset.pixel_array.shape, spacing)
    place = [n + heart * mm / spacing for n, mm in zip(np.mgrid[: heart.shape[0], : heart.shape[1]], shift_mm[::-1])]
    move = lambda values: map_coordinates(values.astype(np.float32), place, order=1, mode="nearest")
    dataset.PixelData = move(dataset.pixel_array).round().astype(np.uint16).tobytes()
    folder.mkdir()
    dataset.save_as(folder / "t1.dcm")
    error = nibabel.load(source / "t1_error.nii.gz")
    moved = move(np.nan_to_num(error.get_fdata().squeeze().T)).T.reshape(error.shape)
    nibabel.save(nibabel.Nifti1Image(moved, error.affine, error.header), folder / "t1_error.nii.gz")


@pytest.mark.parametrize("method", ["model", "network"])
@pytest.mark.parametrize("shift_mm", [(3, -2), (6, 4), (-8, 6)], ids=str)
def test_dt1_of_a_real_map_with_itself_moved_is_zero_within_its_error(method, shift_mm, real_maps, tmp_path):
    for number, source in enumerate(real_maps):
        write_moved(source, tmp_path / f"stress{number}", shift_mm)
        files = source / "t1.dcm", tmp_path / f"stress{number}" / "t1.dcm"
        run = run_dt1map("--rest", files[0], "--stress", files[1], "--method", method, models=ROOT / "models",
                         out=tmp_path / f"out{number}")  # fmt: skip
        assert run.code == 0, run.stderr
        (row,) = run.rows
        assert row["method_used"] == method
        read = lambda name: nibabel.load(run.out / row["folder"] / name).get_fdata().squeeze().T
        dt1, error = read("dt1.nii.gz"), read("dt1_error.nii.gz")
        rest, stress = (pydicom.dcmread(file) for file in files)
        t1, spacing = rest.pixel_array.astype(float), float(rest.PixelSpacing[0])
        # what blood and muscle have after contrast agent; lung and its noise lie above
        tissue = (about_the_heart(t1.shape, spacing) > 0.9) & (t1 > 250) & (t1 < 800) & np.isfinite(dt1)
        before = 100 * (stress.pixel_array[tissue] - t1[tissue]) / t1[tissue]
        found, expected = dt1[tissue], error[tissue]
        print(
            f"{method} {shift_mm} mm, slice {number}: blood and muscle, median |dT1| {np.median(np.abs(before)):.1f}"
            f" -> {np.median(np.abs(found)):.2f} %, median dT1 {np.median(found):.2f} %, error estimate"
            f" {np.median(expected):.2f} % ({(np.abs(found) < 2 * expected).mean():.0%} within two of it);"
            f" myocardium {row['dt1_median_percent'] or '-'} %"
        )
        assert abs(np.median(found)) < np.median(expected)
        assert np.median(np.abs(found)) < 0.35 * np.median(np.abs(before))
        assert (np.abs(found) < 2 * expected).mean() > 0.8
