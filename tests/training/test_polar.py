"""The U-Net that looks at circles about the left ventricle, and what it learns, at toy size."""

import pytest
import torch

from cmrt1_training.export import export
from cmrt1_training.networks import PolarEnsemble, PolarUNet, Segmenter, UNetEnsemble
from cmrt1_training.networks.polar import lv_circle
from cmrt1_training.phantom.labels import LV_BLOOD, MYOCARDIUM
from cmrt1_training.tasks import PolarTask
from cmrt1_training.tasks.endocardial import NOT_CAVITY, UNKNOWN
from cmrt1_training.tasks.polar import CAVITY_TO_LV, known_circle
from cmrt1_training.train import train
from cmrt1_training.trained import load_ensemble, load_trained
from training_support import losses_on_one_batch, polar_trained_on_noise, toy_polar_config, trained_on_noise

pytestmark = pytest.mark.usefixtures("library_folder")

CENTRE, RADIUS = torch.tensor([[34.0, 29.0]]), torch.tensor([16.0])


def ring(size=64, centre=(34.0, 29.0), radius=16.0, cavity=9.0):
    """Classes [1, size, size]."""
    axis = torch.arange(size)
    away = torch.hypot(axis[None, :] - centre[0], axis[:, None] - centre[1])
    return (MYOCARDIUM * ((away < radius) & (away >= cavity)) + LV_BLOOD * (away < cavity))[None].long()


def test_on_circles_a_ring_is_a_band():
    network = PolarUNet(depth=2, circles=40, rays=36, reach=1.6)
    seen = network.unrolled(ring()[:, None].float(), CENTRE, RADIUS, "nearest")[0, 0]
    out = (torch.arange(40) + 0.5) / 40 * 1.6 * 16
    for classes, of_class in ((LV_BLOOD, out < 8), (MYOCARDIUM, (out > 10) & (out < 15)), (0, out > 17)):
        assert (seen[of_class] == classes).all()


def test_rays_turn_from_right_to_down():
    network = PolarUNet(depth=2, circles=8, rays=8, reach=1.0)
    columns = torch.arange(64.0).expand(1, 1, 64, 64)
    for image, ray in ((columns, 0), (columns.transpose(2, 3), 2)):
        assert int(network.unrolled(image, CENTRE, RADIUS)[0, 0, -1].argmax()) == ray


def test_what_is_unrolled_and_rolled_back_stays_and_beyond_is_background():
    network, truth = PolarUNet(), ring()
    shares = torch.nn.functional.one_hot(truth, 4).permute(0, 3, 1, 2).float()
    back = network.rolled(network.unrolled(shares, CENTRE, RADIUS), CENTRE, RADIUS, 64, 64)
    assert torch.allclose(back.sum(1), torch.ones(1, 64, 64), atol=1e-5)
    assert (back.argmax(1) == truth).float().mean() > 0.99
    off_centre = CENTRE + 3, RADIUS * 1.2
    again = network.rolled(network.unrolled(shares, *off_centre), *off_centre, 64, 64)
    assert (again.argmax(1) == truth).float().mean() > 0.985
    assert (back[0, 0, :2] == 1).all() and (back[0, 1:, :2] == 0).all()
    sector = ring()
    sector[0, 31:] = 0  # what is left ends a little below the first ray
    shares = torch.nn.functional.one_hot(sector, 4).permute(0, 3, 1, 2).float()
    back = network.rolled(network.unrolled(shares, CENTRE, RADIUS), CENTRE, RADIUS, 64, 64)
    assert (back.argmax(1) == sector).float().mean() > 0.985


def test_turning_the_image_turns_the_answer():
    """There is no seam: the rays close."""
    torch.manual_seed(0)
    network = PolarUNet(width=4, widest=8, depth=3, rays=48, circles=16).eval()
    image = torch.rand(1, 1, 65, 65)
    middle = torch.tensor([[32.0, 32.0]])
    with torch.inference_mode():
        turned = network(torch.rot90(image, 1, [2, 3]), middle, RADIUS)  # by -90 degrees, from right to up
        expected = network(image, middle, RADIUS).roll(-12, 3)
    assert torch.allclose(turned, expected, atol=1e-4)


