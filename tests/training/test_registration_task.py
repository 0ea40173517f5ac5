"""Learning to register maps: from generated pairs and from a site's own, at toy size; and export."""

import json
import tomllib

import nibabel
import numpy as np
import pytest
import torch

from cmrt1_training import make_pairs
from cmrt1_training.export import export
from cmrt1_training.networks import GroupMocoNet, MotionEstimator, scaled_maps
from cmrt1_training.phantom import Grid
from cmrt1_training.tasks import OWN_DATA_TASKS, OwnPairsTask, RegistrationTask
from cmrt1_training.tasks.motion import FIRST_VALIDATION_SEED
from cmrt1_training.train import CONFIGS, main, train
from cmrt1_training.trained import load_trained
from training_support import losses_on_one_batch

SMALL = {
    "dt1": {"widths": [8, 8, 8], "decoder": [8, 8, 8]},
    "dt1_unet": {"encoder": [8, 8, 8, 8, 8], "decoder": [8, 8, 8]},
    "dt1_swin": {"width": 16, "tokens": 16},
}


def toy_config(name="dt1", **training):
    config = tomllib.loads((CONFIGS / f"{name}.toml").read_text())
    config["network"] |= SMALL[name]
    config["data"] |= {"size": 64, "spacing_mm": [2.2, 3.0], "batch": 4}
    config["training"] |= {"steps": 2, "validation_batches": 1} | training
    return config


@pytest.mark.parametrize("name", SMALL)
def test_each_network_learns_what_it_is_shown(name):
    first, last = losses_on_one_batch(RegistrationTask(toy_config(name)), 60)
    assert last < 0.85 * first


def test_the_figures_of_the_true_field_are_perfect_and_of_none_those_before():
    task = RegistrationTask(toy_config())
    batch = task.batch(3)
    half = torch.nn.functional.avg_pool2d(batch.field, 2)
    registered = task.figures(lambda maps: [half], batch)
    assert registered["after_px"] < 0.1 and registered["dice"] > 0.95
    left = task.figures(lambda maps: [0 * half], batch)
    assert left["after_px"] == pytest.approx(left["before_px"]) and left["dice"] == left["dice_before"]
    assert left["dice"] < registered["dice"] - 0.1


@pytest.mark.parametrize("name", SMALL)
def test_what_is_exported_as_dt1_takes_and_gives_what_the_manifest_says(name, tmp_path):
    config = toy_config(name, steps=1)
    train(RegistrationTask(config), config, tmp_path / "run")
    file = export("dt1", [tmp_path / "run" / "network.pt"], tmp_path / "models", "1")
    entry = json.loads((tmp_path / "models" / "manifest.json").read_text())["networks"]["dt1"]
    assert entry["input"] == entry["output"] == [1, 2, 192, 192]
    loaded = torch.jit.load(file).float().eval()
    assert list(loaded(torch.rand(entry["input"])).shape) == entry["output"]
    again = toy_config(name, steps=0)
    train(RegistrationTask(again), again, tmp_path / "tuned", start=file)


def write(folder, name, values):
    folder.mkdir(parents=True, exist_ok=True)
    nibabel.Nifti1Image(values.transpose(2, 1, 0), np.diag([1.5, 1.5, 8, 1])).to_filename(folder / f"{name}.nii.gz")


