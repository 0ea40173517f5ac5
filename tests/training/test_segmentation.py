"""Labelled slices and the networks that learn to segment them, at toy size."""

import random
import tomllib

import pytest
import torch

from cmrt1_training import slice_library
from cmrt1_training.networks import Segmenter, UNet, UNetEnsemble, normalised_image
from cmrt1_training.phantom.contrast import KINDS, draw_contrast
from cmrt1_training.phantom.draw import Draw
from cmrt1_training.phantom.labels import LV_BLOOD, MYOCARDIUM, NUMBER, RV_BLOOD, TISSUES, class_of_tissue
from cmrt1_training.phantom.short_axis import draw_slice_shape, landmarks
from cmrt1_training.phantom.slice_image import make_images
from cmrt1_training.phantom.slices import draw_label_maps
from cmrt1_training.phantom.views import draw_view
from cmrt1_training.tasks import SegmentationTask
from cmrt1_training.tasks.motion import FIRST_VALIDATION_SEED
from cmrt1_training.tasks.segmentation import mean_dice, missed_hearts, segmentation_loss
from cmrt1_training.train import CONFIGS, train
from cmrt1_training.trained import load_trained
from training_support import losses_on_one_batch


pytestmark = pytest.mark.usefixtures("library_folder")


@pytest.fixture(scope="module")
def maps():
    """Mid slices, near and wide, of seeds whose slices have a heart."""
    with_heart = lambda wide: next(m for m in (draw_label_maps(seed, 3, wide) for seed in range(9)) if m.valid.all())
    return {wide: with_heart(wide) for wide in (False, True)}


def toy_config(name="qcd", **training):
    config = tomllib.loads((CONFIGS / f"{name}.toml").read_text())
    config["data"] |= {"size": 32, "batch": 4, "anatomies": 10}
    config["network"] |= {"depths": [2, 3], "width": 8}
    config["training"] |= {"steps": 4, "validation_batches": 1} | training
    return config


def test_papillary_muscles_and_trabeculae_count_as_blood_pool():
    classes = class_of_tissue()
    assert all(classes[NUMBER[name]] == LV_BLOOD for name in ("lv_blood", "papillary", "trabeculae"))
    assert all(classes[NUMBER[name]] == MYOCARDIUM for name in ("myocardium", "scar", "obstruction"))
    assert classes[NUMBER["rv_blood"]] == RV_BLOOD
    assert classes[NUMBER["rv_muscle"]] == 0


def test_the_same_seed_gives_the_same_maps_and_another_seed_others():
    first, again, other = (draw_label_maps(seed, 2, False) for seed in (1, 1, 2))
    assert torch.equal(first.labels, again.labels) and torch.equal(first.points_mm, again.points_mm)
    assert not torch.equal(first.labels, other.labels)
    assert not torch.equal(first.labels[0], first.labels[1])


@pytest.mark.parametrize("level", ["apical", "mid", "basal", "chest_model"])
def test_insertion_points_lie_on_the_epicardium_with_the_anterior_one_above(level):
    at = landmarks(draw_slice_shape(level, Draw(3, 16)))
    seen = at.valid.all(1)
    assert seen.sum() > 8
    centre, anterior, inferior = at.points_mm[seen].unbind(1)
    assert (anterior[:, 1] < inferior[:, 1]).all(), "y grows downwards"
    assert ((anterior + inferior)[:, 0] / 2 < centre[:, 0]).all(), "the right ventricle lies to the left"


@pytest.mark.parametrize("wide", [False, True])
def test_a_view_takes_the_landmarks_along(maps, wide):
    """Insertion points have muscle of the left and blood of the right ventricle near; the centre is that of the LV."""
    draw = Draw(5, 3)
    for _ in range(4):
        view = draw_view(maps[wide], wide, 128, draw)
        classes = class_of_tissue()[view.labels.long()]
        for own, points, valid, spacing in zip(classes, view.points_px, view.valid, view.spacing_mm):
            near = lambda point, mm: own[
                tuple(slice(max(0, int(2 * (p - mm / spacing))), int(2 * (p + mm / spacing)) + 3) for p in point.flip(0))
            ]
            for point in points[1:][valid[1:]]:
                assert {MYOCARDIUM, RV_BLOOD} <= set(near(point, 6.0).flatten().tolist())
            lv = ((own == MYOCARDIUM) | (own == LV_BLOOD)).nonzero().float().mean(0).flip(0) / 2
            if valid[0] and 20 < points[0].min() and points[0].max() < 107:
                assert (lv - points[0]).norm() * spacing < 6


