"""Tuning the segmentation networks on a site's own images and masks, at toy size."""

import json

import nibabel
import numpy as np
import pytest
import torch

from cmrt1_training.export import export
from cmrt1_training.masked_images import find_masked
from cmrt1_training.phantom.labels import LV_BLOOD, MYOCARDIUM
from cmrt1_training.tasks import OWN_DATA_TASKS, OwnMasksTask
from cmrt1_training.tasks.motion import FIRST_VALIDATION_SEED
from cmrt1_training.train import main, train
from cmrt1_training.trained import load_trained
from training_support import NoiseTask, polar_trained_on_noise, toy_qcd_config, trained_on_noise


def write(folder, name, values):
    folder.mkdir(parents=True, exist_ok=True)
    nibabel.Nifti1Image(values.transpose(2, 1, 0), np.diag([1.5, 1.5, 8, 1])).to_filename(folder / f"{name}.nii.gz")


@pytest.fixture()
def data(tmp_path):
    """Four stacks of a bright cavity in a grey ring, the last slice of each without a mask."""
    rng = np.random.default_rng(0)
    for name in ("a", "b", "c", "d"):
        masks = np.zeros((3, 60, 80), np.uint8)
        distance = np.hypot(np.arange(80) - rng.uniform(30, 50), np.arange(60)[:, None] - rng.uniform(25, 35))
        masks[:2][:, distance < 15], masks[:2][:, distance < 9] = MYOCARDIUM, LV_BLOOD
        write(tmp_path / "data" / "masks", name, masks)
        images = 100 * masks + rng.integers(0, 20, masks.shape)
        write(tmp_path / "data" / "images", name, images.astype(np.int16))
    return tmp_path / "data"


def test_samples_show_the_image_and_its_mask_in_the_same_view(data):
    batch = OwnMasksTask(toy_qcd_config(), data).batch(3)
    assert batch.images.shape == (4, 1, 32, 32) and batch.classes.shape == (4, 32, 32)
    assert set(batch.classes.unique().tolist()) == {0, MYOCARDIUM, LV_BLOOD}
    for image, classes in zip(batch.images[:, 0], batch.classes):
        values = [float(image[classes == one].median()) for one in (0, MYOCARDIUM, LV_BLOOD)]
        assert values == sorted(values) or values == sorted(values)[::-1], "inverted or not, muscle lies between"


def test_batches_repeat_by_seed(data):
    task = OwnMasksTask(toy_qcd_config(), data)
    assert torch.equal(task.batch(3).images, task.batch(3).images)
    assert not torch.equal(task.batch(3).images, task.batch(4).images)


def test_a_third_of_the_files_validates_and_slices_without_mask_take_no_part(data):
    task = OwnMasksTask(toy_qcd_config(), data)
    assert (len(task.training), len(task.validation)) == (6, 2)
    task.training = []
    assert len(task.batch(FIRST_VALIDATION_SEED).images) == 4


def test_the_task_for_own_data_follows_the_configuration():
    assert OWN_DATA_TASKS["segmentation"] is OwnMasksTask


def test_members_of_several_runs_are_exported_in_order_of_depth(tmp_path):
    deep, shallow = trained_on_noise(tmp_path / "deep", [4, 5, 6]), trained_on_noise(tmp_path / "shallow", [3])
    polar = polar_trained_on_noise(tmp_path / "polar")
    file = export("qcd", [deep, polar, shallow], tmp_path / "models", "1")
    exported = torch.jit.load(file).float().network.state_dict()
    for number, own in ((0, shallow), (1, deep)):
        weights = load_trained(own).state_dict()["members.0.classify.weight"]
        assert torch.allclose(exported[f"members.{number}.classify.weight"], weights, atol=1e-3)
        weight = torch.jit.load(file).state_dict()[f"network.members.{number}.encoder.0.3.weight"]
        assert weight.is_contiguous(memory_format=torch.channels_last) and not weight.is_contiguous()
    entry = json.loads((tmp_path / "models" / "manifest.json").read_text())["networks"]["qcd"]
    assert (entry["input"], entry["output"]) == ([1, 1, 96, 96], [1, 6, 3, 96, 96])
    with pytest.raises(ValueError, match=r"depths \[4, 5, 6\] instead of \[3, 4, 5, 6\]"):
        export("qcd", [deep, polar], tmp_path / "models", "1")
    with pytest.raises(ValueError, match="0 polar U-Nets instead of one"):
        export("qcd", [deep, shallow], tmp_path / "models", "1")
    with pytest.raises(ValueError, match="comes from one training run"):
        export("heart", [deep, shallow], tmp_path / "models", "1")