@pytest.fixture()
def data(tmp_path):
    """Four studies of two slices: a ring of muscle about blood, elsewhere under stress and 8 % higher."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[:100, :120]
    for name in "abcd":
        for role, factor in (("rest", 1.0), ("stress", 1.08)):
            slices = []
            for radius in (20, 24):
                r = np.hypot(x - 60 - random.uniform(-5, 5), y - 50 - random.uniform(-5, 5))
                slices.append(np.where(r < 12, 1900, np.where(r < radius, 1200 * factor, 400)))
            write(tmp_path / "data" / role, name, np.stack(slices).astype(np.int16))
    return tmp_path / "data"


def test_own_pairs_train_in_either_order_and_a_third_of_the_files_validates(data):
    task = OwnPairsTask(toy_config(), data)
    assert (len(task.training), len(task.validation)) == (12, 2), "three files of two slices in both orders"
    batch = task.batch(3)
    assert batch.maps.shape == (4, 2, 64, 64) and batch.maps.max() > 0.5
    assert torch.equal(batch.maps, task.batch(3).maps) and not torch.equal(batch.maps, task.batch(4).maps)
    longer = [float(pair[1][(pair > 0.4).all(0)].mean() - pair[0][(pair > 0.4).all(0)].mean()) > 0
              for seed in range(6) for pair in task.batch(seed).maps]  # fmt: skip
    assert 0 < sum(longer) < len(longer)
    task.training.clear()
    assert len(task.batch(FIRST_VALIDATION_SEED).maps) == 4


def of_data(folder, **settings):
    config = toy_config()
    config["data"] |= settings
    return OwnPairsTask(config, folder)


def second_maps_are_those_under_stress(pairs):
    """In `data` the largest values below blood's are those of muscle: 1200 at rest, 1296 under stress."""
    return [float(one.maps[1][one.maps[1] < 1800].max()) > 1250 > float(one.maps[0][one.maps[0] < 1800].max())
            for one in pairs]  # fmt: skip


def test_regular_pairs_are_never_swapped_and_permuted_ones_in_every_second(data):
    regular, permuted = of_data(data, pairing="regular"), of_data(data, pairing="permuted")
    assert len(regular.training) == 6 and all(second_maps_are_those_under_stress(regular.training))
    assert len(permuted.training) == 12 and sum(second_maps_are_those_under_stress(permuted.training)) == 6
    for task in (regular, permuted):
        assert len(task.validation) == 2 and all(second_maps_are_those_under_stress(task.validation))


def test_repeated_maps_of_a_slice_pair_with_all_others_of_it(data):
    for name in "abcd":
        (data / "stress" / f"{name}_run-2.nii.gz").write_bytes((data / "stress" / f"{name}.nii.gz").read_bytes())
    regular, permuted = of_data(data, pairing="regular"), of_data(data, pairing="permuted")
    assert len(regular.training) == 3 * 2 * 2 and all(second_maps_are_those_under_stress(regular.training))
    assert len(permuted.training) == 3 * 2 * 6 and len(permuted.validation) == 4
    assert all(one.maps[0] is not one.maps[1] for one in permuted.training)


def test_without_augmentation_pairs_are_shown_as_they_are(data):
    task = of_data(data, augmentation="none", spacing_mm=[1.5, 1.5], size=96)
    whole = [scaled_maps(torch.stack(one.maps)[None, :, 2:98, 12:108])[0] for one in task.training]
    for shown in task.batch(3).maps:
        assert min(float((shown - one).abs().max()) for one in whole) < 1e-3
    assert len({float(of_data(data, augmentation="none").batch(seed).weight.sum()) for seed in range(3)}) == 1


def test_rotation_moves_both_maps_alike_and_deformation_each_by_itself(data):
    for role in ("rest", "stress"):
        for name in "abcd":
            (data / role / f"{name}.nii.gz").write_bytes((data / "rest" / "a.nii.gz").read_bytes())
    apart = {}
    for augmentation in ("none", "rotation", "deformation"):
        maps = torch.cat([of_data(data, augmentation=augmentation).batch(seed).maps for seed in range(3)])
        apart[augmentation] = float((maps[:, 0] - maps[:, 1]).abs().mean())
        if augmentation != "none":
            assert min(float((maps[0] - one).abs().mean()) for one in maps[1:]) > 0.01, "other views of the same maps"
    assert apart["none"] == apart["rotation"] == 0 and apart["deformation"] > 0.005


def test_a_word_that_is_no_pairing_or_augmentation_is_named(data):
    for settings in ({"pairing": "any"}, {"augmentation": "shear"}):
        with pytest.raises(ValueError, match=f"data.{[*settings][0]} is '{[*settings.values()][0]}'; it may be"):
            of_data(data, **settings)