def test_hearts_of_every_state_are_drawn():
    """Among many maps: no heart, no cavity, scars, papillary muscles, thin and thick walls."""
    found = [draw_label_maps(seed, 4, False) for seed in range(20)]
    labels = torch.cat([one.labels for one in found])
    has = lambda name: (labels == NUMBER[name]).flatten(1).any(1)
    lv, blood = has("myocardium"), has("lv_blood")
    assert (~lv).any() and (lv & ~blood).any()
    for name in ("scar", "obstruction", "papillary", "trabeculae", "gut_wall", "pericardium"):
        assert 0 < has(name).sum() < len(labels), name
    points = lambda name: (labels == NUMBER[name]).flatten(1).sum(1)[blood & lv]
    share = points("lv_blood") / points("myocardium")
    assert share.min() < 0.4 and share.max() > 1.5


@pytest.mark.parametrize("kind", KINDS)
def test_images_of_every_contrast_tell_muscle_from_blood(maps, kind):
    """Medians inside the two differ; images are finite and of the right shape."""
    draw = Draw(2, 3)
    sample = make_images(draw_view(maps[False], False, 96, draw), {kind: 1.0}, draw, random.Random(1))
    assert sample.kinds == (kind,) * 3
    assert sample.images.shape == sample.classes.shape == (3, 96, 96)
    for image, classes in zip(normalised_image(sample.images[:, None])[:, 0], sample.classes):
        assert image.isfinite().all()
        assert (image[classes == MYOCARDIUM].median() - image[classes == LV_BLOOD].median()).abs() > 0.01


def test_coarser_images_hide_detail_in_half_of_the_batches_and_never_the_truth(maps):
    """The finest detail, differences of neighbours' neighbours, goes where pixels are larger than the grid's."""

    def seen(seed, coarser):
        draw = Draw(seed, 3)
        return make_images(draw_view(maps[False], False, 96, draw), {"lge": 1.0}, draw, random.Random(seed), coarser)

    def detail(images):
        return float((images.diff(n=2).abs().mean() / images.diff().abs().mean()).log())

    lost = []
    for seed in range(16):
        fine, coarse = seen(seed, 1e-9), seen(seed, 3.0)  # as many draws, larger pixels
        assert torch.equal(fine.classes, coarse.classes) and coarse.images.shape == fine.images.shape
        assert coarse.images.isfinite().all()
        if not torch.equal(fine.images, coarse.images):
            lost.append(detail(fine.images) - detail(coarse.images))
    assert 4 <= len(lost) <= 12
    assert sum(lost) / len(lost) > 0.3


def test_native_maps_have_dark_and_postcontrast_maps_bright_muscle():
    choice = random.Random(0)
    for kind, brighter in (("t1_native", False), ("t1_postcontrast", True)):
        tables = [draw_contrast(kind, choice).intensity for _ in range(40)]
        above = sum(table[NUMBER["myocardium"]] > table[NUMBER["lv_blood"]] for table in tables)
        assert (above > 35) == brighter and (above < 5) != brighter
    assert all(len(draw_contrast(kind, choice).intensity) == len(TISSUES) for kind in KINDS)


def test_normalisation_ignores_scale_offset_and_padding():
    image = torch.rand(1, 1, 40, 40, generator=torch.Generator().manual_seed(0)) + 1
    padded = torch.nn.functional.pad(image, [12, 12, 12, 12])
    assert torch.allclose(normalised_image(padded)[:, :, 12:-12, 12:-12], normalised_image(image * 30), atol=1e-2)
    assert (normalised_image(torch.full((1, 1, 8, 8), 7.0)) == 0).all()


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5, 6])
def test_every_depth_takes_any_size_and_can_be_scripted(depth):
    torch.manual_seed(0)
    network = UNet(depth, width=4, widest=16, batch_norm=depth % 2 == 0).eval()
    images = torch.rand(2, 1, 50, 70)
    with torch.inference_mode():
        logits = network(images)
        assert logits.shape == (2, 3, 50, 70)
        assert torch.allclose(torch.jit.script(network)(images), logits, atol=1e-5)


def test_members_may_have_more_filters_than_others():
    ensemble = UNetEnsemble([3, 5], width=4, widest=8, more_filters={"5": 1.5})
    assert [member.classify.in_channels for member in ensemble.members] == [4, 6]
    assert [member.encoder[-1][0].out_channels for member in ensemble.members] == [8, 12]
    assert ensemble.eval()(torch.zeros(1, 1, 32, 32)).shape == (1, 2, 3, 32, 32)


@pytest.mark.parametrize("depth", [1, 4])
def test_a_wider_network_begins_with_what_a_narrower_one_says_and_learns_with_all_filters(depth):
    narrow, wide = UNet(depth, width=4, widest=12, batch_norm=True), UNet(depth, width=6, widest=18, batch_norm=True)
    wide.begin_with(narrow.state_dict())
    images = torch.randn(2, 1, 24, 16)
    assert torch.allclose(wide.eval()(images), narrow.eval()(images), atol=1e-5)
    wide(images).square().mean().backward()
    assert wide.classify.weight.grad[:, 4:].abs().max() > 0