def test_a_circle_is_told_from_a_mask_and_usual_where_there_is_none():
    centre, radius = lv_circle(torch.cat([ring() > 0, torch.zeros(1, 64, 64, dtype=torch.bool)]))
    assert torch.allclose(centre[0], CENTRE[0], atol=0.1) and float(radius[0]) == pytest.approx(16, abs=0.3)
    assert centre[1].tolist() == [31.5, 31.5] and float(radius[1]) == pytest.approx(64 / 5.4)


def test_what_is_taken_for_ventricle_elsewhere_does_not_move_the_circle():
    stray = (ring() > 0) | (ring(centre=(55.0, 57.0), radius=6.0) > 0)  # a seventh as large
    alone, beside = lv_circle(ring() > 0), lv_circle(stray)
    assert torch.equal(alone[0], beside[0]) and torch.equal(alone[1], beside[1])


def test_a_thin_ring_without_its_cavity_keeps_its_centre():
    thin = ring(radius=18.0, cavity=16.0) == MYOCARDIUM
    centre, radius = lv_circle(thin)
    assert torch.allclose(centre, CENTRE, atol=0.1) and float(radius) == pytest.approx(17, abs=0.3)


def test_a_heart_among_strays_that_are_larger_together_is_the_one_that_counts():
    axis = torch.arange(192)
    disc = lambda x, y, r: torch.hypot(axis[None, :] - x, axis[:, None] - y) < r
    mask = disc(96.0, 96.0, 20.0) | disc(30.0, 150.0, 15.0) | disc(160.0, 40.0, 15.0)  # 47 % of it
    centre, radius = lv_circle(mask[None])
    assert torch.allclose(centre, torch.tensor([[96.0, 96.0]]), atol=0.5) and float(radius) == pytest.approx(20, abs=0.5)


def test_of_a_cavity_alone_the_ventricle_is_guessed():
    classes = ring()
    partial = torch.where(classes == LV_BLOOD, classes, NOT_CAVITY)
    partial[0, 0, 0] = UNKNOWN
    assert float(known_circle(partial)[1]) == pytest.approx(9 * CAVITY_TO_LV, rel=0.03)
    assert float(known_circle(classes)[1]) == pytest.approx(16, rel=0.03)


def test_the_same_seed_gives_the_same_batch_and_circles_are_off_as_the_configuration_says():
    config = toy_polar_config()
    batch, again = (PolarTask(config).batch(3) for _ in range(2))
    assert torch.equal(batch.centre_px, again.centre_px) and torch.equal(batch.radius_px, again.radius_px)
    config["data"]["off"] = 0.0
    centre, radius = known_circle(batch.classes)
    exact = PolarTask(config).batch(3)
    assert torch.allclose(exact.centre_px, centre) and torch.allclose(exact.radius_px, radius)
    assert not torch.allclose(batch.centre_px, centre) and not torch.allclose(batch.radius_px, radius)


def test_it_learns_from_one_batch():
    task = PolarTask(toy_polar_config(width=8, widest=16))
    first, last = losses_on_one_batch(task, 30)
    assert last < 0.75 * first
    assert {"myocardium", "cavity", "missed"} <= task.figures(task.network().eval(), task.batch(1)).keys()


def test_a_lattice_that_cannot_be_halved_is_refused():
    with pytest.raises(ValueError, match="48 circles of 50 rays cannot be halved 4 times"):
        PolarUNet(rays=50)


class Disc(torch.nn.Module):
    """Sees blood in a disc, nothing else."""

    def __init__(self, x: float, y: float, radius: float):
        super().__init__()
        self.x, self.y, self.radius = x, y, radius

    def forward(self, images):
        axis = torch.arange(images.shape[3], dtype=torch.float32)
        inside = (torch.hypot(axis[None] - self.x, axis[:, None] - self.y) < self.radius).float()[None]
        background, blood = 1 - inside, inside
        return 20 * torch.stack([background, torch.zeros_like(blood), blood], 1).expand(len(images), 3, -1, -1)


