"""What a run answers as a whole: exit codes, messages, files left behind."""

import os
import shutil
import signal
import subprocess
import time
import zipfile

import pydicom
import pytest
from conftest import ROOT, SHARED, T1MOCO, each, run_t1moco, small_disk, wait_until_it_takes


def test_help_has_examples_and_exit_codes():
    run = run_t1moco("--help")
    assert run.code == 0
    assert "Examples:" in run.stdout and "Exit codes" in run.stdout


def test_version():
    assert run_t1moco("--version").stdout.startswith("t1moco ")


@pytest.mark.parametrize(
    "arguments",
    [[], ["--no-such-option"], ["x", "--method", "magic", "-o", "out"], ["x", "-o", "out", "--threads", "-1"], ["x"]],
    ids=["nothing", "unknown option", "unknown method", "negative threads", "no output"],
)
def test_a_wrong_command_line_is_a_usage_error(arguments, tmp_path):
    run = run_t1moco(*arguments, cwd=tmp_path)
    assert run.code == 2
    assert run.stdout == ""
    assert run.stderr


def test_an_empty_folder_is_no_usable_input(tmp_path):
    (tmp_path / "empty").mkdir()
    run = run_t1moco(tmp_path / "empty", out=tmp_path / "out")
    assert run.code == 3
    assert str(tmp_path / "empty") in run.stderr
    assert run.files() == set()


def test_a_missing_folder_is_named(tmp_path):
    run = run_t1moco(tmp_path / "nowhere", out=tmp_path / "out")
    assert run.code == 3
    assert "nowhere" in run.stderr


