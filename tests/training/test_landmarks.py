"""Landmarks as chances of pixels, the patches of the second stage, and tuning on own points, at toy size."""

import csv
import tomllib

import nibabel
import numpy as np
import pytest
import torch

from cmrt1_training.export import EXPORTS, export
from cmrt1_training.networks import ResNet50V2, Segmenter, UNetEnsemble
from cmrt1_training.phantom.draw import Draw
from cmrt1_training.phantom.labels import LV_BLOOD, MYOCARDIUM, RV_BLOOD, class_of_tissue
from cmrt1_training.phantom.slices import draw_label_maps
from cmrt1_training.phantom.views import draw_standard_view
from cmrt1_training.tasks import OWN_DATA_TASKS, LandmarkRegressionTask, LandmarksTask, OwnPointsTask
from cmrt1_training.tasks.heatmaps import landmark_figures, landmark_loss, places
from cmrt1_training.tasks.motion import FIRST_VALIDATION_SEED
from cmrt1_training.train import CONFIGS, main, train
from training_support import losses_on_one_batch

pytestmark = pytest.mark.usefixtures("library_folder")
POINTS = torch.tensor([[[10.3, 20.6], [5.0, 4.0], [25.0, 8.5]]])


def toy_config(**training):
    config = tomllib.loads((CONFIGS / "landmarks.toml").read_text())
    config["data"] |= {"size": 32, "batch": 4, "anatomies": 10}
    config["network"] |= {"depths": [3], "width": 8}
    config["training"] |= {"steps": 3, "validation_batches": 1} | training
    return config


def logits_about(points, size=32, sd=1.5):
    axis = torch.arange(size, dtype=torch.float32)
    x, y = axis[None, None, None, :], axis[None, None, :, None]
    return -((x - points[:, :, 0, None, None]) ** 2 + (y - points[:, :, 1, None, None]) ** 2) / (2 * sd**2)


def test_a_place_is_told_between_pixels():
    assert torch.allclose(places(logits_about(POINTS)), POINTS, atol=0.1)


def test_the_loss_is_least_for_the_truth_and_leaves_out_what_is_not_known():
    valid = torch.tensor([[1.0, 1.0, 0.0]])
    loss = lambda shift, known=valid: float(landmark_loss(logits_about(POINTS + shift), POINTS, known))
    assert loss(0) < loss(1) < loss(3)
    wrong = torch.tensor([[[0.0, 0.0], [0.0, 0.0], [9.0, 9.0]]])
    assert loss(wrong) == pytest.approx(loss(0)), "the third is not known"
    assert loss(5, torch.zeros(1, 3)) == 0


def test_figures_are_distances_in_pixels():
    figures = landmark_figures(logits_about(POINTS + torch.tensor([3.0, 4.0])), POINTS, torch.ones(1, 3))
    assert figures["anterior_px"] == pytest.approx(5, abs=0.3) and figures["centre_p90_px"] == pytest.approx(5, abs=0.3)


def test_standard_patches_have_the_insertion_left_of_the_centre_and_show_what_they_say():
    maps = next(m for m in (draw_label_maps(seed, 3, False) for seed in range(9)) if m.valid.all())
    angles, middles = [], []
    for seed in range(40):
        view = draw_standard_view(maps, 64, Draw(seed, 3))
        centre, anterior, _ = view.points_px.unbind(1)
        line = centre - anterior
        angles += torch.atan2(line[:, 1], line[:, 0]).tolist()
        middles += ((centre + anterior) / 2).tolist()
        classes = class_of_tissue()[view.labels.long()]
        for own, points, valid, spacing in zip(classes, view.points_px, view.valid, view.spacing_mm):
            reach = int(12 / spacing) + 2
            x, y = (2 * points[1]).round().int().tolist()
            near = own[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach]
            if valid[1] and near.numel():
                assert {MYOCARDIUM, RV_BLOOD} <= set(near.flatten().tolist())
    assert np.median(np.abs(angles)) < 0.4 and np.abs(angles).max() > 1, "most are level, some are far off"
    assert np.allclose(np.mean(middles, 0), 31.5, atol=2)


def test_a_network_learns_places_beside_classes():
    first, last = losses_on_one_batch(LandmarksTask(toy_config()), steps=60)
    assert last < 0.8 * first


def test_what_is_exported_gives_chances_that_sum_to_one(tmp_path):
    network = torch.jit.script(Segmenter(UNetEnsemble([2], 4, width=4, points=3)).eval())
    with torch.inference_mode():
        output = network(100 * torch.rand(2, 1, 32, 32))
    assert output.shape == (2, 1, 7, 32, 32)
    assert torch.allclose(output[:, :, :4].sum(2), torch.ones(2, 1, 32, 32), atol=1e-5)
    assert torch.allclose(output[:, :, 4:].sum((3, 4)), torch.ones(2, 1, 3), atol=1e-5)
    assert EXPORTS["landmarks"]["output"][2] == EXPORTS["heart"]["output"][2] == 7


