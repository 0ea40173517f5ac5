"""What the network learns that judges segmentations, at toy size."""

import tomllib
from dataclasses import replace

import pytest
import torch

from cmrt1_training.networks import Judge, PolarEnsemble, PolarUNet, Segmenter, UNetEnsemble
from cmrt1_training.phantom.draw import Draw
from cmrt1_training.phantom.labels import LV_BLOOD, MYOCARDIUM, class_of_tissue
from cmrt1_training.phantom.slices import draw_label_maps
from cmrt1_training.phantom.views import draw_stray_view, draw_view
from cmrt1_training.tasks import JudgingTask
from cmrt1_training.tasks.judging import dice_of_candidates, myocardium_px
from cmrt1_training.tasks.motion import FIRST_VALIDATION_SEED
from cmrt1_training.train import CONFIGS
from training_support import losses_on_one_batch

pytestmark = pytest.mark.usefixtures("library_folder")


@pytest.fixture(scope="module")
def task(tmp_path_factory):
    """About U-Nets that never learned anything."""
    torch.manual_seed(1)
    file = tmp_path_factory.mktemp("models") / "qcd.pt"
    members = UNetEnsemble([3, 4, 5, 6], width=4, widest=8, batch_norm=True)
    torch.jit.script(Segmenter(PolarEnsemble(members, PolarUNet(width=4, widest=8))).eval()).save(file)
    config = tomllib.loads((CONFIGS / "judge.toml").read_text())
    config["data"] |= {"size": 32, "batch": 10, "anatomies": 10, "segmentation": str(file)}
    config["network"] |= {"width": 8, "widest": 16}
    return JudgingTask(config)


@pytest.fixture(scope="module")
def maps():
    return next(m for m in (draw_label_maps(seed, 3, True) for seed in range(9)) if m.valid.all())


def test_a_batch_is_that_of_its_seed_and_has_every_members_shares(task):
    batch, again, other = task.batch(3), task.batch(3), task.batch(4)
    assert batch.views.shape == (10, 13, 32, 32) and batch.dice.shape == (10, 12)
    assert torch.equal(batch.views, again.views) and torch.equal(batch.dice, again.dice)
    assert not torch.equal(batch.views, other.views)
    muscle, blood = batch.views[:, 1::2], batch.views[:, 2::2]
    assert (muscle + blood <= 1 + 1e-5).all() and muscle.std(1).mean() > 1e-3
    assert not torch.equal(batch.views, task.batch(FIRST_VALIDATION_SEED + 3).views)


def test_it_learns_from_one_batch(task):
    batch = task.batch(1)
    spread = torch.linspace(0.1, 0.9, 120).view(10, 12)[:, torch.randperm(12, generator=torch.Generator().manual_seed(0))]
    least = torch.nn.functional.binary_cross_entropy(spread, spread)
    known = replace(batch, dice=spread)

    class Known(JudgingTask):
        def batch(self, seed, device="cpu"):
            return known

    first, last = losses_on_one_batch(Known({"network": task.network_settings, "data": task.data}), steps=60, rate=1e-2)
    assert last - least < 0.3 * (first - least)


def test_the_figures_tell_errors_and_the_right_side_of_the_threshold(task):
    batch = replace(task.batch(2), dice=torch.full((10, 12), 0.9))

    class Says(torch.nn.Module):
        def forward(self, views):
            expected = torch.full((10, 12), 0.8)
            expected[:5, 5] = 0.5
            return expected

    figures = task.figures(Says(), batch)
    assert figures["right_deepest"] == 0.5
    assert figures["error_deepest"] == pytest.approx((0.1 + 0.4) / 2, abs=1e-6)
    assert figures["error"] == pytest.approx((11 * 0.1 + 0.25) / 12, abs=1e-6)


def shares_of(labels):
    """[1, members, 3, ...] of label maps [members, ...]."""
    return torch.nn.functional.one_hot(labels, 3).permute(0, 3, 1, 2).float()[None]


def test_candidates_are_the_members_and_their_votes():
    truth = torch.zeros(8, 8, dtype=torch.long)
    truth[2:6, 2:6], truth[3:5, 3:5] = MYOCARDIUM, LV_BLOOD
    members = torch.stack([truth, truth, truth, truth.roll(1, 0), torch.zeros_like(truth), torch.zeros_like(truth)])
    area = torch.tensor([12.0])
    found = dice_of_candidates(shares_of(members), truth[None], area)[0]
    assert found[:3].tolist() == [1, 1, 1] and 0 < found[3] < 1 and found[4:6].tolist() == [0, 0]
    assert found[7:9].tolist() == [1, 1], "two and three votes"
    assert 0 < found[6] < 1 and 0 < found[9] < 1 and found[10:].tolist() == [0, 0]
    assert dice_of_candidates(shares_of(members), truth[None], 3 * area)[0, 0] == pytest.approx(24 / 48), "cut"
    assert dice_of_candidates(shares_of(members), 0 * truth[None], 0 * area).max() == 0, "no heart"


def test_the_muscles_area_is_told_of_a_window_that_does_not_show_all_of_it(maps):
    draw = Draw(4, 3)
    for view in (draw_view(maps, False, 96, draw, diameters=(2.5, 3)), draw_stray_view(maps, 96, draw, (1.9, 3.9))):
        seen = (class_of_tissue()[view.labels.long()] == MYOCARDIUM).float().sum((1, 2)) / 4
        areas = myocardium_px(maps, view)
        assert (seen < 1.06 * areas).all()
        whole = view.valid[:, 0] & (view.points_px[:, 0] - 47.5).abs().max(1).values.lt(12)
        assert torch.allclose(seen[whole], areas[whole], rtol=0.06)


def test_strays_lie_beside_the_heart_as_often_as_not(maps):
    draw = Draw(9, 3)
    off = torch.cat([(view.points_px[:, 0] - 47.5) * view.spacing_mm[:, None]
                     for view in (draw_stray_view(maps, 96, draw, (1.9, 3.9)) for _ in range(20))])  # fmt: skip
    assert off.norm(dim=1).median() > 50 and off.abs().max() < 200


def test_a_u_net_of_a_delivered_file_answers_as_there(tmp_path):
    torch.manual_seed(2)
    network = UNetEnsemble([2, 4], width=4, widest=8, batch_norm=True, more_filters={"4": 1.5}).eval()
    torch.jit.script(Segmenter(network)).save(tmp_path / "qcd.pt")
    images = torch.randn(2, 1, 32, 32)
    with torch.inference_mode():
        again = UNetEnsemble.delivered(tmp_path / "qcd.pt").eval()(images)
        assert torch.allclose(again, network(images), atol=1e-5)


def test_the_judge_can_be_scripted_and_does_not_see_brightness():
    torch.manual_seed(3)
    judge = Judge(depth=2, width=8).train()
    for _ in range(30):
        judge(torch.rand(4, 13, 40, 40))  # for the means of its normalisation
    judge.eval()
    views = torch.rand(2, 13, 40, 40)
    brighter = torch.cat([300 * views[:, :1], views[:, 1:]], 1)
    with torch.inference_mode():
        expected = torch.jit.script(judge)(views)
        assert expected.shape == (2, 12) and ((expected > 0) & (expected < 1)).all()
        assert torch.allclose(expected, judge(brighter), atol=1e-4)
        assert not torch.allclose(expected, judge(torch.cat([views[:, :1], views[:, 1:].flip(1)], 1)), atol=1e-4)
