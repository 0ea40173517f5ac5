"""The generator as training uses it: any sequence, any motion, several draws from one anatomy."""

import pytest
import torch

from cmrt1_training.phantom import AppearanceSettings, Grid, PhantomSettings, generate
from cmrt1_training.phantom.anatomy import draw_anatomy, in_views
from cmrt1_training.phantom.draw import Draw
from cmrt1_training.phantom.fields import lattice
from cmrt1_training.phantom.tissue import TissueTable
from training_support import perfect_scanner

GRID = Grid(96, 96, 2.5)


def correlation(images):
    """Mean correlation of each image with the mean of all, within the brighter half."""
    inside = images.mean(0) > images.mean(0).median()
    values = images[:, inside] - images[:, inside].mean(1, keepdim=True)
    return float(torch.nn.functional.cosine_similarity(values, values.mean(0, keepdim=True)).mean())


def test_the_truth_brings_images_of_any_motion_together():
    """Free inversions of long recovery times give nearly one contrast, which must coincide."""
    settings = PhantomSettings(
        grid=GRID, sequence="saturation_recovery", images=6, motion="any", views=4, oversampling=1, margin_px=12,
        scanner=perfect_scanner(), opposed_fat=0.0,
    )  # fmt: skip
    sample = generate(3, settings, 4)
    on = lattice(GRID)
    before, after = [], []
    for images, fields in zip(sample.magnitude, sample.fields):
        before.append(correlation(images))
        after.append(correlation(on.warp(images[:, None], fields)[:, 0]))
    assert sum(after) > sum(before) + 0.02
    assert all(b <= a + 1e-3 for b, a in zip(before, after))


@pytest.mark.parametrize("sequence, images", [("inversion_recovery", 5), ("inversion_recovery", 16), ("molli_5_3_3", 8)])
def test_sequences_give_their_images_in_order_of_inversion_time(sequence, images):
    sample = generate(1, PhantomSettings(grid=GRID, sequence=sequence, images=images, oversampling=1), 2)
    assert sample.magnitude.shape[1] == images
    assert (sample.ti_ms.diff(dim=1) >= 0).all()


def test_a_view_moves_the_pose_with_the_picture():
    draw = Draw(2, 1)
    on = lattice(GRID, 1, 10)
    anatomy = in_views(draw_anatomy(GRID, on, TissueTable(draw, draw.chance(0.5)), draw), 8)
    y, x = on.mesh()
    blood = anatomy.masks["lv_blood"]
    for pose, where in ((anatomy.pose.centre_x, x), (anatomy.pose.centre_y, y)):
        centre = (blood * where).sum((1, 2)) / blood.sum((1, 2))
        assert (centre - pose.flatten()).abs().max() < 4
    assert not torch.equal(blood[0], blood[1]) and not torch.equal(blood[0], blood[2])


@pytest.mark.parametrize("effect", list(vars(AppearanceSettings())))
def test_every_effect_changes_the_images_and_leaves_the_truth(effect):
    none = {name: 0.0 for name in vars(AppearanceSettings())}
    series = [
        generate(4, PhantomSettings(grid=GRID, motion="any", oversampling=1, appearance=AppearanceSettings(**settings)))
        for settings in (none, none | {effect: 1.0})
    ]
    assert not torch.equal(series[0].magnitude, series[1].magnitude)
    assert torch.equal(series[0].fields, series[1].fields)
    assert series[1].magnitude.isfinite().all()