def test_made_pairs_are_maps_of_one_heart(tmp_path):
    make_pairs.make_pairs(tmp_path / "set", 3, stress_maps=2, grid=Grid(64, 64, 3.0))
    task = of_data(tmp_path / "set", pairing="regular")
    assert (len(task.training), len(task.validation)) == (4, 2)
    middle = lambda image: image[16:48, 16:48].float()
    alike = lambda a, b: float(torch.corrcoef(torch.stack([middle(a).flatten(), middle(b).flatten()]))[0, 1])
    rest, stress = task.training[0].maps[0], [one.maps[1] for one in task.training[:2]]
    assert not torch.equal(*stress)
    assert min(alike(rest, one) for one in stress) > max(alike(rest, one.T) for one in stress), "both lie as at rest"
    with pytest.raises(FileExistsError):
        make_pairs.make_pairs(tmp_path / "set", 3)


def test_a_run_begins_with_moconet_s_weights_and_not_with_another_architecture_s(tmp_path):
    config = toy_config(steps=1, rate=0.0)
    del config["network"]["kind"]
    moconet = MotionEstimator(GroupMocoNet(**config["network"]))
    given = moconet.network.state_dict()
    torch.jit.script(moconet).save(tmp_path / "moconet.pt")
    config["network"]["kind"] = "symmetric"
    train(RegistrationTask(config), config, tmp_path / "run", start=tmp_path / "moconet.pt")
    begun = load_trained(tmp_path / "run" / "network.pt").group.state_dict()
    assert all(torch.equal(begun[name], value) for name, value in given.items() if "running" not in name)
    other = toy_config("dt1_unet", steps=1)
    with pytest.raises(SystemExit, match="another architecture"):
        train(RegistrationTask(other), other, tmp_path / "other", start=tmp_path / "moconet.pt")


def test_the_difference_of_own_maps_falls(data):
    task = OwnPairsTask(toy_config(), data)
    torch.manual_seed(0)
    network, batch = task.network().train(), task.batch(1)
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    for _ in range(60):
        optimiser.zero_grad()
        task.loss(network, batch).backward()
        optimiser.step()
    figures = task.figures(network.eval(), batch)
    assert figures["difference"] < 0.8 * figures["difference_before"]


def test_tuning_on_own_pairs_starts_from_an_exported_network(data, tmp_path, monkeypatch):
    config = toy_config(steps=1)
    train(RegistrationTask(config), config, tmp_path / "run")
    file = export("dt1", [tmp_path / "run" / "network.pt"], tmp_path / "models", "1")
    start = torch.jit.load(file).float().network.state_dict()
    settings = ["network.widths=[8,8,8]", "network.decoder=[8,8,8]", "data.size=64", "data.batch=2",
                "training.validation_batches=1"]  # fmt: skip
    monkeypatch.setattr("sys.argv", ["train", "dt1", "--data", str(data), "--start", str(file), "--out",
                                     str(tmp_path / "tuned"), "--steps", "3", "--set", *settings])  # fmt: skip
    main()
    tuned = load_trained(tmp_path / "tuned" / "network.pt").state_dict()
    assert tuned.keys() == start.keys() and any(not torch.equal(tuned[name], start[name]) for name in tuned)
    assert (tmp_path / "tuned" / "validation.csv").read_text().startswith("step,difference_before,difference")
    assert OWN_DATA_TASKS["registration"] is OwnPairsTask


def test_what_is_missing_or_wrong_in_a_folder_is_said(data, tmp_path):
    with pytest.raises(ValueError, match="no folder rest"):
        OwnPairsTask(toy_config(), tmp_path)
    write(data / "stress", "a", np.ones((2, 90, 120), np.int16))
    with pytest.raises(ValueError, match="another shape"):
        OwnPairsTask(toy_config(), data)
    for file in (data / "stress").iterdir():
        file.unlink()
    with pytest.raises(ValueError, match="no rest map with a stress map"):
        OwnPairsTask(toy_config(), data)
