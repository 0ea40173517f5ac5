"""Training, tuning on own data, and export, at toy size."""

import hashlib
import json
import shutil
import tomllib
from pathlib import Path

import pydicom
import pytest
import torch

from cmrt1_training import slice_library
from cmrt1_training.export import export
from cmrt1_training.real_series import read_series
from cmrt1_training.tasks import MotionTask, SegmentationTask
from cmrt1_training.tasks.motion import FIRST_VALIDATION_SEED
from cmrt1_training.tasks.own_series import OwnSeriesTask
from cmrt1_training.train import CONFIGS, _assign, main, train
from cmrt1_training.trained import load_trained
from training_support import ROOT, losses_on_one_batch


def toy_config(name="moconet", **training):
    config = tomllib.loads((CONFIGS / f"{name}.toml").read_text())
    config["data"] |= {"size": 64, "spacing_mm": [3.0, 4.0], "batch": 4}
    if config["network"]["kind"] == "group":
        config["network"] |= {"widths": [8, 8, 8], "decoder": [8, 8, 8]}
    config["training"] |= {"steps": 4, "validation_batches": 1} | training
    return config


def weights(folder):
    return load_trained(folder / "network.pt").state_dict()


@pytest.mark.parametrize("name", ["moconet", "moconet_early_fusion"])
def test_a_network_learns_what_it_is_shown(name):
    """The loss on one batch falls by a fifth."""
    first, last = losses_on_one_batch(MotionTask(toy_config(name)))
    assert last < 0.8 * first


def test_a_run_that_was_cut_ends_as_if_it_had_not_been(tmp_path):
    config = toy_config()
    train(MotionTask(config), config, tmp_path / "whole", minutes_between_checkpoints=0)
    half = toy_config()
    (tmp_path / "cut").mkdir()
    checkpoint = tmp_path / "cut" / "checkpoint.pt"

    class Cut(MotionTask):
        def batch(self, seed, device="cpu"):
            if checkpoint.exists() and seed % 1_000_000_000 == 2:
                raise KeyboardInterrupt
            return super().batch(seed, device)

    with pytest.raises(KeyboardInterrupt):
        train(Cut(half), half, tmp_path / "cut", minutes_between_checkpoints=0)
    train(MotionTask(config), config, tmp_path / "cut", minutes_between_checkpoints=0)
    for name, value in weights(tmp_path / "whole").items():
        assert torch.allclose(value.float(), weights(tmp_path / "cut")[name].float(), atol=1e-6), name
    assert (tmp_path / "cut" / "curve.png").stat().st_size > 1000


