"""What qcdseg answers to inputs, options, networks and disks that are not as they should be."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import time

import nibabel
import numpy as np
import pydicom
import pytest
from conftest import QCD_NETWORKS, QCDSEG, ROOT, run_program, run_qcdseg, run_t1moco, small_disk, wait_until_it_takes
from drawn_heart import AFFINE, COLUMNS, ROWS, heart, write_dicom, write_nifti


def reasons(run):
    return {row["input"].rsplit("/", 1)[-1]: row["reasons"] for row in run.rows}


def spare_models(folder, source="ring"):
    """A copy of stand-ins to spoil."""
    return shutil.copytree(QCD_NETWORKS / source, folder)


def test_help_has_examples_and_exit_codes():
    run = run_program(QCDSEG, "qcd.csv", "--help")
    assert run.code == 0
    assert "Examples:" in run.stdout and "Exit codes" in run.stdout


@pytest.mark.parametrize(
    "arguments",
    [[], ["--no-such-option"], ["x", "-o", "out", "--threshold", "1.1"], ["x", "-o", "out", "--threshold", "nan"],
     ["x", "-o", "out", "--threads", "-1"], ["x"], ["x", "-o", "out", "--device", "abacus"]],
    ids=["nothing", "unknown option", "threshold above 1", "threshold no number", "negative threads", "no output",
         "unknown device"],
)  # fmt: skip
def test_a_wrong_command_line_is_a_usage_error(arguments, tmp_path):
    run = run_qcdseg(*arguments, cwd=tmp_path)
    assert run.code == 2
    assert run.stdout == "" and run.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_neither_dicom_nor_nifti_is_a_usage_error(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    assert run_qcdseg(tmp_path / "notes.txt", out=tmp_path / "out").code == 2


@pytest.mark.parametrize("name", ["empty", "nowhere", "nowhere.nii.gz"])
def test_where_there_is_nothing_there_is_no_usable_input(name, tmp_path):
    (tmp_path / "empty").mkdir()
    run = run_qcdseg(tmp_path / name, out=tmp_path / "out")
    assert run.code == 3
    assert str(tmp_path / name) in run.stderr
    assert not run.out.exists()


def test_raw_t1_mapping_images_alone_are_left_to_t1moco(tmp_path):
    run = run_qcdseg(ROOT / "data" / "sample_study", out=tmp_path / "out")
    assert run.code == 3
    assert "run t1moco" in run.stderr
    assert not run.out.exists()


def test_a_series_that_is_not_there_is_no_usable_input(tmp_path):
    write_nifti(tmp_path / "in" / "scan.nii")
    (tmp_path / "in" / "bad.dcm").write_bytes(write_dicom(tmp_path / "dicom")[0].read_bytes()[:1000])
    run = run_qcdseg(tmp_path / "in", "--series", "1.2.3.99", out=tmp_path / "out")
    assert run.code == 3
    assert "1.2.3.99" in run.stderr and "--list" in run.stderr
    assert not run.out.exists()


def colour(folder):
    pixels = np.zeros((ROWS, COLUMNS), [("R", "u1"), ("G", "u1"), ("B", "u1")])
    nibabel.save(nibabel.Nifti1Image(pixels, AFFINE), folder / "bad.nii")


def truncated(folder):
    file = write_nifti(folder / "bad.nii")
    file.write_bytes(file.read_bytes()[:-100])


def damaged(folder):
    file = write_nifti(folder / "bad.nii.gz")
    data = bytearray(file.read_bytes())
    data[-6] ^= 1
    file.write_bytes(data)


def no_nifti(folder):
    (folder / "bad.nii").write_bytes(b"x" * 1000)


def empty(folder):
    (folder / "bad.nii.gz").write_bytes(b"")


def no_spacing(folder):
    image = nibabel.Nifti1Image(heart().T, None)
    image.header["pixdim"][1] = 0
    image.header["sform_code"] = image.header["qform_code"] = 0
    nibabel.save(image, folder / "bad.nii")
    data = bytearray((folder / "bad.nii").read_bytes())
    data[80:84] = bytes(4)
    (folder / "bad.nii").write_bytes(data)


FAULTS = [
    (colour, "not_single_channel"),
    (truncated, "truncated_pixel_data"),
    (damaged, "pixel_data_unreadable"),
    (no_nifti, "not_nifti"),
    (empty, "empty_file"),
    (no_spacing, "invalid_pixel_spacing"),
]


@pytest.mark.parametrize("spoil, reason", FAULTS, ids=[spoil.__name__ for spoil, _ in FAULTS])
def test_a_bad_nifti_file_fails_by_name_and_spares_the_others(spoil, reason, tmp_path):
    write_nifti(tmp_path / "in" / "a.nii")
    write_nifti(tmp_path / "in" / "z.nii")
    spoil(tmp_path / "in")
    run = run_qcdseg(tmp_path / "in", out=tmp_path / "out")
    assert run.code == 4, run.stderr
    assert sorted(row["status"] for row in run.rows) == ["failed", "ok", "ok"]
    (row,) = run.rows_of("flagged.csv")
    assert (row["status"], row["flag"], row["reasons"]) == ("failed", "true", reason)
    assert "bad.nii" in row["message"] and "bad.nii" in run.stderr
    assert not (run.out / "bad").exists()


def test_where_all_fails_there_are_tables_alone(tmp_path):
    (tmp_path / "in").mkdir()
    no_nifti(tmp_path / "in")
    run = run_qcdseg(tmp_path / "in", out=tmp_path / "out")
    assert run.code == 5
    assert run.files() == {"qcd.csv", "flagged.csv"}


def test_a_file_that_cannot_be_read_spares_the_others(tmp_path):
    """As on a disk that fails: /proc's file of this name opens and does not read."""
    write_nifti(tmp_path / "in" / "a.nii")
    (tmp_path / "in" / "bad.nii").symlink_to("/proc/self/mem")
    run = run_qcdseg(tmp_path / "in", out=tmp_path / "out")
    assert run.code == 4, run.stderr
    assert reasons(run)["bad.nii"] == "unreadable_file"


