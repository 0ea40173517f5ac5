"""The regressors that predict the Dice of qcdseg's candidates, and the reader of its results."""

import argparse
import csv
import json
import os
import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import t as student_t

import fake_qcdseg
from cmrt1_training.export import export
from cmrt1_training.fit_quality import (
    Predictions, Samples, cross_validated, design, fit, fit_quality, limits, main, predict, preference, table,
)  # fmt: skip
from cmrt1_training.labelled_set import write_set
from cmrt1_training.masked_images import find_masked
from cmrt1_training.qcdseg import candidate_names, read_results, run_qcdseg
from cmrt1_training.quality_file import FILE, NAMES, NO_LIMITS, Linear, Regressor, ensure_quality, write_quality
from cmrt1_training.tasks import JudgingTask
from cmrt1_training.train import CONFIGS, train
from training_support import NoiseTask, polar_trained_on_noise, toy_qcd_config, trained_on_noise

QCDSEG = Path(os.environ.get("CMRT1_BIN", "")) / "qcdseg"
needs_qcdseg = pytest.mark.skipif(
    not ("CMRT1_BIN" in os.environ and QCDSEG.exists()), reason="CMRT1_BIN names no folder that holds qcdseg"
)
KINDS = ["other_scales", "whole_image"]
pytestmark = pytest.mark.usefixtures("library_folder")


@pytest.fixture()
def models(tmp_path):
    return fake_qcdseg.make_models(tmp_path / "models")


@pytest.fixture()
def program(tmp_path):
    return fake_qcdseg.install(tmp_path)


def samples(images=200, noise=0.0, seed=0):
    """Agreements and evidence of any size, and Dice that follows from them."""
    rng = np.random.default_rng(seed)
    agreement = rng.uniform(0.2, 1, (images, 12, 12))
    agreement = (agreement + agreement.transpose(0, 2, 1)) / 2
    agreement[:, range(12), range(12)] = 1
    evidence = rng.uniform(0.2, 1, (images, 12, 2))
    weights = np.hstack([rng.uniform(0, 0.05, (12, 12)) * (1 - np.eye(12)), rng.uniform(0, 0.2, (12, 2))])
    features = np.concatenate([agreement, evidence], axis=2)
    dice = 0.05 + np.einsum("nij,ij->ni", features, weights) + noise * rng.standard_normal((images, 12))
    return Samples(agreement, evidence, dice, np.ones(images, bool), np.arange(images), list(NAMES), KINDS), weights


def test_the_weights_of_a_linear_relation_are_found():
    data, weights = samples()
    fitted = fit(data)
    assert [one.name for one in fitted] == list(NAMES)
    assert np.allclose([one.weights for one in fitted], weights, atol=1e-8)
    assert all(one.weights[i] == 0 and one.intercept == pytest.approx(0.05) for i, one in enumerate(fitted))
    assert np.allclose(predict(fitted, data.features()).dice, data.dice, atol=1e-8)
    assert np.allclose(predict(fitted, data.features()).with_heart, data.dice, atol=1e-8)


def test_images_without_a_heart_do_not_change_which_candidate_is_better():
    """Their candidates agree without being right, one candidate's most of all, which then seems the worst."""
    data, _ = samples()
    data.shows_heart[:50], data.dice[:50] = False, 0
    data.agreement[:50, 5] = data.agreement[:50, :, 5] = 1
    hearts = samples()[0].features()[50:]
    predicted, expected = predict(fit(data), hearts), predict(fit(samples()[0]), hearts)
    assert np.allclose(predicted.with_heart, expected.with_heart, atol=1e-8)
    assert np.array_equal(predicted.winners(), expected.winners())
    assert (predicted.dice.argmax(1) != predicted.winners()).any(), "the predictions alone would choose otherwise"
    assert predicted.dice.mean() < expected.dice.mean(), "they are distrusted nevertheless"


