"""What the evaluation of qcdseg counts, and the real sets it is measured on."""

import csv

import numpy as np
import pytest

import fake_qcdseg
from cmrt1_training import evaluate_qcdseg
from cmrt1_training.evaluate_qcdseg import (
    Measured,
    accuracy_table,
    auc,
    comparison_table,
    flag_score,
    flag_table,
    legibility_table,
    measure,
    shown_table,
)
from cmrt1_training.legibility import Legibility, legibility
from cmrt1_training.nifti import read_slices
from cmrt1_training.overlap import Overlap, overlap
from cmrt1_training.phantom.labels import LV_BLOOD, MYOCARDIUM
from cmrt1_training.qcdseg import Segmented, read_results
from cmrt1_training.qcdseg_sets import Case, ImageSet, real_sets
from cmrt1_training.quality_file import ensure_quality
from cmrt1_training.real_slices import (
    TEST_PATIENTS,
    UNKNOWN,
    held_out_patients,
    read_contoured,
    read_endocardial,
)
from training_support import ROOT

DATA = ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public sets are not in {DATA}")


def ring():
    """Classes of a heart."""
    distance = np.hypot(np.arange(120) - 70, np.arange(90)[:, None] - 50)
    return np.where(distance < 16, LV_BLOOD, np.where(distance < 26, MYOCARDIUM, 0))


def one(dice, single=0.5, predicted=0.8, flagged=False, group="cine", **shown):
    of = lambda value: Overlap(value, value, float(value < 0.1), float(np.nan_to_num(value)))
    return Measured(group, of(dice), of(single), predicted, True, flagged, Legibility(**shown))


def test_a_perfect_mask_a_shifted_one_and_none_at_all():
    truth = ring()
    perfect, shifted, none = overlap(truth, truth), overlap(np.roll(truth, 55, 1), truth), overlap(None, truth)
    assert (perfect.myocardium, perfect.cavity, perfect.missed, perfect.quality) == (1, 1, 0, 1)
    assert (shifted.myocardium, shifted.missed) == (0, 1)
    assert (none.myocardium, none.missed, none.quality) == (0, 1, 0)


def test_without_muscle_in_the_truth_there_is_no_dice_but_nothing_good_to_predict():
    found = overlap(ring(), 0 * ring())
    assert np.isnan([found.myocardium, found.cavity, found.missed]).all() and found.quality == 0


def test_where_only_the_cavity_is_known_only_the_cavity_counts():
    truth = np.where(ring() == LV_BLOOD, LV_BLOOD, UNKNOWN)
    found = overlap(ring(), truth)
    assert found.cavity == 1 and np.isnan([found.myocardium, found.quality]).all()


def test_the_area_under_the_curve_is_the_chance_to_rank_a_failure_lower():
    failed = np.array([True, True, False, False])
    assert auc(np.array([0.1, 0.2, 0.3, 0.9]), failed) == 1
    assert auc(np.array([0.1, 0.5, 0.5, 0.9]), failed) == pytest.approx(0.875)
    assert np.isnan(auc(np.ones(2), np.array([True, True])))


def test_flagged_images_rank_below_all_others():
    score = flag_score(np.array([0.9, 0.0, 0.8]), np.array([True, False, True]))
    assert score[2] < score[0] < score[1]


def test_the_accuracy_table_counts_missed_flagged_and_prediction():
    members = [one(0.9, predicted=0.8), one(0.0, predicted=0.75, flagged=True, group="lge")]
    rows = accuracy_table({"set": members}, {"set"}).splitlines()[2:]
    assert [row.split("|")[1].strip() for row in rows] == ["set, cine (1)", "set, lge (1)", "set (2)"]
    assert rows[2] == "| set (2) | 0.450 (0.450) | 0.450 (0.450) | 50.0 % | 50.0 % | 0.425 | 50.0 % |"


def test_the_table_by_size_puts_each_heart_in_one_row():
    members = [one(0.5, diameter_px=15.9), one(0.7, diameter_px=16), one(0.9, diameter_px=90), one(np.nan)]
    rows = legibility_table(members).splitlines()[2:]
    assert [row.split("|")[1].strip() for row in rows] == ["diameter 0 to 16 px (1)", "diameter 16 to 24 px (1)",
                                                           "diameter 48 px or more (1)"]  # fmt: skip
    assert [row.split("|")[2].strip() for row in rows] == ["0.500 (0.500)", "0.700 (0.700)", "0.900 (0.900)"]


def test_the_last_row_holds_what_shows_enough_in_every_respect():
    enough = {"diameter_px": 24, "wall_px": 3, "contrast": 3}
    members = [one(0.9, **enough), one(0.1, **enough | {"wall_px": 2.9}), one(0.2, **enough | {"contrast": 2.9}),
               one(np.nan)]  # fmt: skip
    last = legibility_table(members).splitlines()[-1]
    assert last.startswith("| diameter 24 px, wall 3 px, contrast 3 or more (1) | 0.900")
    row = shown_table({"set": members}).splitlines()[-1]
    assert row.startswith("| set (3) | 24.0 (24.0) | 3.0 (2.9) | 3.0 (2.9) | 33.3 % |")