@pytest.fixture()
def data(tmp_path):
    """Four files of two slices: a ring with a bright spot at its left."""
    (tmp_path / "data" / "images").mkdir(parents=True)
    rng, rows = np.random.default_rng(0), []
    for name in ("a", "b", "c", "d"):
        x, y = rng.uniform(30, 50), rng.uniform(25, 35)
        away = np.hypot(np.arange(80) - x, np.arange(60)[:, None] - y)
        image = np.where(away < 9, 200.0, np.where(away < 15, 100, 20))
        image[np.hypot(np.arange(80) - x + 15, np.arange(60)[:, None] - y) < 2.5] = 400
        voxels = np.stack([image, image], 0).transpose(2, 1, 0).astype(np.int16)
        nibabel.Nifti1Image(voxels, np.eye(4)).to_filename(tmp_path / "data" / "images" / f"{name}.nii.gz")
        for k in (0, 1):
            rows.append({"file": f"{name}.nii.gz", "slice": k, "lv_centre_x_px": x, "lv_centre_y_px": y,
                         "rv_anterior_x_px": x - 15, "rv_anterior_y_px": y})  # fmt: skip
    write_points(tmp_path / "data", rows)
    return tmp_path / "data"


def write_points(folder, rows):
    with (folder / "points.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def test_own_points_move_with_their_images(data):
    batch = OwnPointsTask(toy_config(), data).batch(3)
    assert batch.points_px.shape == (4, 3, 2) and not batch.valid[:, 2].any()
    for image, points in zip(batch.images[:, 0], batch.points_px):
        x, y = points[1].round().int().tolist()
        spot = image[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].mean()
        others = image[8:24, 20:].median()
        assert (spot - others).abs() > 0.5, "the bright spot, inverted or not, is where the point is"


def test_a_third_of_the_files_validates(data):
    task = OwnPointsTask(toy_config(), data)
    assert (len(task.training), len(task.validation)) == (6, 2)
    task.training = []
    assert len(task.batch(FIRST_VALIDATION_SEED).images) == 4
    assert OWN_DATA_TASKS["landmarks"] is OwnPointsTask


def test_tuning_starts_from_an_exported_network_and_can_be_exported_again(data, tmp_path, monkeypatch):
    config = toy_config(steps=1)
    train(LandmarksTask(config), config, tmp_path / "run")
    file = export("landmarks", [tmp_path / "run" / "network.pt"], tmp_path / "models", "1")
    start = torch.jit.load(file).float().network.state_dict()
    settings = ["network.depths=[3]", "network.width=8", "data.size=32", "data.batch=4", "training.validation_batches=1"]
    monkeypatch.setattr("sys.argv", ["train", "landmarks", "--data", str(data), "--start", str(file), "--out",
                                     str(tmp_path / "tuned"), "--steps", "3", "--set", *settings])  # fmt: skip
    main()
    tuned = torch.load(tmp_path / "tuned" / "network.pt", weights_only=True)["weights"]
    assert any(not torch.equal(tuned[name], start[name]) for name in tuned)
    assert (tmp_path / "tuned" / "validation.csv").read_text().startswith("step,centre_px")
    export("landmarks", [tmp_path / "tuned" / "network.pt"], tmp_path / "models", "tuned-1")


def test_what_is_missing_or_wrong_is_said_with_its_line(data, tmp_path):
    with pytest.raises(ValueError, match="no points.csv"):
        OwnPointsTask(toy_config(), tmp_path)
    row = {"file": "a.nii.gz", "slice": 0, "lv_centre_x_px": 1, "lv_centre_y_px": 2, "rv_anterior_x_px": 30,
           "rv_anterior_y_px": 4}  # fmt: skip
    for wrong in ({"slice": 9}, {"file": "z.nii.gz"}, {"lv_centre_x_px": "x"}, {"rv_anterior_x_px": 1, "rv_anterior_y_px": 2}):
        write_points(data, [row, row | wrong])
        with pytest.raises(ValueError, match="points.csv, line 3"):
            OwnPointsTask(toy_config(), data)


def test_the_thesis_network_regresses_two_points_and_has_its_size():
    network = ResNet50V2().eval()
    with torch.inference_mode():
        found = network(torch.rand(2, 1, 64, 64))
    assert found.shape == (2, 2, 2) and (0 < found).all() and (found < 1).all()
    backbone = sum(p.numel() for name, p in network.named_parameters() if not name.startswith(("colour", "head")))
    assert backbone == pytest.approx(23.56e6, rel=0.01), "Keras' ResNet50V2 without its top has 23,564,800"


def test_regression_learns_where_the_points_are():
    config = tomllib.loads((CONFIGS / "landmark_regression.toml").read_text())
    config["data"] |= {"size": 32, "batch": 2, "anatomies": 10}
    first, last = losses_on_one_batch(LandmarkRegressionTask(config), steps=20, rate=1e-4)
    assert last < 0.5 * first
