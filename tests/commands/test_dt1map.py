"""What dt1map delivers, with stand-ins for its networks."""

import csv
import json
import re
import shutil
import subprocess

import nibabel
import numpy as np
import pydicom
import pytest
from conftest import DT1_NETWORKS, ROOT, run_ahalandmarks, run_dt1map, run_qcdseg, run_t1moco
from drawn_heart import AFFINE, PATIENT, read_labels, write_nifti
from drawn_marks import CENTRE, ring_labels
from drawn_pair import DT1, SHIFT, rest_t1, stress_t1, write_maps, write_pair, write_study
from scipy.ndimage import shift as shifted

ROOM = {"dt1.nii.gz", "dt1_status.nii.gz", "registered_stress.nii.gz", "displacement_mm.nii.gz", "segments.nii.gz"}
PAIR_FILES = ROOM | {"overlay.png", "result.json"}
STUDY_FILES = {"bullseye.svg", "bullseye.png", "dt1map.json", "receipt.json"}


@pytest.fixture(scope="module")
def nifti(tmp_path_factory):
    return write_pair(tmp_path_factory.mktemp("nifti"))


@pytest.fixture(scope="module")
def nifti_run(nifti, tmp_path_factory):
    return run_pair(*nifti, out=tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def dicom(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("dicom"))


@pytest.fixture(scope="module")
def dicom_run(dicom, tmp_path_factory):
    return run_pair(*dicom, out=tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def t1moco_output(tmp_path_factory):
    return run_t1moco(ROOT / "data" / "sample_study", "--method", "none", out=tmp_path_factory.mktemp("t1")).out


def run_pair(rest, stress, *arguments, **options):
    return run_dt1map("--rest", rest, "--stress", stress, *arguments, **options)


def pixels(file):
    return read_labels(file).squeeze().astype(float)


def result_of(run):
    return json.loads(next(run.out.rglob("result.json")).read_text())


def paired(run):
    return [row for row in run.rows if row["status"] in ("ok", "flagged")]


def assert_dt1_found(run, count=1):
    assert run.code == 0, run.stderr
    rows = paired(run)
    assert len(rows) == count, run.rows
    for row in rows:
        assert row["method_used"] == "network"
        assert float(row["dt1_median_percent"]) == pytest.approx(DT1, abs=0.3), row["reasons"]


def test_a_nifti_pair_gets_every_file(nifti_run):
    assert_dt1_found(nifti_run)
    assert nifti_run.stdout == ""
    assert nifti_run.files() == {f"rest/{name}" for name in PAIR_FILES | STUDY_FILES} | {"summary.csv", "segments.csv"}
    assert nifti_run.stderr.strip().splitlines()[-1].endswith(f"results in {nifti_run.out}")


def test_the_row_says_how_well_the_maps_lie_on_one_another(nifti_run):
    (row,) = nifti_run.rows
    assert (row["status"], row["flag"], row["reasons"]) == ("ok", "false", "")
    assert float(row["dice_before"]) < 0.8 < 0.93 < float(row["dice_after"])
    assert float(row["alignment_before"]) < float(row["alignment_after"])
    assert float(row["median_displacement_mm"]) == pytest.approx(1.5 * np.hypot(*SHIFT), abs=0.2)
    assert row["heart_source"] == "landmarks" and row["myocardium_source"] == "qcdseg"
    assert row["dt1_error_percent"] == "" and row["same_frame_of_reference"] == ""
    assert (nifti_run.out / row["overlay"]).is_file()


def test_the_maps_lie_on_the_rest_maps_grid(nifti, nifti_run):
    source = nibabel.load(nifti[0])
    for name in ROOM - {"displacement_mm.nii.gz"}:
        made = nibabel.load(nifti_run.out / "rest" / name)
        assert made.shape[:2] == source.shape[:2] and (made.affine == source.affine).all(), name
    field = nibabel.load(nifti_run.out / "rest" / "displacement_mm.nii.gz").get_fdata().squeeze()
    x, y = (round(v) for v in CENTRE)
    assert field[x, y] == pytest.approx(np.multiply(1.5, SHIFT), abs=0.2)


def test_dt1_is_the_change_in_percent_and_nothing_where_it_is_undefined(nifti_run):
    folder = nifti_run.out / "rest"
    dt1, status = pixels(folder / "dt1.nii.gz"), pixels(folder / "dt1_status.nii.gz")
    stress = pixels(folder / "registered_stress.nii.gz")
    rest = rest_t1()
    ok = status == 0
    assert np.isfinite(dt1[ok]).all() and np.isnan(dt1[~ok]).all()
    assert dt1[ok] == pytest.approx((100 * (stress - rest) / rest)[ok], abs=0.01)
    assert (status[rest < 200] != 0).all(), "the floor"


def test_the_segments_have_a_table_of_their_own(nifti_run):
    rows = nifti_run.rows_of("segments.csv")
    assert {int(row["segment"]) for row in rows} == set(range(7, 13))
    for row in rows:
        assert float(row["median"]) == pytest.approx(DT1, abs=0.8)
        halves = int(row["subendocardial_pixels"]) + int(row["subepicardial_pixels"])
        assert halves == int(row["pixels"]) > 0
    assert "dT1" in (nifti_run.out / "rest" / "bullseye.svg").read_text()


def test_the_level_can_be_given(nifti, tmp_path):
    run = run_pair(*nifti, "--level", "apical", out=tmp_path / "out")
    assert (run.rows[0]["level"], run.rows[0]["level_source"]) == ("apical", "given")
    assert {int(row["segment"]) for row in run.rows_of("segments.csv")} == set(range(13, 17))


@pytest.mark.parametrize("method", ["none", "model", "network", "network+model"])
def test_the_method_can_be_chosen(method, nifti, tmp_path):
    run = run_pair(*nifti, "--method", method, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    (row,) = run.rows
    assert (row["method"], row["method_used"]) == (method, method)
    assert float(row["dice_after"]) > 0.9 or method == "none"


def test_a_map_with_itself_is_exactly_zero_and_not_flagged(nifti, tmp_path):
    run = run_pair(nifti[0], nifti[0], out=tmp_path / "out")
    assert run.code == 0, run.stderr
    (row,) = run.rows
    assert (row["status"], row["method_used"]) == ("ok", "none"), row["reasons"]
    assert float(row["dt1_mean_percent"]) == float(row["dt1_sd_percent"]) == 0
    dt1 = pixels(run.out / "rest" / "dt1.nii.gz")
    assert (dt1[np.isfinite(dt1)] == 0).all()
    assert np.isfinite(dt1[rest_t1() >= 200]).all(), "no pixel is lost to rounding"


def test_a_table_of_pairs_names_files_from_where_it_lies(tmp_path):
    for name, dt1 in (("a", 4), ("b", 10)):
        write_pair(tmp_path / "maps" / name, dt1=dt1)
    write_nifti(tmp_path / "maps" / "muscle.nii.gz", ring_labels(), dtype=np.uint8)
    table = tmp_path / "maps" / "pairs.csv"
    table.write_text(
        "stress,rest,mask\na/stress.nii.gz,a/rest.nii.gz,\nb/stress.nii.gz,b/rest.nii.gz,muscle.nii.gz\n"
    )
    run = run_dt1map("--pairs", table, out=tmp_path / "out", cwd="/")
    assert run.code == 0, run.stderr
    assert [row["myocardium_source"] for row in run.rows] == ["qcdseg", "given"]
    assert [float(row["dt1_median_percent"]) for row in run.rows] == pytest.approx([4, 10], abs=0.3)
    assert {row["folder"] for row in run.rows} == {"rest", "rest_2"}
    assert [json.loads((run.out / f / "result.json").read_text())["options"]["masks"] for f in ("rest", "rest_2")] == [
        "found",
        "given",
    ]


def test_a_given_mask_is_the_muscle(nifti, tmp_path):
    labels = ring_labels()
    labels[:60] = 0  # the lower half alone
    mask = write_nifti(tmp_path / "mask.nii.gz", labels, dtype=np.uint8)
    run = run_pair(*nifti, "--masks", mask, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    (row,) = run.rows
    assert row["myocardium_source"] == "given"
    assert int(row["dt1_pixels"]) + int(row["dt1_undefined_pixels"]) == (labels == 1).sum()
    assert ((pixels(run.out / "rest" / "segments.nii.gz") > 0) == (labels == 1)).all()


@pytest.mark.parametrize("radius_px, source", [(1, "image centre"), (12, "segmentation")])
def test_a_muscle_of_a_few_pixels_does_not_tell_where_the_heart_is(radius_px, source, tmp_path):
    size = len(ring_labels())
    even = [write_nifti(tmp_path / f"{t1}.nii", np.full((size, size), t1, np.float32)) for t1 in (1000, 1100)]
    away = np.hypot(*(np.mgrid[:size, :size] - 40))
    ring = (away <= radius_px) & (away > radius_px / 2)
    mask = write_nifti(tmp_path / "mask.nii.gz", ring.astype(np.uint8), dtype=np.uint8)
    run = run_pair(*even, "--masks", mask, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    (row,) = run.rows
    assert row["heart_source"] == source
    assert ("heart_not_found" in row["reasons"]) == (source == "image centre")
    assert float(row["dt1_median_percent"]) == pytest.approx(10, abs=0.1)


def test_dicom_series_are_paired_slice_by_slice(dicom_run):
    assert_dt1_found(dicom_run, 3)
    rows = dicom_run.rows
    assert [row["rest_slice"] for row in rows] == [row["stress_slice"] for row in rows] == ["0", "1", "2"]
    assert [float(row["distance_mm"]) for row in rows] == pytest.approx([1, 1, 1], abs=0.01)
    assert {row["same_frame_of_reference"] for row in rows} == {"true"}
    assert rows[1]["level"] == "mid" and {rows[0]["level"], rows[2]["level"]} == {"basal", "apical"}
    names = {name.rsplit("/", 1)[1] for name in dicom_run.files() if "/" in name}
    assert names == PAIR_FILES | STUDY_FILES | {"dt1.dcm", "registered_stress.dcm"}
    assert len(list(dicom_run.out.rglob("dt1.dcm"))) == 3
    assert "level assumed" not in next(dicom_run.out.rglob("bullseye.svg")).read_text()


def test_the_dicom_maps_hold_the_same_numbers(dicom_run):
    for file in dicom_run.out.rglob("dt1.dcm"):
        dataset = pydicom.dcmread(file)
        floats = np.frombuffer(dataset.FloatPixelData, np.float32).reshape(dataset.Rows, dataset.Columns)
        dt1 = pixels(file.with_name("dt1.nii.gz"))
        assert np.array_equal(np.isfinite(floats), np.isfinite(dt1))
        assert floats[np.isfinite(dt1)] == pytest.approx(dt1[np.isfinite(dt1)], abs=1e-4)
        stress = pydicom.dcmread(file.with_name("registered_stress.dcm"))
        found = pixels(file.with_name("registered_stress.nii.gz"))
        assert stress.pixel_array[np.isfinite(found)] == pytest.approx(found[np.isfinite(found)], abs=1), "whole ms"


@pytest.mark.skipif(not shutil.which("dciodvfy"), reason="dciodvfy is not here")
@pytest.mark.parametrize("name", ["dt1.dcm", "registered_stress.dcm"])
def test_the_dicom_maps_keep_to_the_standard(name, dicom_run):
    said = subprocess.run(["dciodvfy", next(dicom_run.out.rglob(name))], capture_output=True, text=True)
    assert "Error" not in said.stdout + said.stderr, said.stderr


def test_a_slice_without_partner_is_listed_and_not_guessed(tmp_path):
    run = run_pair(*write_study(tmp_path, (0, 20, 40), (1, 30)), out=tmp_path / "out")
    assert_dt1_found(run)
    alone = [row for row in run.rows if row["status"] == "unpaired"]
    assert [row["reasons"] for row in alone] == ["no_map_at_this_slice"] * 3
    assert [(row["rest_slice"], row["stress_slice"]) for row in alone] == [("", "1"), ("1", ""), ("2", "")]
    assert not any(row["dt1_mean_percent"] for row in alone)
    assert "without partner" in run.stderr
    wider = run_pair(tmp_path / "rest", tmp_path / "stress", "--slice-tolerance", 12, out=tmp_path / "wider")
    assert len(paired(wider)) == 1, "both neighbours are as near: that is no reason to choose one"


def test_repeats_at_one_place_are_not_guessed(tmp_path):
    rest, stress = write_study(tmp_path, (0, 10), (0, 10))
    write_maps(stress, [stress_t1()], 9, "T1 stress", [10.2], StudyInstanceUID="1.2.3")
    run = run_pair(rest, stress, out=tmp_path / "out")
    assert_dt1_found(run)
    alone = [row for row in run.rows if row["status"] == "unpaired"]
    assert [row["reasons"] for row in alone] == ["several_maps_at_this_slice"] * 3


def test_the_protocol_decides_among_repeats(tmp_path):
    rest, stress = write_study(tmp_path, (0,), (0,), SeriesDescription="MOLLI stress", ProtocolName="MOLLI")
    write_maps(stress, [stress_t1(dt1=9)], 9, "T1 stress", [0.2], StudyInstanceUID="1.2.3")
    run = run_pair(rest, stress, out=tmp_path / "out")
    (row,) = paired(run)
    assert row["stress_series_uid"] == "1.2.3.9"
    assert [one["reasons"] for one in run.rows if one is not row and one["status"] == "unpaired"] == [
        "no_map_at_this_slice"
    ]


@pytest.mark.parametrize(
    "attributes, reason",
    [({"FrameOfReferenceUID": "1.2.3.99"}, "different_frame_of_reference"), ({}, "")],
    ids=["another frame of reference", "the same"],
)
def test_another_frame_of_reference_is_allowed_and_flagged(attributes, reason, tmp_path):
    run = run_pair(*write_study(tmp_path, (0,), (0,), **attributes), out=tmp_path / "out")
    assert_dt1_found(run)
    assert run.rows[0]["reasons"] == reason


def test_trigger_times_are_compared(tmp_path):
    rest, stress = write_study(tmp_path, (0,), (0,), TriggerTime=950)
    (file,) = rest.iterdir()
    dataset = pydicom.dcmread(file)
    dataset.TriggerTime = 600
    dataset.save_as(file)
    run = run_pair(rest, stress, out=tmp_path / "out")
    assert run.rows[0]["reasons"] == "trigger_times_differ"
    assert float(run.rows[0]["trigger_difference_ms"]) == 350


def test_maps_of_different_patients_are_no_pair(tmp_path):
    rest, stress = write_study(tmp_path, (0,), (0,), study="1.2.3", PatientID="another", StudyInstanceUID="1.2.4")
    run = run_pair(rest, stress, out=tmp_path / "out")
    assert run.code == 5
    assert [(row["status"], row["reasons"]) for row in run.rows] == [("failed", "mixed_patients")]
    (tmp_path / "pairs.csv").write_text("rest,stress\nrest,stress\n")
    named = run_dt1map("--pairs", tmp_path / "pairs.csv", out=tmp_path / "named")
    assert_dt1_found(named)
    assert named.rows[0]["reasons"] == "different_patients"




def test_a_stress_map_on_another_grid_gives_the_same_dt1(nifti, nifti_run, tmp_path):
    """Columns reversed and 20 rows fewer: the pixels' centres are the same, and dT1 too."""
    mirrored = AFFINE.copy()
    mirrored[:, 3] = AFFINE @ [139, 10, 0, 1]
    mirrored[:, 0] *= -1
    stress = write_nifti(tmp_path / "stress.nii.gz", stress_t1()[10:110, ::-1], affine=mirrored)
    run = run_pair(nifti[0], stress, out=tmp_path / "out")
    assert_dt1_found(run)
    one, two = (pixels(r.out / "rest" / "dt1.nii.gz") for r in (nifti_run, run))
    muscle = ring_labels() == 1
    assert np.nanmax(np.abs(one - two)[muscle]) < 0.01


def test_a_stress_map_of_another_pixel_size_gives_the_same_mean(nifti, tmp_path):
    finer = np.repeat(np.repeat(stress_t1(), 2, 0), 2, 1)
    affine = AFFINE.copy()
    affine[:, :2] /= 2
    affine[:3, 3] -= (affine[:3, 0] + affine[:3, 1]) / 2
    run = run_pair(nifti[0], write_nifti(tmp_path / "stress.nii.gz", finer, affine=affine), out=tmp_path / "out")
    assert_dt1_found(run)


def test_one_folder_for_both_sides_is_told_apart_by_the_descriptions(dicom, dicom_run, tmp_path):
    both = shutil.copytree(dicom[0].parent, tmp_path / "both")
    run = run_pair(both, both, out=tmp_path / "out")
    assert_dt1_found(run, 3)
    assert [row["stress_series_uid"] for row in run.rows] == ["1.2.3.2"] * 3
    assert run.files() == dicom_run.files()


def test_one_folder_in_which_nothing_tells_of_stress_gives_no_pair(tmp_path):
    write_maps(tmp_path / "in", [rest_t1()], 1, "T1 map a", [0])
    write_maps(tmp_path / "in", [stress_t1()], 2, "T1 map b", [0])
    run = run_pair(tmp_path / "in", tmp_path / "in", out=tmp_path / "out")
    assert run.code == 3
    assert {(row["status"], row["reasons"]) for row in run.rows} == {("unpaired", "no_series_tells_of_stress")}


def test_one_folder_of_stress_alone_gives_no_pair(tmp_path):
    write_maps(tmp_path / "in", [stress_t1()], 1, "T1 map stress", [0])
    run = run_pair(tmp_path / "in", tmp_path / "in", out=tmp_path / "out")
    assert run.code == 3
    assert {(row["status"], row["reasons"]) for row in run.rows} == {("unpaired", "no_series_at_rest")}


def test_a_series_given_on_both_sides_belongs_to_the_side_that_has_no_other(tmp_path):
    write_maps(tmp_path / "in", [stress_t1()], 2, "T1 map b", [0])
    (rest,) = write_maps(tmp_path / "in", [rest_t1()], 1, "T1 map a", [0])
    run = run_pair(rest, tmp_path / "in", out=tmp_path / "out")
    assert_dt1_found(run)
    assert [(row["rest_series_uid"], row["stress_series_uid"]) for row in run.rows] == [("1.2.3.1", "1.2.3.2")]


def test_several_studies_keep_to_themselves(tmp_path):
    write_study(tmp_path / "a", (0,), (0,), study="1.2.3")
    write_study(tmp_path / "b", (0,), (0,), study="1.2.4", first=5)
    run = run_pair(tmp_path, tmp_path, out=tmp_path / "out")
    assert_dt1_found(run, 2)
    assert {(row["study_uid"], row["rest_series_uid"], row["stress_series_uid"]) for row in run.rows} == {
        ("1.2.3", "1.2.3.1", "1.2.3.2"),
        ("1.2.4", "1.2.3.5", "1.2.3.6"),
    }
    assert len(list(run.out.glob("*/dt1map.json"))) == 2


def test_single_slices_in_a_table_tell_their_levels_together(tmp_path):
    rows = []
    for i in range(3):
        write_study(tmp_path / str(i), (10 * i,), (10 * i,), first=1 + 2 * i)
        rows.append(f"{i}/rest,{i}/stress")
    (tmp_path / "pairs.csv").write_text("\n".join(["rest,stress", *rows]))
    run = run_dt1map("--pairs", tmp_path / "pairs.csv", out=tmp_path / "out")
    assert_dt1_found(run, 3)
    assert sorted(row["level"] for row in run.rows) == ["apical", "basal", "mid"]
    assert len(list(run.out.rglob("bullseye.svg"))) == 1


def test_two_stress_maps_of_one_rest_map_keep_both_results(tmp_path):
    rest, stress = write_study(tmp_path, (0,), (0,))
    write_maps(tmp_path / "later", [stress_t1(dt1=9)], 9, "T1 stress", [0], StudyInstanceUID="1.2.3")
    (tmp_path / "pairs.csv").write_text("rest,stress\nrest,stress\nrest,later\n")
    run = run_dt1map("--pairs", tmp_path / "pairs.csv", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert len({row["folder"] for row in run.rows}) == 2
    for row in run.rows:
        made = np.nanmedian(pixels(run.out / row["folder"] / "dt1.nii.gz")[ring_labels() == 1])
        assert made == pytest.approx(float(row["dt1_median_percent"]), abs=0.2)


def test_maps_of_t1moco_bring_their_errors(t1moco_output, tmp_path):
    first, second = sorted(t1moco_output.rglob("t1.dcm"))
    run = run_pair(first, second, "--method", "model", models=ROOT / "models", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    (row,) = run.rows
    assert 0.2 < float(row["dt1_error_percent"]) < 20
    assert "slices_apart" in row["reasons"], "they were named for one another, and lie in different slices"
    folder = run.out / row["folder"]
    error, dt1 = pixels(folder / "dt1_error.nii.gz"), pixels(folder / "dt1.nii.gz")
    assert np.isnan(error[np.isnan(dt1)]).all()
    assert result_of(run)["rest"]["error_known"] is True


def test_a_map_with_itself_moved_is_zero_within_its_error(t1moco_output, tmp_path):
    """By shifts of no whole number of pixels, which interpolation must undo."""
    source = sorted(t1moco_output.rglob("t1.nii.gz"))[0].parent
    for name in ("t1.nii.gz", "t1_error.nii.gz"):
        image = nibabel.load(source / name)
        values = np.nan_to_num(image.get_fdata().squeeze())
        for side, by in (("rest", (0, 0)), ("stress", (3.4, -2.6))):
            made = nibabel.Nifti1Image(shifted(values, by, order=1)[..., None].astype(np.float32), image.affine)
            made.header["descrip"] = image.header["descrip"]
            (tmp_path / side).mkdir(exist_ok=True)
            nibabel.save(made, tmp_path / side / name)
    maps = tmp_path / "rest" / "t1.nii.gz", tmp_path / "stress" / "t1.nii.gz"
    run = run_pair(*maps, "--method", "model", models=ROOT / "models", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    (row,) = run.rows
    assert row["method_used"] == "model"
    assert abs(float(row["dt1_median_percent"])) < float(row["dt1_error_percent"])
    assert abs(float(row["dt1_mean_percent"])) < float(row["dt1_error_percent"])


def test_results_of_qcdseg_and_ahalandmarks_are_taken(dicom, dicom_run, tmp_path):
    models = DT1_NETWORKS / "hearts"
    both = dicom[0].parent
    masks, points = (program(both, models=models, out=tmp_path / name) for program, name in
                     ((run_qcdseg, "masks"), (run_ahalandmarks, "points")))  # fmt: skip
    assert masks.code == points.code == 0, masks.stderr + points.stderr
    run = run_pair(*dicom, "--masks", masks.out, "--landmarks", points.out, out=tmp_path / "out")
    assert_dt1_found(run, 3)
    for row, found in zip(run.rows, dicom_run.rows):
        assert row["myocardium_source"] == "given"
        assert row["dt1_mean_percent"] == found["dt1_mean_percent"]
        assert row["dice_after"] == found["dice_after"], "qcdseg's folder holds the stress maps' masks too"
    file = next(points.out.rglob("landmarks.json"))
    alone = run_pair(dicom[0], dicom[1], "--masks", next(masks.out.rglob("segmentation.dcm")), out=tmp_path / "seg")
    assert alone.code == 0, alone.stderr
    assert file.is_file() and {row["myocardium_source"] for row in alone.rows} == {"given"}


def test_no_network_is_loaded_that_is_not_needed(dicom, tmp_path):
    models = DT1_NETWORKS / "hearts"
    masks, points = (program(dicom[0], models=models, out=tmp_path / name) for program, name in
                     ((run_qcdseg, "masks"), (run_ahalandmarks, "points")))  # fmt: skip
    run = run_pair(*dicom, "--masks", masks.out, "--landmarks", points.out, "--method", "model", models="/nowhere",
                   out=tmp_path / "out")  # fmt: skip
    assert run.code == 0, run.stderr
    assert result_of(run)["networks"] == []


def test_the_inputs_can_be_listed(dicom, tmp_path):
    run = run_pair(*dicom, "--list", out=tmp_path / "out")
    assert run.code == 0
    assert "T1 rest" in run.stdout and "T1 stress" in run.stdout and "3 maps" in run.stdout
    assert not run.out.exists()


def assert_same_results(one, two):
    assert one.files() == two.files()
    for name in one.files():
        first, second = ((run.out / name).read_bytes().split(b'"timings_s"')[0] for run in (one, two))
        assert first == second, name


def test_a_second_run_with_other_threads_gives_the_same_bytes(dicom, dicom_run, tmp_path):
    for threads in (1, 3):
        assert_same_results(run_pair(*dicom, "--threads", threads, out=tmp_path / "out"), dicom_run)


def test_the_model_gives_the_same_bytes_twice(nifti, tmp_path):
    runs = [run_pair(*nifti, "--method", "network+model", out=tmp_path / str(i)) for i in range(2)]
    assert_same_results(*runs)


def test_results_are_no_input_of_a_second_run(nifti, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for file in nifti:
        shutil.copy(file, folder)
    for _ in range(2):
        run = run_pair(folder / "rest.nii.gz", folder, out=folder)
        assert run.code == 0, run.stderr
        assert len(run.rows) == 1, "the rest map is on both sides, and what was made lies beside it"


def test_the_patient_is_named_nowhere_but_in_dicom(dicom, tmp_path):
    run = run_pair(*dicom, "--verbose", out=tmp_path / "out")
    name, _ = PATIENT.split("^")
    assert name not in run.stdout + run.stderr
    for file in run.files():
        if not file.endswith(".dcm"):
            assert name.encode() not in (run.out / file).read_bytes(), file


def described(table, document="outputs_dt1map.md"):
    part = (ROOT / "docs" / document).read_text().split(f"## `{table}`", 1)[1].split("\n## ", 1)[0]
    cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return [name.strip(" `") for cell in cells for name in cell.split(",")]


def test_every_column_of_the_tables_is_described(dicom_run):
    with open(dicom_run.out / "summary.csv", newline="") as file:
        assert sorted(next(csv.reader(file))) == sorted(described("summary.csv"))
    with open(dicom_run.out / "segments.csv", newline="") as file:
        known = described("segments.csv") + described("segments.csv", "outputs_ahalandmarks.md")
        assert set(next(csv.reader(file))) - set(known) == set()


def test_every_key_of_the_result_is_described(dicom_run):
    text = (ROOT / "docs" / "outputs_dt1map.md").read_text()
    result = result_of(dicom_run)
    for key in [*result, *result["registration"], *result["pairing"], *result["myocardium"]]:
        assert f"`{key}`" in text or f".{key}`" in text, key


def test_every_reason_is_listed_with_its_limit():
    code = [*ROOT.glob("src/dt1/*.cpp"), *ROOT.glob("src/batch/dt1map*.cpp"), ROOT / "src/batch/given_landmarks.cpp"]
    text = "\n".join(file.read_text() for file in code)
    given = set(re.findall(r'(?:emplace_back\(|add_if\([^;]*?, |CaseError\(\s*|reason = )"([a-z0-9_]+)"', text))
    given |= set(re.findall(r'"((?:no|several)_map\w+|rest_and\w+)"', text))
    assert {"poor_alignment", "low_dice", "not_t1_in_ms", "no_t1_map", "several_maps_at_this_slice"} <= given
    listed = set(re.findall("`([a-z0-9_]+)`", (ROOT / "docs" / "reasons.md").read_text()))
    assert given - listed == set()
    gates = (ROOT / "docs" / "dt1map.md").read_text().split("## Gates", 1)[1].split("\n## ", 1)[0]
    flags = set(re.findall(r'(?:emplace_back\(|add_if\([^;]*?, )"([a-z0-9_]+)"', text))
    assert flags - set(re.findall("`([a-z0-9_]+)`", gates)) == set()


def test_the_number_of_threads_does_not_change_the_networks_field(nifti, tmp_path):
    fields = []
    for threads in (1, 3):
        run = run_pair(*nifti, "--threads", threads, models=ROOT / "models", out=tmp_path / str(threads))
        assert run.code == 0, run.stderr
        fields.append(nibabel.load(run.out / "rest" / "displacement_mm.nii.gz").get_fdata())
    assert np.array_equal(*fields)