def test_the_best_candidate_is_preferred_where_predictions_tell_nothing_of_the_choice():
    """They know how good an image's masks are, not which: the highest is one of the worse eleven nearly always."""
    data, _ = samples()
    rng = np.random.default_rng(1)
    of_image = rng.uniform(0.6, 0.9, (200, 1))
    data.dice[:] = of_image - 0.05
    data.dice[:, 3] = of_image[:, 0]
    none = np.clip(of_image + 0.03 * rng.standard_normal((200, 12)), 0, 1)
    apart = Predictions(none, none)
    preferred, margin = preference(data, apart)
    assert preferred == 3 and margin in (0.1, 0.2)
    assert (apart.winners(preferred, margin) == 3).mean() > 0.95 and (apart.winners() == 3).mean() < 0.3


def test_none_is_preferred_where_predictions_tell_which_is_best():
    data, _ = samples(noise=0.03)
    exact = Predictions(data.dice, data.dice)
    preferred, margin = preference(data, exact)
    assert margin == 0.0 and np.array_equal(exact.winners(preferred, margin), data.dice.argmax(1))
    data.dice[:, 3], data.shows_heart[:] = 2.0, False  # images without a heart say nothing of the choice
    data.shows_heart[:5] = True
    data.dice[:5, 3] = -1.0
    assert preference(data, exact)[0] != 3


@pytest.mark.parametrize("images, files", [(36, 36), (60, 1)])
def test_the_largest_margin_is_taken_where_too_few_images_tell(images, files):
    few, _ = samples(images)
    few.file[:] %= files
    assert preference(few, cross_validated(few))[1] == 0.2


def test_what_found_nothing_is_predicted_nothing_and_never_preferred():
    data, _ = samples()
    data.agreement[:40, 3] = data.agreement[:40, :, 3] = 0
    data.agreement[:40, 3, 3] = 1
    predicted = predict(fit(data), data.features())
    assert not predicted.dice[:40, 3].any() and not predicted.with_heart[:40, 3].any() and predicted.dice[40:, 3].all()
    assert (predicted.winners(3, 1.0) != 3).tolist() == [True] * 40 + [False] * 160


def test_what_hardly_occurs_is_not_learned_from():
    data, _ = samples()
    data.agreement[29:, 3] = data.agreement[29:, :, 3] = 0  # empty in all but 29 images
    data.evidence[29:, 3] = data.dice[29:, 3] = 0
    fitted = fit(data)
    assert not np.any(fitted[3].weights) and fitted[3].intercept == 0 and not np.any(fitted[3].inverse_gram)
    assert all(abs(one.weights[3]) < 1e-12 and np.any(one.weights) for one in fitted if one is not fitted[3])


def test_intervals_contain_nine_of_ten_new_images():
    """predicted ± t residual_sd sqrt(1 + z' G z), from 40 images."""
    inside = []
    for seed in range(20):
        data, _ = samples(90, 0.03, seed)
        fitted, t = fit(data, np.arange(40)), student_t.ppf(0.95, 40 - 14)
        for i, one in enumerate(fitted):
            z = design(data.features()[40:], i)
            half = t * one.residual_sd * np.sqrt(1 + np.einsum("ni,ij,nj->n", z, np.array(one.inverse_gram), z))
            weights = np.delete(one.weights, i)
            inside.append(np.abs(z @ np.array([one.intercept, *weights]) - data.dice[40:, i]) < half)
    assert np.mean(inside) == pytest.approx(0.9, abs=0.02)


def test_cross_validation_predicts_from_other_files_only():
    data, _ = samples(60)
    data.dice[:] = np.random.default_rng(0).uniform(0, 1, data.dice.shape)  # nothing to learn
    error = lambda predicted: np.abs(predicted.dice - data.dice).mean()
    assert error(cross_validated(data)) > 1.1 * error(predict(fit(data), data.features()))
    twice = lambda values: np.repeat(values, 2, 0)
    same_file = Samples(twice(data.agreement), twice(data.evidence), twice(data.dice), twice(data.shows_heart),
                        twice(data.file), data.names, KINDS)  # fmt: skip
    halves = cross_validated(same_file).dice.reshape(60, 2, 12)
    assert np.allclose(halves[:, 0], halves[:, 1])
    assert np.allclose(halves[:, 0], cross_validated(data).dice), "an image's copy did not help to predict it"