def test_a_file_that_is_no_dicom_given_as_input_is_a_usage_error(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    assert run_t1moco(tmp_path / "notes.txt", out=tmp_path / "out").code == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
def test_an_unreadable_folder_is_an_input_output_error(tmp_path):
    (tmp_path / "locked").mkdir(mode=0)
    assert run_t1moco(tmp_path / "locked", out=tmp_path / "out").code == 7


def test_a_good_study_delivers_every_file(study, tmp_path):
    run = run_t1moco(study, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert run.stdout == ""
    (row,) = run.rows
    assert row["status"] in ("ok", "flagged")
    names = {name.rsplit("/", 1)[-1] for name in run.files()}
    assert names >= {
        "t1.dcm", "r2.dcm", "t1.nii.gz", "r2.nii.gz", "t1_uncorrected.nii.gz", "t1_error.nii.gz",
        "samples_used.nii.gz", "displacement_mm.nii.gz", "overview.png", "result.json", "summary.csv",
    }  # fmt: skip
    assert run.stderr.strip().splitlines()[-1].endswith(f"results in {tmp_path / 'out'}")


def test_corrected_images_are_written_on_request(study, tmp_path):
    run = run_t1moco(study, "--write-images", out=tmp_path / "out")
    assert sum("corrected_" in name for name in run.files()) == 7


def test_a_failing_series_spares_the_others(study, tmp_path):
    shutil.copytree(study, study / "second")
    each_new_series(study / "second")
    incomplete = sorted((study / "second").iterdir())
    incomplete[0].unlink()
    run = run_t1moco(study, out=tmp_path / "out")
    assert run.code == 4, run.stderr
    assert sorted(row["status"] == "failed" for row in run.rows) == [False, True]


def each_new_series(folder):
    def change(dataset, _):
        dataset.SeriesInstanceUID = dataset.SeriesInstanceUID[:-1] + "7"
        dataset.SOPInstanceUID = dataset.SOPInstanceUID[:-2] + "77" + str(_)
        dataset.SeriesDescription = "ShMOLLI other slice"
        dataset.ImagePositionPatient = [float(v) + 20 for v in dataset.ImagePositionPatient]

    each(folder, change)


def test_a_zip_archive_gives_the_same_maps(study, tmp_path):
    archive = tmp_path / "1234567_20214_2_0.zip"
    with zipfile.ZipFile(archive, "w") as z:
        for file in study.iterdir():
            z.write(file, file.name)
    from_folder = run_t1moco(study, out=tmp_path / "a")
    from_archive = run_t1moco(archive, out=tmp_path / "b")
    assert from_archive.code == 0, from_archive.stderr
    assert from_folder.files() == from_archive.files()
    for name in from_folder.files():
        if name.endswith((".nii.gz", ".dcm")):
            assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_results_do_not_depend_on_the_number_of_threads(study, tmp_path):
    runs = [run_t1moco(study, "--method", "model", "--threads", n, out=tmp_path / f"t{n}") for n in (1, 3)]
    for name in runs[0].files():
        if not name.endswith("result.json"):
            assert (runs[0].out / name).read_bytes() == (runs[1].out / name).read_bytes(), name


def test_list_prints_and_writes_nothing(study, tmp_path):
    run = run_t1moco("--list", study)
    assert run.code == 0
    assert "magnitude" in run.stdout and "phase" in run.stdout
    assert list(tmp_path.iterdir()) == [study]


def test_a_list_that_cannot_be_written_is_an_output_error(study):
    with open("/dev/full", "w") as full:
        assert subprocess.run([T1MOCO, "--list", study], stdout=full, stderr=subprocess.DEVNULL).returncode == 7


def test_options_with_several_values_may_stand_before_the_input(study, tmp_path):
    run = run_t1moco("--heart-centre", "40,30", "--ti", "1,2,300", study, "--method", "none", out=tmp_path / "out")
    assert run.code == 0, run.stderr


def test_input_files_in_the_place_of_results_are_not_replaced(study, tmp_path):
    """The input is ordered by UID, as the output is, and is given as the output folder too."""
    archive = tmp_path / "archive"
    for file in study.iterdir():
        dataset = pydicom.dcmread(file, stop_before_pixels=True)
        folder = archive / dataset.StudyInstanceUID / dataset.SeriesInstanceUID
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, folder)
    before = sorted(archive.rglob("*"))
    run = run_t1moco(archive, "--method", "none", out=archive)
    assert run.code == 7
    assert "choose another output folder" in run.stderr
    assert sorted(archive.rglob("*")) == before


def test_a_second_run_replaces_the_results_of_the_first_within_the_input(study):
    for _ in range(2):
        run = run_t1moco(study, "--method", "none", out=study / "out")
        assert run.code == 0, run.stderr
        assert len(run.rows) == 1


def test_a_series_that_fails_takes_away_its_earlier_result(study, tmp_path):
    assert run_t1moco(study, "--method", "none", out=tmp_path / "out").code == 0
    times = {f: pydicom.dcmread(f, stop_before_pixels=True).InversionTime for f in study.iterdir()}
    for file, time_ms in times.items():
        if time_ms == max(times.values()):
            file.unlink()
    run = run_t1moco(study, "--method", "none", out=tmp_path / "out")
    assert run.code == 5
    assert {f.name for f in run.out.iterdir()} == {"summary.csv", ".cmrt1.lock"}


def test_the_patient_is_named_nowhere_but_in_dicom(study, tmp_path):
    each(study, lambda d, _: setattr(d, "PatientName", "Secret^Person"))
    run = run_t1moco(study, "--verbose", out=tmp_path / "out")
    assert "Secret" not in run.stderr + run.stdout
    for name in run.files():
        if not name.endswith(".dcm"):
            assert b"Secret" not in (run.out / name).read_bytes()


def test_two_runs_on_one_folder_the_second_refuses(study, tmp_path):
    import fcntl

    (tmp_path / "out").mkdir()
    with open(tmp_path / "out" / ".cmrt1.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run = run_t1moco(study, out=tmp_path / "out")
    assert run.code == 7
    assert "another" in run.stderr
    assert run.files() == set()


def test_an_output_folder_that_cannot_be_made_is_an_output_error(study):
    assert run_t1moco(study, out="/proc/cmrt1").code == 7


def test_a_full_disk_leaves_no_partial_file(study, tmp_path):
    with small_disk(tmp_path / "disk", "64k") as out:
        run = run_t1moco(study, out=out)
        left = run.files()
    assert run.code == 7, run.stderr
    assert left == set()


@pytest.mark.parametrize("number, code", [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_the_run_within_five_seconds_without_partial_files(number, code, tmp_path):
    """Killed at several moments of a run over the full-size sample study."""
    for delay in (0, 0.1, 0.6):
        out = tmp_path / f"out{delay}"
        process = subprocess.Popen(
            [T1MOCO, ROOT / "data" / "sample_study", "-o", out], stderr=subprocess.PIPE, text=True
        )
        wait_until_it_takes(process, number)
        time.sleep(delay)
        process.send_signal(number)
        start = time.monotonic()
        process.communicate(timeout=10)
        assert time.monotonic() - start < 5
        assert process.returncode in (code, 0)
        hidden = [f for f in out.rglob(".cmrt1-part-*")] if out.exists() else []
        assert hidden == []


def test_what_a_killed_run_left_is_removed_by_the_next(study, tmp_path):
    process = subprocess.Popen([T1MOCO, ROOT / "data" / "sample_study", "-o", tmp_path / "out"], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    process.kill()
    process.wait()
    left = tmp_path / "out" / ".cmrt1-part-1-study"
    left.mkdir(parents=True, exist_ok=True)
    run = run_t1moco(study, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert not any(".cmrt1-part-" in str(f) for f in run.out.rglob("*"))


@pytest.mark.skipif(not SHARED.exists(), reason="the public test images are not here")
def test_no_file_of_the_odd_collection_crashes(tmp_path):
    for i, file in enumerate(sorted((SHARED / "odd_dicom").rglob("*"))):
        if file.is_file():
            run = run_t1moco(file, out=tmp_path / str(i))
            assert run.code in (0, 2, 3, 4, 5), f"{file.name}: {run.code} {run.stderr}"


def test_an_installed_tree_may_be_moved(study, tmp_path):
    build = T1MOCO.parent.parent
    subprocess.run(["cmake", "--install", str(build), "--prefix", str(tmp_path / "first")], check=True, capture_output=True)
    shutil.move(tmp_path / "first", tmp_path / "second")
    process = subprocess.run(
        [tmp_path / "second" / "bin" / "t1moco", study, "-o", tmp_path / "out"], cwd="/", capture_output=True
    )
    assert process.returncode == 0, process.stderr
