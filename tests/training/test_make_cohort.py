"""The generated cohort: one heart a subject, its muscle's T1 changed by a known share under stress."""

import csv
import dataclasses
import filecmp

import numpy as np
import pydicom
import pytest

from cmrt1_training.make_cohort import CohortSettings, make_cohort
from cmrt1_training.truth import read_truth

SETTINGS = CohortSettings(subjects=2, slices=2, columns=64, rows=64, rest_only=2, motions=("still",))


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohort")
    make_cohort(folder / "dicom", folder / "truth", SETTINGS)
    return folder


@pytest.fixture(scope="module")
def rows(cohort):
    with open(cohort / "truth" / "truth.csv", newline="") as file:
        return list(csv.DictReader(file))


def truth_of(cohort, row, number):
    return read_truth(cohort / "truth" / row["subject"] / f"{2 * number - 1:02d}")


def test_every_series_has_a_row_and_stress_is_left_out_where_asked(rows):
    states = [(row["subject"], row["state"], row["slice"]) for row in rows]
    one = [("subject_001", state, index) for state in ("rest", "stress") for index in "01"]
    assert states == one + [("subject_002", "rest", "0"), ("subject_002", "rest", "1")]


def test_muscle_alone_responds_and_by_the_response(cohort, rows):
    response = float(rows[0]["response_percent"])
    for index in (0, 1):
        rest, stress = truth_of(cohort, rows[index], index + 1), truth_of(cohort, rows[index + 2], index + 3)
        muscle, blood = rest.masks["myocardium"] > 0.995, rest.masks["lv_blood"] > 0.995
        change = 100 * (stress.t1_ms / np.maximum(rest.t1_ms, 1) - 1)
        assert np.abs(change[muscle] - response).max() < 0.05
        assert np.abs(change[blood]).max() < 0.05
        for name in rest.masks:
            assert np.array_equal(rest.masks[name], stress.masks[name])


def test_slices_of_one_heart_grow_smaller_towards_the_apex(cohort, rows):
    areas = [truth_of(cohort, rows[index], index + 1).masks["lv_blood"].sum() for index in (0, 1)]
    assert 0 < areas[1] < areas[0]


def test_series_say_what_they_are_and_whose(cohort, rows):
    for row in rows:
        files = sorted((cohort / "dicom" / row["subject"]).rglob("*.dcm"))
        own = [d for d in map(pydicom.dcmread, files) if d.SeriesInstanceUID == row["series_uid"]]
        assert len(own) == 7
        assert {d.StudyInstanceUID for d in own} == {row["study_uid"]}
        assert {d.PatientID for d in own} == {row["patient_id"]}
        assert all(d.SeriesDescription.endswith("_" + row["state"]) for d in own)


def test_noise_at_rest_and_under_stress_differs(cohort, rows):
    pixels = {}
    for file in (cohort / "dicom" / "subject_001").rglob("*.dcm"):
        dataset = pydicom.dcmread(file)
        if dataset.ImageType[2] == "M":
            pixels[dataset.SeriesInstanceUID, dataset.InstanceNumber] = dataset.pixel_array
    background = [pixels[rows[index]["series_uid"], 1][:4].astype(float).ravel() for index in (0, 2)]
    assert not np.array_equal(*background)


def test_the_same_settings_give_the_same_bytes(cohort, tmp_path):
    one = dataclasses.replace(SETTINGS, subjects=1)
    make_cohort(tmp_path / "dicom", tmp_path / "truth", one)
    for file in (tmp_path / "dicom").rglob("*.dcm"):
        assert filecmp.cmp(file, cohort / "dicom" / file.relative_to(tmp_path / "dicom"), shallow=False)


def test_a_cohort_whose_truth_is_not_whole_is_not_evaluated(tmp_path, monkeypatch, capsys):
    from cmrt1_training.evaluate_cohort import main

    (tmp_path / "truth" / "subject_001").mkdir(parents=True)
    monkeypatch.setattr("sys.argv", ["evaluate_cohort", str(tmp_path / "out"), str(tmp_path / "truth")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2 and "truth.csv is missing" in capsys.readouterr().err
