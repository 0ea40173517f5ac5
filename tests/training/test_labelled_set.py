"""Generated NIfTI sets: truth, geometry, and images that are worse or made to fail."""

import random

import nibabel
import numpy as np
import pytest
import torch

from cmrt1_training.labelled_set import FAILURES, _Maker, write_set
from cmrt1_training.nifti import read_slices
from cmrt1_training.phantom.contrast import KINDS, draw_contrast
from cmrt1_training.phantom.degrade import cut_through_heart, fade, spoil, without_heart
from cmrt1_training.phantom.draw import Draw
from cmrt1_training.phantom.labels import LV_BLOOD, MYOCARDIUM, NUMBER, class_of_tissue
from cmrt1_training.phantom.slices import draw_label_maps
from cmrt1_training.phantom.views import draw_view
from cmrt1_training.slice_geometry import SliceGeometry

pytestmark = pytest.mark.usefixtures("library_folder")


@pytest.fixture(scope="module")
def maps():
    """Maps with a heart."""
    return next(m for m in (draw_label_maps(seed, 1, True) for seed in range(9)) if m.valid.all())


def test_a_set_holds_every_contrast_with_its_truth_on_the_same_grid(tmp_path):
    files = write_set(tmp_path, 10, 50, 8)
    assert [one.kind for one in files] == list(KINDS)
    for one in files:
        image, mask = nibabel.load(one.file), nibabel.load(one.mask)
        assert image.shape == mask.shape == (192, 192, 1) and np.array_equal(image.affine, mask.affine)
        assert image.header.get_zooms()[:2] == pytest.approx((one.spacing_mm,) * 2, abs=1e-3)
        assert 230 / 192 < one.spacing_mm < 480 / 192
        normal = np.cross(*image.affine[:3, :2].T) / one.spacing_mm**2
        assert abs(normal @ (SliceGeometry(None).normal * (-1, -1, 1))) == pytest.approx(1, abs=1e-3)
        assert one.severity == 0 and one.failure == ""
        assert set(np.unique(one.classes())) <= {0, MYOCARDIUM, LV_BLOOD}
    assert sum((one.classes() == MYOCARDIUM).any() for one in files) > 6


def test_headers_say_how_an_image_was_turned_and_mirrored(tmp_path):
    """In the patient the anterior insertion lies to the right and up of the LV's centre; in turned images it need not."""
    usual = SliceGeometry(None)
    axes = np.stack([usual.row_direction, usual.column_direction]) * (-1, -1, 1)
    in_image, in_patient = [], []
    for one in write_set(tmp_path, 40, 50, 8):
        if not {"lv_centre", "rv_anterior"} <= one.points_px.keys():
            continue
        step = np.subtract(one.points_px["rv_anterior"], one.points_px["lv_centre"])
        x, y = axes @ nibabel.load(one.file).affine[:3, :2] @ step
        in_image.append(abs(_degrees_from_usual(*step)))
        in_patient.append(abs(_degrees_from_usual(x, y)))
    assert np.mean(np.array(in_image) > 75) > 0.1
    assert np.mean(np.array(in_patient) > 75) < 0.05


def _degrees_from_usual(x, y):
    return (np.degrees(np.arctan2(y, x)) + 135 + 180) % 360 - 180


def test_without_orientation_only_the_pixel_size_is_told(tmp_path):
    for placed, one in zip(write_set(tmp_path / "placed", 3, 50, 8), write_set(tmp_path / "not", 3, 50, 8, placed=False)):
        image, other = nibabel.load(one.file), nibabel.load(placed.file)
        assert int(image.header["sform_code"]) == int(image.header["qform_code"]) == 0
        assert image.header.get_zooms()[:2] == pytest.approx((one.spacing_mm,) * 2, abs=1e-3)
        assert np.array_equal(np.asarray(image.dataobj), np.asarray(other.dataobj))


def test_the_same_seeds_give_the_same_files_and_what_is_there_is_kept(tmp_path):
    first, again = (write_set(tmp_path / name, 4, 60, 8) for name in ("first", "again"))
    assert [one.file.read_bytes() for one in first] == [one.file.read_bytes() for one in again]
    stamp = first[0].file.stat().st_mtime_ns
    assert write_set(tmp_path / "first", 4, 60, 8) == first and first[0].file.stat().st_mtime_ns == stamp
    with pytest.raises(ValueError, match="holds another set"):
        write_set(tmp_path / "first", 4, 61, 8)