def test_members_that_were_not_trained_again_are_kept(tmp_path):
    every, one = trained_on_noise(tmp_path / "all"), trained_on_noise(tmp_path / "one", [4], seed=2)
    first = export("qcd", [every, polar_trained_on_noise(tmp_path / "polar")], tmp_path / "first", "1")
    second = export("qcd", [one], tmp_path / "second", "2", keep=first)
    before, after = (torch.jit.load(file).state_dict() for file in (first, second))
    changed = {name.split(".")[2] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"1"}, "the member of depth 4"
    with pytest.raises(ValueError, match="is one network"):
        export("heart", [one], tmp_path / "second", "2", keep=first)


def test_a_run_of_some_depths_begins_with_those_members(tmp_path):
    runs = [trained_on_noise(tmp_path / "run"), polar_trained_on_noise(tmp_path / "polar")]
    file = export("qcd", runs, tmp_path / "models", "1")
    stored = torch.jit.load(file).float().network.state_dict()
    some = toy_qcd_config([3, 5])
    some["training"] |= {"steps": 1, "rate": 0.0}
    train(NoiseTask(some), some, tmp_path / "some", start=file)
    begun = load_trained(tmp_path / "some" / "network.pt").state_dict()
    for own, theirs in ((0, 0), (1, 2)):
        name = "classify.weight"
        assert torch.equal(begun[f"members.{own}.{name}"], stored[f"members.{theirs}.{name}"])
    deeper = toy_qcd_config([7])
    with pytest.raises(SystemExit, match="no U-Net of depth 7"):
        train(NoiseTask(deeper), deeper, tmp_path / "other", start=file)


@pytest.mark.parametrize("name", ["qcd", "polar"])
def test_tuning_starts_from_an_exported_ensemble_and_can_be_exported_again(name, data, tmp_path, monkeypatch):
    runs = [trained_on_noise(tmp_path / "run"), polar_trained_on_noise(tmp_path / "polar")]
    file = export("qcd", runs, tmp_path / "models", "1")
    network = torch.jit.load(file).float().network
    start = (network.polar if name == "polar" else network).state_dict()
    settings = ["network.width=4", "network.widest=8", "data.size=32", "data.batch=4", "training.validation_batches=1"]
    monkeypatch.setattr("sys.argv", ["train", name, "--data", str(data), "--start", str(file), "--out",
                                     str(tmp_path / "tuned"), "--steps", "3", "--set", *settings])  # fmt: skip
    main()
    tuned = load_trained(tmp_path / "tuned" / "network.pt").state_dict()
    assert tuned.keys() <= start.keys() and any(not torch.equal(tuned[name], start[name]) for name in tuned)
    assert (tmp_path / "tuned" / "validation.csv").read_text().startswith("step,myocardium,cavity")
    export("qcd", [tmp_path / "tuned" / "network.pt"], tmp_path / "models", "tuned-1", keep=file)


def test_what_is_missing_or_wrong_in_a_folder_is_said(data, tmp_path):
    with pytest.raises(ValueError, match="no folder images"):
        find_masked(tmp_path)
    write(data / "masks", "a", np.full((3, 60, 80), 3, np.uint8))
    with pytest.raises(ValueError, match="holds the value 3"):
        OwnMasksTask(toy_qcd_config(), data)
    write(data / "masks", "a", np.ones((3, 60, 70), np.uint8))
    with pytest.raises(ValueError, match="another shape"):
        OwnMasksTask(toy_qcd_config(), data)
    for file in (data / "masks").iterdir():
        file.unlink()
    with pytest.raises(ValueError, match="no image with a mask"):
        find_masked(data)