def test_the_table_has_a_row_a_candidate_and_one_for_the_winner():
    data, _ = samples()
    lines = table(data, predict(fit(data), data.features()), cross_validated(data), 0, 0.0).splitlines()
    assert len(lines) == 2 + 12 + 1 and lines[-1].startswith("| the winner |")
    assert sum(float(line.split("|")[5].rstrip(" %")) for line in lines[2:14]) == pytest.approx(100, abs=0.7)


def test_a_neutral_file_is_written_only_where_there_is_none_for_the_network(models):
    ensure_quality(models)
    neutral = json.loads((models / FILE).read_text())
    assert neutral["limits"] == NO_LIMITS and [one["name"] for one in neutral["candidates"]] == list(NAMES)
    agreement = samples(5)[0].agreement
    regressors = [Regressor(**one | {"with_heart": Linear(**one["with_heart"])}) for one in neutral["candidates"]]
    predicted, mean = predict(regressors, agreement), np.delete(agreement[:, 2], 2, 1).mean(1)
    assert np.allclose(predicted.dice[:, 2], mean) and np.allclose(predicted.with_heart[:, 2], mean)
    write_quality(models, fit(samples()[0]), 1.7, NO_LIMITS, KINDS)
    ensure_quality(models)
    assert json.loads((models / FILE).read_text())["t"] == 1.7
    fake_qcdseg.make_models(models, "2" * 64)
    ensure_quality(models)
    assert json.loads((models / FILE).read_text()) == neutral | {
        f"{name}_sha256": "2" * 64 for name in ("network", "heart", "judge")
    }


def test_results_are_read_by_file_and_slice(tmp_path, models, program):
    files = write_set(tmp_path / "set", 3, 90, 8)
    ensure_quality(models)
    results = run_qcdseg(program, [one.file for one in files], tmp_path / "out", models)
    assert candidate_names(results) == list(NAMES)
    assert set(results) == {(one.file.resolve(), 0) for one in files}
    found = results[files[0].file.resolve(), 0]
    assert found.agreement.shape == (12, 12) and found.winner in NAMES
    assert found.labels().shape == found.labels("votes_3").shape == (192, 192)
    assert np.array_equal(found.labels(), found.labels(found.winner))


def test_a_failed_image_is_flagged_and_has_no_masks(tmp_path):
    row = "input,slice,status,predicted_dice,winner,flag,reasons,folder\n/x/a.nii.gz,2,failed,,,true,unreadable,\n"
    (tmp_path / "qcd.csv").write_text(row)
    (found,) = read_results(tmp_path).values()
    assert (found.status, found.flagged, found.predicted) == ("failed", True, 0.0)
    assert found.reasons == ("unreadable",) and found.labels() is None and found.agreement is None


def test_a_run_without_results_is_an_error_with_the_last_line_of_the_log(tmp_path, models, program):
    files = write_set(tmp_path / "set", 1, 90, 8)
    with pytest.raises(RuntimeError, match="exit code 6: no quality model for this network"):
        run_qcdseg(program, [files[0].file], tmp_path / "out", models)


def options(program, models, out, **more):
    usual = {"data": None, "images": 54, "kinds": None}
    return argparse.Namespace(qcdseg=program, models=models, out=out, **usual | more)


def test_fitting_writes_what_the_program_predicts_with(tmp_path, models, program, capsys):
    text = fit_quality(options(program, models, tmp_path / "work", kinds=("lge", "vne")))
    for part in ("set", "without_heart"):
        with (tmp_path / "work" / part / "set.csv").open(newline="") as file:
            assert {row["kind"] for row in csv.DictReader(file)} == {"lge", "vne"}
    quality = json.loads((models / FILE).read_text())
    assert quality["network_sha256"] == "1" * 64 and quality["level"] == 0.9
    assert quality["evidence"] == KINDS
    # the stand-in's other_scales is the true Dice, whole_image its square
    assert all(one["weights"][12:] == pytest.approx([1, 0], abs=1e-6) for one in quality["candidates"])
    assert quality["t"] == pytest.approx(1.708, abs=0.001), "0.95 of Student's t with 39 - 14 degrees of freedom"
    low, high = quality["limits"]["myocardium_mm2"]
    assert 0 < low < high < 1e5
    assert quality["limits"]["wall_thickness_mm"] == pytest.approx([7.2, 8.8])
    assert quality["limits"]["components"] == 1e9 and "does not report components" in capsys.readouterr().err
    assert "| the winner |" in text
    assert all(len(one["inverse_gram"]) == len(one["weights"]) == 14 for one in quality["candidates"])