def test_a_network_does_not_begin_with_one_of_another_depth_or_more_filters():
    for other in (UNet(3, width=4), UNet(2, width=8), UNet(2, width=4, batch_norm=True)):
        with pytest.raises(ValueError):
            UNet(2, width=4).begin_with(other.state_dict())


def test_an_ensemble_gives_what_its_members_give_and_can_be_scripted():
    network = UNetEnsemble([1, 3], width=4).eval()
    images = torch.rand(1, 1, 32, 32)
    with torch.inference_mode():
        logits = torch.jit.script(network)(images)
        assert logits.shape == (1, 2, 3, 32, 32)
        assert torch.allclose(logits[:, 1], network.members[1](images), atol=1e-5)


def test_what_is_exported_gives_shares_at_any_brightness_and_batch():
    network = torch.jit.script(Segmenter(UNetEnsemble([1, 3], width=4, batch_norm=True)).eval())
    images = 500 * torch.rand(3, 1, 32, 32)
    with torch.inference_mode():
        shares = network(images)
        assert torch.allclose(shares.sum(2), torch.ones(3, 2, 32, 32), atol=1e-5)
        assert torch.allclose(shares, network(images * 7), atol=1e-4)
        assert torch.allclose(shares[1:2], network(images[1:2]), atol=1e-5)


def test_the_thesis_network_has_its_filters_and_dropout():
    network = UNet(6)
    convolutions = [level[0] for level in network.encoder]
    assert [one.out_channels for one in convolutions] == [2 ** (4 + i) for i in range(1, 7)]
    rates = [level[-1].p for level in network.encoder]
    assert rates == pytest.approx([0.2 * (1 + 0.25 * (i - 1)) for i in range(1, 7)])


def test_the_loss_is_least_for_the_truth():
    classes = torch.zeros(2, 16, 16, dtype=torch.long)
    classes[:, 4:12, 4:12], classes[:, 6:10, 6:10] = MYOCARDIUM, LV_BLOOD
    sure = 20 * torch.nn.functional.one_hot(classes, 3).permute(0, 3, 1, 2).float()
    assert segmentation_loss(sure, classes) < 0.01
    assert segmentation_loss(sure.roll(2, 3), classes) > 1
    assert segmentation_loss(torch.zeros_like(sure), classes) > 1


def test_figures_count_dice_and_missed_hearts():
    classes = torch.zeros(3, 10, 10, dtype=torch.long)
    classes[:2, :4, :4] = MYOCARDIUM  # the third image has no heart and does not count
    found = classes.clone()
    found[1] = classes[1].roll(5, 0)
    assert mean_dice(found, classes, MYOCARDIUM) == pytest.approx(0.5)
    assert missed_hearts(found, classes) == pytest.approx(0.5)


def test_batches_repeat_by_seed():
    task = SegmentationTask(toy_config())
    first, again = task.batch(5), task.batch(5)
    assert torch.equal(first.images, again.images) and torch.equal(first.classes, again.classes)
    assert first.images.shape == (4, 1, 32, 32) and first.classes.max() <= 2, "three classes: no right ventricle"
    assert not torch.equal(task.batch(6).images, first.images)


@pytest.mark.parametrize("seed, numbers", [(5, range(9)), (FIRST_VALIDATION_SEED, [9])])
def test_anatomies_that_validate_never_train(seed, numbers, monkeypatch):
    taken, chosen = [], slice_library.chosen
    choose = lambda maps, some, device: taken.extend(some) or chosen(maps, some)
    monkeypatch.setattr(slice_library, "chosen", choose)
    SegmentationTask(toy_config()).batch(seed)
    assert taken and set(taken) <= set(numbers)


def test_an_ensemble_trains_and_goes_on_from_its_checkpoint(tmp_path):
    config = toy_config()
    task = SegmentationTask(config)
    train(task, toy_config(steps=2), tmp_path, minutes_between_checkpoints=0)
    train(task, config, tmp_path, minutes_between_checkpoints=0)
    network = load_trained(tmp_path / "network.pt")
    assert network(torch.rand(1, 1, 32, 32)).shape == (1, 2, 3, 32, 32)
    header = (tmp_path / "validation.csv").read_text().splitlines()[0]
    assert header == "step,myocardium,cavity,missed,myocardium_2,myocardium_3"


def test_a_network_learns_what_it_is_shown():
    """The loss on one batch falls by a third."""
    first, last = losses_on_one_batch(SegmentationTask(toy_config()))
    assert last < 0.67 * first
