"""The motion network as the program uses it: which one, whether it may be used, and what is said of it."""

import json
import os
import shutil

import nibabel
import numpy as np
import pydicom
import pytest
from conftest import ROOT, run_t1moco

STAND_INS = ROOT / "tests" / "moco" / "networks"
MODELS = ROOT / "models"
trained = pytest.mark.skipif(not (MODELS / "moconet.pt").exists(), reason="there is no trained network here")
moving_study = ROOT / "data" / "sample_study"


def result_of(run):
    return json.loads(next(run.out.rglob("result.json")).read_text())


@pytest.mark.parametrize("method", ["auto", "network", "network+model"])
def test_a_missing_models_folder_ends_the_run_with_a_remedy(study, method, tmp_path):
    run = run_t1moco(study, "--method", method, "--models", tmp_path / "nowhere", out=tmp_path / "out")
    assert run.code == 6
    assert str(tmp_path / "nowhere") in run.stderr and "install" in run.stderr
    assert run.files() == set()


def test_the_environment_names_the_models_folder_where_no_option_does(study, tmp_path):
    run = run_t1moco(study, out=tmp_path / "out", env=os.environ | {"CMRT1_MODELS": str(tmp_path / "nowhere")})
    assert run.code == 6
    assert "CMRT1_MODELS" in run.stderr


@pytest.mark.parametrize("method", ["auto", "network"])
def test_a_network_that_is_not_the_published_one_is_refused(study, method, tmp_path):
    models = shutil.copytree(STAND_INS / "ramps", tmp_path / "models")
    with open(models / "moconet.pt", "ab") as file:
        file.write(b"!")
    run = run_t1moco(study, "--method", method, "--models", models, out=tmp_path / "out")
    assert run.code == 6
    assert "SHA-256" in run.stderr and "install" in run.stderr
    assert run.files() == set()


def test_a_network_of_another_kind_ends_the_run(study, tmp_path):
    run = run_t1moco(study, "--method", "network", "--models", STAND_INS / "flat", out=tmp_path / "out")
    assert run.code == 6
    assert "moconet" in run.stderr


@pytest.mark.parametrize("method", ["model", "none"])
def test_what_needs_no_network_runs_without_any(study, method, tmp_path):
    run = run_t1moco(study, "--method", method, "--models", tmp_path / "nowhere", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert result_of(run)["network"] is None


def test_a_device_that_does_not_exist_is_refused(study, tmp_path):
    assert run_t1moco(study, "--device", "abacus", out=tmp_path / "out").code == 2
    run = run_t1moco(study, "--device", "cuda:99", "--models", STAND_INS / "ramps", out=tmp_path / "out")
    assert run.code == 6
    assert "--device" in run.stderr


def test_the_number_of_views_is_one_or_four(study, tmp_path):
    assert run_t1moco(study, "--views", "2", out=tmp_path / "out").code == 2


def test_a_wrong_network_changes_nothing_and_is_noticed(study, tmp_path):
    run = run_t1moco(study, "--method", "network", "--models", STAND_INS / "wrong", out=tmp_path / "wrong")
    plain = run_t1moco(study, "--method", "none", out=tmp_path / "plain")
    (row,) = run.rows
    assert (row["corrected"], row["method_used"]) == ("no", "none")
    assert "closer together" in row["decision"]
    assert "motion_left" in row["flag"]
    t1 = [next(r.out.rglob("t1.nii.gz")).read_bytes() for r in (run, plain)]
    assert t1[0] == t1[1]


def test_the_network_is_named_with_its_hash_in_every_record(study, tmp_path):
    run = run_t1moco(study, "--method", "network", "--models", STAND_INS / "ramps", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    manifest = json.loads((STAND_INS / "ramps" / "manifest.json").read_text())["networks"]["moconet"]
    network = result_of(run)["network"]
    assert network["sha256"] == manifest["sha256"] and network["version"] == manifest["version"]
    equipment = pydicom.dcmread(next(run.out.rglob("t1.dcm"))).ContributingEquipmentSequence[0]
    assert manifest["sha256"] in equipment.ContributionDescription


@trained
def test_the_trained_network_corrects_the_moving_series_and_leaves_the_still_one(tmp_path):
    run = run_t1moco(moving_study, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert sorted(row["corrected"] for row in run.rows) == ["no", "yes"]
    (row,) = [row for row in run.rows if row["corrected"] == "yes"]
    assert row["method"] == "auto" and row["method_used"] in ("network", "network+model")
    assert float(row["motion_after_mm"]) < 0.5 * float(row["motion_before_mm"])
    assert float(row["r2_p05_after"]) > float(row["r2_p05_before"])


@trained
@pytest.mark.parametrize("method", ["network", "network+model", "model"])
def test_every_method_delivers_what_it_says(method, tmp_path):
    run = run_t1moco(moving_study, "--method", method, out=tmp_path / "out")
    assert {row["method_used"] for row in run.rows} == {"none", method}


@trained
@pytest.mark.parametrize("options", [["--views", "4"], ["--precision", "bf16"]], ids=["four views", "bfloat16"])
def test_another_way_to_run_the_network_finds_the_same_motion(options, tmp_path):
    def motion_mm(out, *more):
        run = run_t1moco(moving_study, "--method", "network", *more, out=out)
        assert run.code == 0, run.stderr
        return [float(row["motion_before_mm"]) for row in run.rows if row["corrected"] == "yes"]

    usual = motion_mm(tmp_path / "usual")
    assert len(usual) == 1
    assert motion_mm(tmp_path / "other", *options) == pytest.approx(usual, rel=0.3)


@trained
def test_the_number_of_threads_changes_displacements_by_rounding_alone(tmp_path):
    def displacements_mm(threads):
        run = run_t1moco(moving_study, "--method", "network", "--threads", threads, out=tmp_path / str(threads))
        return [nibabel.load(file).get_fdata() for file in sorted(run.out.rglob("displacement_mm.nii.gz"))]

    for one, two in zip(displacements_mm(1), displacements_mm(2), strict=True):
        assert np.abs(one - two).max() < 1e-3