def test_a_sites_own_masks_can_be_fitted_on(tmp_path, models, program):
    write_set(tmp_path / "site", 36, 90, 8)
    settings = options(program, models, tmp_path / "work")
    settings.data = tmp_path / "site"
    printed = fit_quality(settings)
    preferred = json.loads((models / FILE).read_text())["preferred"]
    assert "| the winner |" in printed and preferred["candidate"] in NAMES and preferred["margin"] == 0.2
    assert f"Preferred: {preferred['candidate']}, by 0.20." in printed
    settings.data = tmp_path / "hearts_are_few"
    write_set(settings.data, 36, 90, 8, fail_share=0.5, failures=("no_heart",))
    with pytest.raises(ValueError, match="images that show myocardium were segmented; 30 are needed"):
        fit_quality(settings)


def test_kinds_of_own_images_are_refused(tmp_path, monkeypatch, capsys):
    arguments = ["qcdseg", "--models", "models", "--out", str(tmp_path), "--data", str(tmp_path), "--kinds", "lge"]
    monkeypatch.setattr("sys.argv", ["fit_quality", *arguments])
    with pytest.raises(SystemExit):
        main()
    assert "give one of them" in capsys.readouterr().err


def test_limits_follow_from_what_is_well_segmented(tmp_path, models, program):
    write_set(tmp_path / "set", 12, 90, 8)
    files = find_masked(tmp_path / "set")
    ensure_quality(models)
    results = run_qcdseg(program, [one.file for one in files], tmp_path / "out", models, candidates=False)
    for one in results.values():
        one.entry["shape"] = {"ring_closure": 0.9, "components": 1, "centre_offset": 4.0}
    found = limits(files, results)
    assert [found[name] for name in ("ring_closure", "components", "centre_offset")] == pytest.approx([0.81, 1.1, 4.4])
    with pytest.raises(ValueError, match="no image was segmented"):
        limits(files, {})


def untrained_judge(path):
    config = tomllib.loads((CONFIGS / "judge.toml").read_text())
    torch.save({"config": config, "step": 0, "weights": JudgingTask(config).network().state_dict()}, path)
    return path


@needs_qcdseg
def test_qcdseg_runs_with_what_is_fitted(tmp_path):
    """Networks that never learned anything: what is delivered does not matter, that it can be read does."""
    torch.manual_seed(0)
    heart = toy_qcd_config([2])
    heart["network"] |= {"classes": 4, "points": 3}
    train(NoiseTask(heart), heart, tmp_path / "heart")
    export("heart", [tmp_path / "heart" / "network.pt"], tmp_path / "models", "1")
    members = [trained_on_noise(tmp_path / "unets"), polar_trained_on_noise(tmp_path / "polar")]
    export("qcd", members, tmp_path / "models", "1")
    export("judge", [untrained_judge(tmp_path / "judge.pt")], tmp_path / "models", "1")
    files = write_set(tmp_path / "set", 4, 90, 8)
    ensure_quality(tmp_path / "models")
    results = run_qcdseg(QCDSEG, [one.file for one in files], tmp_path / "out", tmp_path / "models")
    assert set(results) == {(one.file.resolve(), 0) for one in files}
    for one in results.values():
        assert one.status in ("ok", "flagged") and one.agreement.shape == (12, 12)
        assert one.labels().shape == one.labels("unet_6").shape == (192, 192)
    assert candidate_names(results) == list(NAMES)