def test_a_bad_dicom_image_spares_the_others_of_its_series(tmp_path):
    files = write_dicom(tmp_path / "in")
    dataset = pydicom.dcmread(files[1])
    dataset.RescaleSlope, dataset.RescaleIntercept = 0, 0
    dataset.save_as(files[1])
    run = run_qcdseg(tmp_path / "in", out=tmp_path / "out")
    assert run.code == 4, run.stderr
    assert [row["status"] for row in run.rows] == ["ok", "failed", "ok"]
    assert run.rows[1]["reasons"] == "invalid_rescale" and run.rows[1]["overlay"] == ""
    assert run.rows_of("flagged.csv") == [run.rows[1]]
    labels = nibabel.load(next(run.out.rglob("segmentation.nii.gz"))).get_fdata()
    assert [labels[..., i].any() for i in range(3)] == [True, False, True]


@pytest.mark.parametrize(
    "attributes, reason",
    [({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.2", "Modality": "CT"}, "not_an_mr_image"),
     ({"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}, "not_single_channel"),
     ({"Rows": 60000}, "invalid_image_size"),
     ({"PixelSpacing": [0, 0]}, "invalid_pixel_spacing"),
     ({"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}, "invalid_orientation")],
    ids=["computed tomography", "colour", "60000 rows", "spacing of zero", "orientation not orthonormal"],
)  # fmt: skip
def test_a_bad_dicom_series_fails_by_name_and_spares_the_others(attributes, reason, tmp_path):
    write_dicom(tmp_path / "in" / "good", number=1)
    write_dicom(tmp_path / "in" / "bad", number=2, **attributes)
    run = run_qcdseg(tmp_path / "in", out=tmp_path / "out")
    assert run.code == 4, run.stderr
    assert {row["reasons"] for row in run.rows if row["status"] == "failed"} == {reason}
    assert [row["status"] for row in run.rows].count("ok") == 3
    assert len(list(run.out.rglob("segmentation.json"))) == 1


def test_a_truncated_dicom_file_has_a_row_of_its_own(tmp_path):
    files = write_dicom(tmp_path / "in")
    files[2].write_bytes(files[2].read_bytes()[:1000])
    run = run_qcdseg(tmp_path / "in", out=tmp_path / "out")
    assert run.code == 4, run.stderr
    assert [row["status"] for row in run.rows].count("ok") == 2
    assert reasons(run)[files[2].name]


@pytest.mark.parametrize(
    "image, reason",
    [(np.full((ROWS, COLUMNS), 7), "constant_image"), (np.full((ROWS, COLUMNS), np.nan), "constant_image"),
     (np.zeros((ROWS, 1)), "image_too_small"), (np.ones((1, COLUMNS)), "image_too_small"),
     (np.random.default_rng(1).normal(0, 1, (ROWS, COLUMNS)), "no_heart_found")],
    ids=["constant", "NaN", "1 pixel wide", "1 pixel high", "noise"],
)  # fmt: skip
def test_an_image_that_shows_no_heart_is_flagged_and_has_no_number_that_is_none(image, reason, tmp_path):
    run = run_qcdseg(write_nifti(tmp_path / "scan.nii", image), out=tmp_path / "out")
    assert run.code == 0, run.stderr
    (row,) = run.rows
    assert (row["status"], row["reasons"], float(row["predicted_dice"])) == ("flagged", reason, 0)
    assert "nan" not in (run.out / "qcd.csv").read_text().lower()
    assert "nan" not in (run.out / "scan" / "segmentation.json").read_text().lower()
    made = nibabel.load(run.out / "scan" / "segmentation.nii.gz")
    assert made.shape == image.T.shape and not made.get_fdata().any()
    assert (run.out / row["overlay"]).is_file()


def test_pixels_without_a_value_are_passed_over(tmp_path):
    image = heart()
    image[:20] = np.nan
    image[:, :5] = np.inf
    run = run_qcdseg(write_nifti(tmp_path / "scan.nii", image), out=tmp_path / "out")
    assert [row["status"] for row in run.rows] == ["ok"]


@pytest.mark.filterwarnings("ignore:Invalid value for VR UI")
def test_hostile_names_spoil_neither_paths_nor_log_nor_tables(tmp_path):
    folder = tmp_path / "in"
    names = [b"=cmd().nii", b"two\nlines \x1b[31m.nii", b"caf\xe9.nii", b"qcd.csv.nii", b"%s{}.nii", b"...nii",
             b"x" * 240 + b".nii"]  # fmt: skip
    source = write_nifti(folder / "good.nii").read_bytes()
    for name in names:
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:
            file.write(source)
    write_dicom(folder, [heart()], SeriesInstanceUID="../../x", StudyInstanceUID="../y", SeriesDescription="=1+1")
    run = run_qcdseg(folder, folder / "...nii", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert len(run.rows) == len(names) + 2
    assert {row["status"] for row in run.rows} == {"ok"}
    assert "\x1b" not in run.stderr and "\nlines" not in run.stderr
    assert {file.name for file in tmp_path.iterdir()} == {"in", "out"}
    listed = run_qcdseg("--list", folder)
    assert listed.code == 0 and "\x1b" not in listed.stdout and "\nlines" not in listed.stdout


def test_cells_that_a_spreadsheet_would_run_are_escaped(tmp_path):
    write_nifti(tmp_path / "=cmd().nii")
    run = run_qcdseg("=cmd().nii", cwd=tmp_path, out=tmp_path / "out")
    (row,) = run.rows
    assert row["input"] == "'=cmd().nii" and row["folder"].startswith("'=")
    assert row["overlay"].startswith("'=")


def test_a_study_and_a_file_of_one_name_get_folders_of_their_own(tmp_path):
    write_dicom(tmp_path / "in", [heart()], StudyInstanceUID="1.2.3")
    write_nifti(tmp_path / "in" / "1.2.3.nii")
    run = run_qcdseg(tmp_path / "in", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert {row["folder"] for row in run.rows} == {"1.2.3/1.2.3.7", "1.2.3_2"}


def test_a_missing_models_folder_ends_the_run_with_a_remedy(tmp_path):
    file = write_nifti(tmp_path / "scan.nii")
    run = run_qcdseg(file, models=tmp_path / "nowhere", out=tmp_path / "out")
    assert run.code == 6
    assert str(tmp_path / "nowhere") in run.stderr and "install" in run.stderr
    assert not run.out.exists()


def another_network(models):
    for name in ("qcd.pt", "heart.pt"):
        with open(models / name, "ab") as file:
            file.write(b"!")


def no_quality_file(models):
    (models / "qcd_quality.json").unlink()


def quality_of_another_network(models):
    shutil.copy(QCD_NETWORKS / "wrong" / "qcd_quality.json", models)


def without_network(models, name):
    manifest = json.loads((models / "manifest.json").read_text())
    del manifest["networks"][name]
    (models / "manifest.json").write_text(json.dumps(manifest))


def no_heart_network(models):
    without_network(models, "heart")


def no_judge(models):
    without_network(models, "judge")


MODEL_FAULTS = [(another_network, "SHA-256"), (no_quality_file, "qcd_quality.json"),
                (quality_of_another_network, "another network"), (no_heart_network, "heart"), (no_judge, "judge")]  # fmt: skip


@pytest.mark.parametrize("spoil, word", MODEL_FAULTS, ids=[spoil.__name__ for spoil, _ in MODEL_FAULTS])
def test_networks_that_cannot_be_used_end_the_run_before_anything_is_written(spoil, word, tmp_path):
    no_nifti_first = tmp_path / "in"
    no_nifti_first.mkdir()
    no_nifti(no_nifti_first)
    write_nifti(no_nifti_first / "scan.nii")
    models = spare_models(tmp_path / "models")
    spoil(models)
    run = run_qcdseg(no_nifti_first, models=models, out=tmp_path / "out")
    assert run.code == 6
    assert word in run.stderr
    assert run.files() == set()


def test_a_network_of_another_kind_ends_the_run(tmp_path):
    file = write_nifti(tmp_path / "scan.nii")
    run = run_qcdseg(file, models=QCD_NETWORKS / "wrong", out=tmp_path / "out")
    assert run.code == 6
    assert "six members" in run.stderr
    assert run.files() == set()


def test_a_device_that_is_not_there_ends_the_run(tmp_path):
    run = run_qcdseg(write_nifti(tmp_path / "scan.nii"), "--device", "cuda:99", out=tmp_path / "out")
    assert run.code == 6
    assert "--device" in run.stderr


def test_two_runs_on_one_folder_the_second_refuses(tmp_path):
    file = write_nifti(tmp_path / "scan.nii")
    (tmp_path / "out").mkdir()
    with open(tmp_path / "out" / ".cmrt1.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run = run_qcdseg(file, out=tmp_path / "out")
    assert run.code == 7
    assert "another" in run.stderr
    assert run.files() == set()


def test_an_output_folder_that_cannot_be_made_is_an_output_error(tmp_path):
    assert run_qcdseg(write_nifti(tmp_path / "scan.nii"), out="/proc/cmrt1").code == 7


def test_a_read_only_output_folder_is_an_output_error(tmp_path):
    file = write_nifti(tmp_path / "scan.nii")
    with small_disk(tmp_path / "disk", "1m") as out:
        subprocess.run(["mount", "-o", "remount,ro", str(out)], check=True)
        run = run_qcdseg(file, out=out)
    assert run.code == 7, run.stderr


def test_a_full_disk_leaves_no_partial_file(tmp_path):
    file = write_nifti(tmp_path / "scan.nii", np.random.default_rng(1).uniform(0, 2000, (ROWS, COLUMNS, 4)))
    with small_disk(tmp_path / "disk", "64k") as out:
        run = run_qcdseg(file, out=out)
        left = run.files()
    assert run.code == 7, run.stderr
    assert left == set()


def test_a_list_that_cannot_be_written_is_an_output_error(tmp_path):
    file = write_nifti(tmp_path / "scan.nii")
    with open("/dev/full", "w") as full:
        assert subprocess.run([QCDSEG, "--list", file], stdout=full, stderr=subprocess.DEVNULL).returncode == 7


def test_input_files_in_the_place_of_results_are_not_replaced(tmp_path):
    """The input is ordered by UID, as the output is, and is given as the output folder too."""
    folder = tmp_path / "archive" / "1.2.3" / "1.2.3.7"
    write_dicom(folder, StudyInstanceUID="1.2.3")
    before = {file: file.read_bytes() for file in folder.iterdir()}
    run = run_qcdseg(tmp_path / "archive", out=tmp_path / "archive")
    assert run.code == 7
    assert "choose another output folder" in run.stderr
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


def test_a_nifti_file_in_the_place_of_results_is_not_replaced(tmp_path):
    file = write_nifti(tmp_path / "in" / "scan" / "scan.nii")
    before = file.read_bytes()
    run = run_qcdseg(tmp_path / "in", out=tmp_path / "in")
    assert run.code == 7
    assert "choose another output folder" in run.stderr
    assert file.read_bytes() == before


def test_the_input_folder_may_be_the_output_folder_and_a_second_run_takes_no_result_for_input(tmp_path):
    write_nifti(tmp_path / "in" / "scan.nii")
    write_dicom(tmp_path / "in")
    for _ in range(2):
        run = run_qcdseg(tmp_path / "in", "--candidates", out=tmp_path / "in")
        assert run.code == 0, run.stderr
        assert len(run.rows) == 4


def test_results_of_t1moco_and_qcdseg_may_share_a_folder(tmp_path):
    """Their series have different UIDs, so that neither's results stand in the way of the other's."""
    assert run_t1moco(ROOT / "data" / "sample_study", "--method", "none", out=tmp_path / "out").code == 0
    run = run_qcdseg(tmp_path / "out", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert len(list((tmp_path / "out").rglob("t1.dcm"))) == 2


def test_a_series_that_fails_takes_away_its_earlier_result(tmp_path):
    file = write_nifti(tmp_path / "scan.nii")
    assert run_qcdseg(file, out=tmp_path / "out").code == 0
    file.write_bytes(file.read_bytes()[:-1])
    run = run_qcdseg(file, out=tmp_path / "out")
    assert run.code == 5
    assert run.files() == {"qcd.csv", "flagged.csv"}


@pytest.mark.parametrize("number, code", [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_the_run_within_five_seconds_without_partial_files(number, code, tmp_path):
    """Sent at several moments of a run over three files, one of which holds a long series."""
    for name in ("a", "z"):
        write_nifti(tmp_path / "in" / f"{name}.nii")
    write_nifti(tmp_path / "in" / "long.nii", np.repeat(heart()[..., None], 2000, axis=2), dtype=np.int16)
    ended = []
    for delay in (0, 0.3, 1.5):
        out = tmp_path / f"out{delay}"
        command = [QCDSEG, tmp_path / "in", "-o", out, "--models", QCD_NETWORKS / "ring"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_until_it_takes(process, number)
        time.sleep(delay)
        process.send_signal(number)
        start = time.monotonic()
        process.communicate(timeout=60)
        assert time.monotonic() - start < 5
        ended.append(process.returncode)
        left = {file for file in out.rglob("*") if file.is_file()} if out.exists() else set()
        assert not [file for file in left if ".cmrt1-part-" in str(file)]
        assert not any("long" in file.parts for file in left)
    assert ended == [code] * 3