def test_processes_average_the_gradients_of_their_batches(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(slice_library, "FOLDER", tmp_path / "cmrt1" / "slices")
    config = tomllib.loads((CONFIGS / "heart.toml").read_text())
    toy = {
        "network": {"depths": [2], "width": 4, "dropout": 0, "batch_norm": False},
        "data": {"size": 32, "batch": 2, "anatomies": 8, "validation_share": 0.5},
        "training": {"steps": 3, "validation_batches": 1},
    }
    settings = [f"{table}.{key}={json.dumps(value)}" for table, own in toy.items() for key, value in own.items()]
    monkeypatch.setattr("sys.argv", ["train", "heart", "--out", str(tmp_path / "two"), "--processes", "2", "--set", *settings])
    main()

    class Both(SegmentationTask):
        def batch(self, seed, device="cpu"):
            if seed >= FIRST_VALIDATION_SEED:
                return super().batch(seed, device)
            first = seed // 1_000_000_000 * 1_000_000_000 + 2 * (seed % 1_000_000_000)
            return [super(Both, self).batch(first + i, device) for i in range(2)]

        def loss(self, network, batches):
            return sum(super(Both, self).loss(network, batch) for batch in batches) / 2

    for table, own in toy.items():
        config[table] |= own
    train(Both(config), config, tmp_path / "one")
    untrained = Both(config).network().state_dict()
    for name, value in weights(tmp_path / "one").items():
        assert torch.allclose(value, weights(tmp_path / "two")[name], atol=1e-5), name
        assert not torch.equal(value, untrained[name]), name


def test_the_exported_file_is_half_precision_and_listed_with_its_hash(tmp_path):
    config = toy_config()
    train(MotionTask(config), config, tmp_path / "run")
    file = export("moconet", [tmp_path / "run" / "network.pt"], tmp_path / "models", "7")
    entry = json.loads((tmp_path / "models" / "manifest.json").read_text())["networks"]["moconet"]
    assert entry["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (entry["file"], entry["version"]) == ("moconet.pt", "7")
    loaded = torch.jit.load(file)
    assert {p.dtype for p in loaded.parameters()} == {torch.float16}
    output = loaded.float().eval()(torch.rand(entry["input"]))
    assert list(output.shape) == entry["output"]


def test_a_network_of_another_kind_is_not_exported(tmp_path):
    config = toy_config("moconet_early_fusion", steps=1)
    train(MotionTask(config), config, tmp_path / "run")
    with pytest.raises(ValueError, match="is no network for moconet"):
        export("moconet", [tmp_path / "run" / "network.pt"], tmp_path / "models", "1")
    assert not (tmp_path / "models").exists()


def test_a_series_whose_pixels_cannot_be_read_is_skipped(tmp_path, capsys):
    shutil.copytree(ROOT / "data" / "sample_study", tmp_path / "study")
    whole = read_series(tmp_path / "study")
    broken = Path(whole[0].datasets[0].filename)
    dataset = pydicom.dcmread(broken)
    dataset.PixelData = dataset.PixelData[:100]
    dataset.save_as(broken)
    assert len(read_series(tmp_path / "study")) == len(whole) - 1
    assert str(broken) in capsys.readouterr().err


def test_tuning_on_own_dicom_starts_from_an_exported_network(tmp_path):
    config = toy_config()
    train(MotionTask(config), config, tmp_path / "run")
    file = export("moconet", [tmp_path / "run" / "network.pt"], tmp_path / "models", "1")
    task = OwnSeriesTask(config, ROOT / "data" / "sample_study")
    start = torch.jit.load(file).float().network.state_dict()
    train(task, config, tmp_path / "tuned", start=file)
    tuned = weights(tmp_path / "tuned")
    assert tuned.keys() == start.keys()
    changed = [name for name in tuned if not torch.equal(tuned[name], start[name])]
    assert changed
    assert (tmp_path / "tuned" / "validation.csv").exists()


def test_tuning_moves_own_images_by_the_field_it_teaches():
    config = toy_config()
    batch = OwnSeriesTask(config, ROOT / "data" / "sample_study").batch(5)
    assert batch.images.shape == (4, 7, 64, 64)
    assert batch.fields.norm(dim=2).max() > 0.3
    assert batch.fields.mean(1).norm(dim=1).max() < 0.1


def test_a_network_without_settings_for_tuning_is_refused(tmp_path, monkeypatch):
    command = ["train", "heart", "--data", str(tmp_path), "--out", str(tmp_path / "run")]
    monkeypatch.setattr("sys.argv", command)
    with pytest.raises(SystemExit, match="cannot be tuned"):
        main()


def test_a_folder_without_series_is_an_error_that_says_what_is_needed(tmp_path):
    with pytest.raises(ValueError, match="5 to 16"):
        OwnSeriesTask(toy_config(), tmp_path)


def test_set_changes_one_value_of_the_configuration():
    config = {"seed": 1, "network": {"depths": [1]}}
    _assign(config, "seed=7")
    _assign(config, "network.depths=[2, 3]")
    assert config == {"seed": 7, "network": {"depths": [2, 3]}}


@pytest.mark.parametrize("text", ["sed=7", "seed.x=7", "network.depth=[1]", "net.depths=[1]", "seed=seven", "seed"])
def test_set_refuses_what_the_configuration_lacks_and_what_is_no_value(text):
    with pytest.raises(SystemExit, match="--set"):
        _assign({"seed": 1, "network": {"depths": [1]}}, text)