def test_what_an_image_shows_is_told_from_its_truth():
    truth, noise = ring(), np.random.default_rng(0).normal(0, 10, (90, 120))
    shown = legibility(40.0 * (truth == LV_BLOOD) + noise, truth)
    assert shown.diameter_px == pytest.approx(52, abs=0.5) and shown.wall_px == pytest.approx(10, abs=0.3)
    assert shown.contrast == pytest.approx(4, abs=0.4)
    scarred = 40.0 * (truth == LV_BLOOD) + noise + 300 * ((truth == MYOCARDIUM) & (np.arange(120) > 92))
    assert legibility(scarred, truth).contrast == pytest.approx(4, abs=0.5), "a scar is no noise"
    assert np.isnan(legibility(noise, 0 * truth).wall_px)
    assert np.isnan(legibility(noise, np.where(truth == LV_BLOOD, LV_BLOOD, UNKNOWN)).diameter_px)


def test_the_flag_table_tells_failures_from_false_alarms():
    members = [one(0.9), one(0.3, flagged=True, group="cut"), one(0.2, predicted=0.75, group="cut"), one(0.8, flagged=True)]
    text = flag_table(members)
    assert "| cut | 2 | 2 | 1 of 2 | 0 of 0 |" in text
    assert "| all | 4 | 2 | 1 of 2 | 1 of 2 |" in text
    assert "curve: 0.625;" in text


def test_the_ensemble_is_compared_image_by_image():
    row = comparison_table({"set": [one(0.9, 0.6), one(0.8, 0.85), one(np.nan)]}).splitlines()[-1]
    assert row.startswith("| set (2) | 0.850 (0.850) | 0.725 (0.725) | 0.0 % | 50.0 % | 1 / 1 |")


def test_results_find_their_truth_by_file_and_slice(tmp_path):
    truth = np.stack([ring(), 0 * ring()])

    class Found(Segmented):
        def labels(self, name="segmentation"):
            return truth[self.slice] if name == "segmentation" else 0 * truth[0]

    results = {(tmp_path / "a.dcm", 7): Found("ok", 0.9, False, (), "votes_3", tmp_path, 0, {})}
    cases = [Case(tmp_path / name, None, 1.0 * truth[0], truth[0], "p") for name in ("a.dcm", "b.dcm")]
    first, absent = measure(ImageSet("set", [], cases), results)
    assert (first.delivered.quality, first.single.quality, first.predicted, first.flagged) == (1, 0, 0.9, False)
    assert first.shown.diameter_px == pytest.approx(52, abs=0.5)
    assert (absent.delivered.quality, absent.predicted, absent.flagged) == (0, 0, True)


def test_the_whole_evaluation_runs_and_prints_its_tables(tmp_path, monkeypatch, capsys, library_folder):
    program, models = fake_qcdseg.install(tmp_path), fake_qcdseg.make_models(tmp_path / "models")
    ensure_quality(models)
    command = ["evaluate_qcdseg", program, "-o", tmp_path / "work", "--models", models, "--images", 20]
    monkeypatch.setattr("sys.argv", [str(part) for part in command])
    evaluate_qcdseg.main()
    text = capsys.readouterr().out
    assert "| generated, cine (2) |" in text and "| generated (20) |" in text and "| failing (" in text
    assert "ROC curve: 0." in text or "ROC curve: 1." in text
    with (tmp_path / "work" / "failing" / "set.csv").open() as file:
        assert sum(bool(row["failure"]) for row in csv.DictReader(file)) == 6
    assert len(read_results(tmp_path / "work" / "results_failing")) == 20


def test_patients_of_the_test_set_never_train():
    names = [f"SC-N-{n:02}" for n in range(27)] + list(TEST_PATIENTS)
    kept = held_out_patients(names)
    assert len(kept) == 10 and set(TEST_PATIENTS) <= kept
    assert kept == held_out_patients(names[::-1])


@needs_data
def test_contours_enclose_what_they_name():
    for stack in read_contoured(DATA / "preclinical_sax") + read_contoured(DATA / "sunnybrook"):
        assert len(stack.images) > 3 and stack.images.shape == stack.classes.shape
        assert len(set(stack.files)) == len(stack.images)
        if stack.name != "SC-HF-I-6":  # its outer contours are displaced
            blood, muscle = (np.median(stack.images[stack.classes == one]) for one in (LV_BLOOD, MYOCARDIUM))
            assert blood > 1.3 * muscle


@needs_data
def test_endocardial_masks_are_split_by_patient():
    kept, others = (read_endocardial(DATA / "anatomy" / "sunnybrook_endo", held_out) for held_out in (True, False))
    names = [{stack.name for stack in part} for part in (kept, others)]
    assert len(names[0]) == 11 and len(names[1]) == 22 and not names[0] & names[1]
    assert sum(len(stack.images) for stack in kept + others) == 582


@needs_data
def test_real_sets_are_given_as_folders_of_dicom_and_as_a_stack_a_patient(tmp_path):
    sets = {images.name: images for images in real_sets(DATA, tmp_path)}
    assert list(sets) == ["sunnybrook", "preclinical_sax", "sunnybrook_endo"]
    assert sets["sunnybrook"].inputs == [DATA / "sunnybrook"] and sets["sunnybrook"].by_group
    assert {case.group for case in sets["sunnybrook"].cases} == {"SC-HF-I-1", "SC-HF-I-4", "SC-HF-I-6"}
    assert all(case.file.is_file() for images in sets.values() for case in images.cases)
    endo = sets["sunnybrook_endo"]
    assert len(endo.inputs) == 11
    for file in endo.inputs:
        cases = [case for case in endo.cases if case.file == file]
        assert read_slices(file).shape == (len(cases), *cases[0].truth.shape)