def test_shares_of_a_set_are_degraded_or_made_to_fail(tmp_path):
    files = write_set(tmp_path / "degraded", 9, 70, 8, degraded_share=2 / 3)
    assert [one.severity > 0 for one in files] == 3 * [False, True, True]
    files = write_set(tmp_path / "failing", 9, 70, 8, fail_share=1 / 3)
    assert [bool(one.failure) for one in files] == 3 * [False, False, True]


@pytest.mark.parametrize("failure", FAILURES)
def test_every_failure_makes_an_image_and_its_truth(maps, failure):
    sample, usual = (_Maker(3, "cine", 0.0, one).make(maps) for one in (failure, ""))
    (image, classes), (whole, truth) = ((one.image, one.classes) for one in (sample, usual))
    assert not sample.points_px and usual.points_px.keys() == {"lv_centre", "rv_anterior", "rv_inferior"}
    assert np.isfinite(image).all() and image.shape == classes.shape
    assert (classes > 0).any() == (failure != "no_heart")
    assert (image.shape == whole.shape) == (failure != "cut")
    if failure == "cut":
        assert 0 < (classes > 0).sum() < (truth > 0).sum()


def test_a_cut_image_ends_within_the_heart():
    classes = torch.zeros(60, 80, dtype=torch.long)
    classes[10:30, 20:50], classes[15:25, 28:42] = MYOCARDIUM, LV_BLOOD
    for seed in range(6):
        image, left = cut_through_heart(classes.float(), classes, random.Random(seed))
        assert torch.equal(image.long(), left)
        assert 0.2 < (left > 0).sum() / (classes > 0).sum() < 0.8
        edges = torch.cat([left[0], left[-1], left[:, 0], left[:, -1]])
        assert (edges > 0).any() and min(left.shape) >= 30


@pytest.mark.parametrize("kind", KINDS)
def test_fading_takes_the_contrast_within_the_heart_away(kind):
    contrast, half = (draw_contrast(kind, random.Random(4)) for _ in range(2))
    apart = lambda one: abs(abs(one.intensity[NUMBER["myocardium"]]) - abs(one.intensity[NUMBER["lv_blood"]]))
    before, liver = apart(contrast), contrast.intensity[NUMBER["liver"]]
    fade(half, 0.5)
    fade(contrast, 1.0)
    assert apart(contrast) == pytest.approx(0, abs=1e-9) and contrast.intensity[NUMBER["liver"]] == liver
    assert apart(half) <= before


def test_without_heart_nothing_of_it_is_left(maps):
    view = without_heart(draw_view(maps, True, 96, Draw(1)), random.Random(1))
    assert not class_of_tissue()[view.labels.long()].any() and not view.valid.any()


def test_spoiling_grows_with_severity_and_keeps_images_positive():
    image = torch.rand(1, 64, 50, generator=torch.Generator().manual_seed(0))
    change = lambda severity, seed: (spoil(image, severity, Draw(seed), random.Random(seed)) - image).abs().mean()
    assert sum(change(0.05, seed) for seed in range(12)) < 0.3 * sum(change(1.0, seed) for seed in range(12))
    for seed in range(12):
        spoiled = spoil(image, 1.0, Draw(seed), random.Random(seed), chance=1.0)
        assert spoiled.shape == image.shape and spoiled.isfinite().all() and spoiled.min() >= 0


def test_slices_come_as_rows_and_columns_from_files_of_two_or_three_dimensions(tmp_path):
    for shape in ((5, 4), (5, 4, 3)):
        stored = np.arange(np.prod(shape), dtype=np.int16).reshape(shape)
        nibabel.Nifti1Image(stored, np.eye(4)).to_filename(tmp_path / "x.nii.gz")
        slices = read_slices(tmp_path / "x.nii.gz")
        assert slices.shape == (1 if len(shape) == 2 else 3, 4, 5)
        assert slices[-1, 3, 2] == stored[(2, 3) if len(shape) == 2 else (2, 3, 2)]
    nibabel.Nifti1Image(np.zeros((5, 4, 3, 2), np.int16), np.eye(4)).to_filename(tmp_path / "x.nii.gz")
    with pytest.raises(ValueError, match="4 dimensions"):
        read_slices(tmp_path / "x.nii.gz")


def test_a_set_can_be_made_to_fail_in_one_way_only(tmp_path):
    files = write_set(tmp_path / "without_heart", 3, 70, 8, fail_share=1, failures=("no_heart",))
    assert [one.failure for one in files] == ["no_heart"] * 3
    assert not any(one.classes().any() for one in files)