class Sectors(PolarUNet):
    """Answers with a share of each class that is known."""

    def forward(self, images, centre_px, radius_px):
        logits = torch.zeros(len(images), 4, self.circles, self.rays)
        logits[:, 1, :20], logits[:, 2, 20:40], logits[:, 3, 40:] = 20, 20, 20
        return logits


def test_the_polar_member_looks_about_what_the_deepest_three_find_together():
    there = [Disc(20, 40, 8) for _ in range(3)]
    members = UNetEnsemble.of([UNetEnsemble([1], 3).members[0]])
    members.members = torch.nn.ModuleList([Disc(45, 15, 15), *there])
    with torch.inference_mode():
        shares = Segmenter(PolarEnsemble(members, Sectors()).eval())(torch.rand(1, 1, 64, 64))[0, 0]
    axis = torch.arange(64)
    circle = torch.hypot(axis[None] - 20.0, axis[:, None] - 40.0) / (8 * 1.6) * 48  # which circle a pixel lies on
    for classes, of_class in ((1, circle < 18), (2, (circle > 22) & (circle < 37)), (0, circle > 43)):
        assert of_class.any() and (shares[classes][of_class] > 0.99).all(), "the right ventricle is background"


def test_the_ensemble_can_be_scripted_and_holds_the_mean_of_its_first_and_last_member():
    torch.manual_seed(0)
    members, polar = UNetEnsemble([1, 2, 2, 2], width=4, batch_norm=True), PolarUNet(width=4, widest=8)
    network = PolarEnsemble(members, polar).eval()
    images = torch.rand(2, 1, 64, 64)
    with torch.inference_mode():
        found = Segmenter(network)(images)
        assert torch.allclose(torch.jit.script(Segmenter(network))(images), found, atol=1e-4)
        assert found.shape == (2, 6, 3, 64, 64) and torch.allclose(found.sum(2), torch.ones(2, 6, 64, 64), atol=1e-4)
        assert torch.allclose(found[:, 2:], Segmenter(members.eval())(images), atol=1e-5)
        assert torch.allclose(found[:, 1], (found[:, 0] + found[:, -1]) / 2, atol=1e-4)


def test_the_polar_member_is_exported_first_and_kept(tmp_path):
    file = export("qcd", [trained_on_noise(tmp_path / "unets"), polar_trained_on_noise(tmp_path / "polar")], tmp_path / "models", "1")
    exported = torch.jit.load(file).float()
    weights = load_trained(tmp_path / "polar" / "network.pt").state_dict()
    assert torch.allclose(exported.network.polar.state_dict()["classify.weight"], weights["classify.weight"], atol=1e-3)
    kept = load_ensemble([trained_on_noise(tmp_path / "one", [4])], [3, 4, 5, 6], file)
    images = torch.rand(1, 1, 96, 96)
    with torch.inference_mode():
        ours, theirs = (one(images, CENTRE, RADIUS) for one in (kept.polar, exported.network.polar))
        assert torch.allclose(ours, theirs, atol=1e-4)
    assert [member.depth for member in kept.members] == [3, 4, 5, 6]
    alone = tmp_path / "alone.pt"
    torch.jit.script(Segmenter(UNetEnsemble([3], width=4)).eval()).save(alone)
    with pytest.raises(ValueError, match="alone.pt holds no polar U-Net"):
        load_ensemble([tmp_path / "unets" / "network.pt"], [3, 4, 5, 6], alone)
    with pytest.raises(ValueError, match="2 polar U-Nets instead of one"):
        load_ensemble([tmp_path / "unets" / "network.pt", *2 * [tmp_path / "polar" / "network.pt"]], [3, 4, 5, 6])


def test_a_run_begins_with_the_polar_member_of_an_exported_ensemble(tmp_path):
    file = export("qcd", [trained_on_noise(tmp_path / "unets"), polar_trained_on_noise(tmp_path / "polar")], tmp_path / "models", "1")
    config = toy_polar_config()
    config["training"] |= {"steps": 1, "rate": 0.0}
    train(PolarTask(config), config, tmp_path / "tuned", start=file)
    begun, stored = (load_trained(tmp_path / name / "network.pt").state_dict() for name in ("tuned", "polar"))
    assert torch.allclose(begun["classify.weight"], stored["classify.weight"], atol=1e-3)
