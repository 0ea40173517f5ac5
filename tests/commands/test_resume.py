"""Runs that go on where others ended, and runs in parts: the tables are those of one undisturbed run."""

import json
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pydicom
import pytest
from conftest import (
    AHALANDMARKS, BIN, LANDMARK_NETWORKS, QCD_NETWORKS, QCDSEG, ROOT, T1MOCO, run_ahalandmarks,
    run_dt1map, run_qcdseg, run_t1moco, wait_until_it_takes,
)  # fmt: skip
from drawn_heart import heart, write_dicom, write_nifti
from drawn_pair import write_pair

STUDIES = 5


def tables(out):
    return {file.name: file.read_bytes() for file in Path(out).glob("*.csv")}


def results(out):
    """The moment at which each result was made."""
    return {str(file.parent.relative_to(out)): file.stat().st_mtime_ns for file in Path(out).rglob("receipt.json")}


def made_again(before, out):
    return {name for name, time_ns in results(out).items() if before.get(name) != time_ns}


@pytest.fixture(scope="session")
def cohort(small_study, tmp_path_factory):
    """Five studies of one series, all in one folder, their UIDs in no order of the files' names."""
    folder = tmp_path_factory.mktemp("cohort")
    for number in range(STUDIES):
        for i, file in enumerate(sorted(small_study.iterdir())):
            dataset = pydicom.dcmread(file)
            dataset.StudyInstanceUID = f"1.2.{10 - number}"
            dataset.SeriesInstanceUID = f"1.2.{10 - number}.{dataset.SeriesNumber}"
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.{10 - number}.9.{i}"
            dataset.PatientID = f"P{number}"
            dataset.save_as(folder / f"{number}_{i:02d}.dcm")
    return folder


@pytest.fixture
def copied(cohort, tmp_path):
    return Path(shutil.copytree(cohort, tmp_path / "cohort"))


@pytest.fixture(scope="session")
def undisturbed(cohort, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    run = run_t1moco(cohort, "--method", "none", out=out)
    assert run.code == 0, run.stderr
    return tables(out)


def quick(cohort, *arguments, out):
    return run_t1moco(cohort, "--method", "none", *arguments, out=out)


def test_rows_are_in_order_of_study_uid_as_numbers(cohort, tmp_path):
    run = quick(cohort, out=tmp_path / "out")
    assert [row["study_uid"] for row in run.rows] == [f"1.2.{n}" for n in (6, 7, 8, 9, 10)]


def test_a_resumed_run_makes_nothing_again_and_gives_the_same_tables(cohort, undisturbed, tmp_path):
    quick(cohort, out=tmp_path / "out")
    before = results(tmp_path / "out")
    run = quick(cohort, "--resume", out=tmp_path / "out")
    assert run.code == 0
    assert len(before) == STUDIES and made_again(before, tmp_path / "out") == set()
    assert f"{STUDIES} series kept" in run.stderr
    assert tables(run.out) == undisturbed


def test_without_resume_all_is_made_again(cohort, tmp_path):
    quick(cohort, out=tmp_path / "out")
    before = results(tmp_path / "out")
    quick(cohort, out=tmp_path / "out")
    assert len(made_again(before, tmp_path / "out")) == STUDIES


def test_what_is_missing_is_made(cohort, undisturbed, tmp_path):
    quick(cohort, out=tmp_path / "out")
    before = results(tmp_path / "out")
    lost = sorted((tmp_path / "out").glob("*/*/t1.dcm"))
    lost[0].unlink()
    shutil.rmtree(lost[1].parent)
    (lost[2].parent / "receipt.json").write_text("{")
    lost[3].write_bytes(lost[3].read_bytes()[:-1])
    (tmp_path / "out" / "summary.csv").unlink()
    run = quick(cohort, "--resume", out=tmp_path / "out")
    assert made_again(before, run.out) == {str(file.parent.relative_to(run.out)) for file in lost[:4]}
    assert tables(run.out) == undisturbed


def test_a_changed_input_is_worked_on_again(copied, tmp_path):
    quick(copied, out=tmp_path / "out")
    before = results(tmp_path / "out")
    file = copied / "0_03.dcm"
    dataset = pydicom.dcmread(file)
    pixels = dataset.pixel_array.copy()
    pixels[10:20, 10:20] += 40
    dataset.PixelData = pixels.tobytes()
    dataset.save_as(file)
    run = quick(copied, "--resume", out=tmp_path / "out")
    (again,) = made_again(before, run.out)
    assert again.startswith("1.2.10/")
    assert tables(run.out) == tables(quick(copied, out=tmp_path / "fresh").out)


def test_a_changed_option_is_worked_on_again(cohort, tmp_path):
    quick(cohort, out=tmp_path / "out")
    before = results(tmp_path / "out")
    run = quick(cohort, "--resume", "--heart-radius", "40", out=tmp_path / "out")
    assert len(made_again(before, run.out)) == STUDIES
    assert tables(run.out) == tables(quick(cohort, "--heart-radius", "40", out=tmp_path / "fresh").out)


def test_options_that_change_no_result_count_for_nothing(cohort, tmp_path):
    quick(cohort, out=tmp_path / "out")
    before = results(tmp_path / "out")
    quick(cohort, "--resume", "--threads", "1", "--heart-radius", "60", "-v", out=tmp_path / "out")
    assert made_again(before, tmp_path / "out") == set()


def test_results_of_another_version_are_made_again(cohort, tmp_path):
    quick(cohort, out=tmp_path / "out")
    old = sorted((tmp_path / "out").rglob("receipt.json"))[0]
    receipt = json.loads(old.read_text())
    receipt["made_from"]["version"] = "0.0.1"
    old.write_text(json.dumps(receipt))
    before = results(tmp_path / "out")
    run = quick(cohort, "--resume", "-v", out=tmp_path / "out")
    assert made_again(before, run.out) == {str(old.parent.relative_to(run.out))}
    assert "version changed" in run.stderr


def test_results_of_another_network_are_made_again(tmp_path):
    """The network is the same but for its file's bytes."""
    file = write_nifti(tmp_path / "heart.nii.gz")
    models = Path(shutil.copytree(QCD_NETWORKS / "ring", tmp_path / "models"))
    run_qcdseg(file, models=models, out=tmp_path / "out")
    before = results(tmp_path / "out")
    assert made_again(before, run_qcdseg(file, "--resume", models=models, out=tmp_path / "out").out) == set()
    change_network(models)
    run = run_qcdseg(file, "--resume", models=models, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert made_again(before, run.out) == {"heart"}


def change_network(models):
    """A comment in the file of the network "heart"; manifest and quality prediction know its new SHA-256."""
    import hashlib

    manifest = json.loads((models / "manifest.json").read_text())
    entry = manifest["networks"]["heart"]
    network = models / entry["file"]
    network.write_bytes(with_a_longer_archive(network.read_bytes()))
    entry["sha256"] = hashlib.sha256(network.read_bytes()).hexdigest()
    (models / "manifest.json").write_text(json.dumps(manifest))
    quality = json.loads((models / "qcd_quality.json").read_text())
    quality["heart_sha256"] = entry["sha256"]
    (models / "qcd_quality.json").write_text(json.dumps(quality))


def with_a_longer_archive(network):
    """A TorchScript file is a zip archive: its comment may be changed."""
    assert network[-22:-18] == b"PK\x05\x06" and network[-2:] == b"\x00\x00"
    return network[:-2] + b"\x01\x00" + b"x"


def test_a_moved_cohort_is_kept_and_its_rows_name_the_new_place(tmp_path):
    write_nifti(tmp_path / "a" / "heart.nii.gz")
    run_qcdseg(tmp_path / "a", out=tmp_path / "out")
    before = results(tmp_path / "out")
    (tmp_path / "a").rename(tmp_path / "b")
    run = run_qcdseg(tmp_path / "b", "--resume", out=tmp_path / "out")
    assert made_again(before, run.out) == set()
    assert tables(run.out) == tables(run_qcdseg(tmp_path / "b", out=tmp_path / "fresh").out)


def test_a_changed_mask_is_worked_on_again(tmp_path):
    file = write_nifti(tmp_path / "heart.nii.gz")
    mask = run_qcdseg(file, out=tmp_path / "seg").out
    run = run_ahalandmarks(file, "--mask", mask, out=tmp_path / "out")
    assert run.code in (0, 4), run.stderr
    before = results(run.out)
    run_ahalandmarks(file, "--mask", mask, "--resume", out=tmp_path / "out")
    assert made_again(before, run.out) == set()
    run_ahalandmarks(file, "--resume", out=tmp_path / "out")
    assert made_again(before, run.out) == {"heart"}


def test_a_failed_series_is_worked_on_again_and_the_tables_stay(copied, tmp_path):
    for file in list(copied.glob("0_0[0-3].dcm")):
        file.unlink()
    first = quick(copied, out=tmp_path / "out")
    before = tables(first.out)
    run = quick(copied, "--resume", out=tmp_path / "out")
    assert first.code == run.code == 4
    assert f"{STUDIES - 1} series kept" in run.stderr
    assert tables(run.out) == before


@pytest.mark.parametrize("count", [2, 3, 7])
def test_merged_shards_equal_the_undivided_run(count, cohort, undisturbed, tmp_path):
    for number in random.Random(count).sample(range(1, count + 1), count):
        run = quick(cohort, "--shard", f"{number}/{count}", out=tmp_path / "out")
        assert run.code == 0, run.stderr
    merge = subprocess.run([BIN / "cohortmerge", tmp_path / "out"], capture_output=True, text=True)
    assert merge.returncode == 0, merge.stderr
    assert tables(tmp_path / "out") == undisturbed
    assert len(results(tmp_path / "out")) == STUDIES


def test_shards_of_qcdseg_give_the_same_flagged_table(tmp_path):
    for n in range(4):
        write_dicom(tmp_path / "in", [heart(doubt=d) for d in (0, 0.2 * n)], number=n + 1, StudyInstanceUID=f"1.2.{n}")
    whole = run_qcdseg(tmp_path / "in", out=tmp_path / "whole")
    for number in (2, 1):
        run_qcdseg(tmp_path / "in", "--shard", f"{number}/2", out=tmp_path / "out")
    subprocess.run([BIN / "cohortmerge", tmp_path / "out"], check=True, capture_output=True)
    assert len(whole.rows) == 8
    assert tables(tmp_path / "out") == tables(whole.out)


def test_pairs_of_one_file_name_keep_apart_over_shards(tmp_path):
    for n in range(4):
        write_pair(tmp_path / str(n), dt1=3 * n)
    table = tmp_path / "pairs.csv"
    table.write_text("rest,stress\n" + "".join(f"{n}/rest.nii.gz,{n}/stress.nii.gz\n" for n in range(4)))
    options = ["--pairs", table, "--method", "model"]
    whole = run_dt1map(*options, out=tmp_path / "whole")
    for number in (3, 1, 2):
        assert run_dt1map(*options, "--shard", f"{number}/3", out=tmp_path / "out").code == 0
    subprocess.run([BIN / "cohortmerge", tmp_path / "out"], check=True, capture_output=True)
    assert sorted(round(float(row["dt1_median_percent"])) for row in whole.rows) == [0, 3, 6, 9]
    assert tables(tmp_path / "out") == tables(whole.out)
    assert results(tmp_path / "out").keys() == results(whole.out).keys()


def test_a_bad_file_is_in_one_shard_alone(copied, tmp_path):
    (copied / "cut.dcm").write_bytes((copied / "0_00.dcm").read_bytes()[:-5000])
    rows = [row for n in (1, 2, 3) for row in
            run_part(copied, n, tmp_path / "out")]  # fmt: skip
    assert sum(",failed,,duplicate_instance_uid," in row for row in rows) == 1


def run_part(cohort, number, out):
    quick(cohort, "--shard", f"{number}/3", out=out)
    (part,) = out.glob(f"summary.{number}-of-3-*.csv")
    return part.read_text().splitlines()[1:]


def test_results_of_shards_are_kept_by_a_whole_run(cohort, undisturbed, tmp_path):
    for number in (1, 2):
        quick(cohort, "--shard", f"{number}/2", out=tmp_path / "out")
    before = results(tmp_path / "out")
    run = quick(cohort, "--resume", out=tmp_path / "out")
    assert made_again(before, run.out) == set()
    assert tables(run.out) == undisturbed


def test_a_shard_without_studies_is_no_error(small_study, tmp_path):
    codes = [quick(small_study, "--shard", f"{n}/2", out=tmp_path / "out").code for n in (1, 2)]
    assert codes == [0, 0]


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "x/2"])
def test_a_wrong_shard_is_a_usage_error(text, cohort, tmp_path):
    assert quick(cohort, "--shard", text, out=tmp_path / "out").code == 2


def test_merging_refuses_while_a_shard_is_missing(cohort, tmp_path):
    quick(cohort, "--shard", "1/2", out=tmp_path / "out")
    merge = subprocess.run([BIN / "cohortmerge", tmp_path / "out"], capture_output=True, text=True)
    assert merge.returncode == 3
    assert "summary.2-of-2-" in merge.stderr
    assert not (tmp_path / "out" / "summary.csv").exists()


def test_shards_that_found_different_studies_are_not_joined(copied, tmp_path):
    out = tmp_path / "out"
    merge = lambda: subprocess.run([BIN / "cohortmerge", out], capture_output=True, text=True)
    quick(copied, "--shard", "1/2", out=out)
    for file in copied.glob("0_*"):
        file.unlink()
    quick(copied, "--shard", "2/2", out=out)
    refused = merge()
    assert refused.returncode == 3 and "found different studies" in refused.stderr
    assert not (out / "summary.csv").exists()
    quick(copied, "--shard", "1/2", "--resume", out=out)
    assert merge().returncode == 0
    assert tables(out) == tables(quick(copied, out=tmp_path / "whole").out)


def test_what_a_killed_shard_left_of_a_table_goes_with_the_next_run_of_that_shard(cohort, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    left = [out / f".cmrt1-part-1-summary.{number}-of-2-aaaaaaaa.csv" for number in (1, 2)]
    for file in left:
        file.write_text("study_uid\n")
    quick(cohort, "--shard", "1/2", out=out)
    assert [file.exists() for file in left] == [False, True]


def test_studies_without_t1_mapping_do_not_count_among_those_divided(copied, tmp_path):
    out = tmp_path / "out"
    quick(copied, "--shard", "1/2", out=out)
    dataset = pydicom.dcmread(copied / "0_00.dcm")
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.99", "1.2.99.1"
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.99.2"
    dataset.SeriesDescription, dataset.ProtocolName = "localizer", "localizer"
    del dataset.InversionTime
    dataset.save_as(copied / "localizer.dcm")
    quick(copied, "--shard", "2/2", out=out)
    assert subprocess.run([BIN / "cohortmerge", out], capture_output=True).returncode == 0


def started(program, *arguments, out):
    return subprocess.Popen([program, *map(str, arguments), "-o", str(out)], stderr=subprocess.PIPE, text=True)


def test_of_two_jobs_on_one_folder_the_second_refuses(tmp_path):
    sample = ROOT / "data" / "sample_study"
    first = started(T1MOCO, sample, "--method", "model", out=tmp_path / "out")
    while not (tmp_path / "out" / ".cmrt1.lock").exists():
        time.sleep(0.01)
    time.sleep(0.05)
    for arguments in ([], ["--shard", "1/2"]):
        second = run_t1moco(sample, *arguments, out=tmp_path / "out")
        assert second.code == 7
        assert "another" in second.stderr
    first.communicate()
    assert first.returncode == 0


def test_sigterm_leaves_whole_results_that_resume_keeps(cohort, tmp_path):
    undisturbed = tables(run_t1moco(cohort, "--method", "model", out=tmp_path / "whole").out)
    process = started(T1MOCO, cohort, "--method", "model", "--threads", 1, out=tmp_path / "out")
    wait_until_it_takes(process, signal.SIGTERM)
    while not results(tmp_path / "out"):
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    start = time.monotonic()
    process.communicate(timeout=10)
    assert time.monotonic() - start < 5
    assert process.returncode == 143
    before = results(tmp_path / "out")
    run = run_t1moco(cohort, "--method", "model", "--resume", out=tmp_path / "out")
    assert before and not made_again(before, run.out) & set(before)
    assert tables(run.out) == undisturbed


def commands(program, cohort, folder):
    """What to kill: a command line without output folder."""
    if program == "t1moco":
        return [T1MOCO, cohort, "--method", "model", "--threads", "1"]
    if not (folder / "in").exists():
        for n in range(6):
            write_dicom(folder / "in", [heart(doubt=0.1 * n)] * 2, number=n + 1, StudyInstanceUID=f"1.2.{n}")
    if program == "qcdseg":
        return [QCDSEG, folder / "in", "--models", QCD_NETWORKS / "ring"]
    return [AHALANDMARKS, folder / "in", "--models", LANDMARK_NETWORKS / "marks"]


@pytest.mark.parametrize("program", ["t1moco", "qcdseg", "ahalandmarks"])
def test_killed_at_random_moments_and_resumed_the_tables_are_those_of_an_undisturbed_run(program, cohort, tmp_path):
    command = commands(program, cohort, tmp_path)
    start = time.monotonic()
    whole = subprocess.run([*command, "-o", tmp_path / "whole"], capture_output=True)
    lasted = time.monotonic() - start
    assert whole.returncode in (0, 4, 5), whole.stderr
    assert results(tmp_path / "whole")
    chance = random.Random(program)
    for _ in range(5):
        process = subprocess.Popen([*command, "-o", tmp_path / "out", "--resume"], stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, 1.1 * lasted))
        process.kill()
        process.wait()
    last = subprocess.run([*command, "-o", tmp_path / "out", "--resume"], capture_output=True)
    assert last.returncode == whole.returncode
    assert tables(tmp_path / "out") == tables(tmp_path / "whole")
    assert not list((tmp_path / "out").rglob(".cmrt1-*-*"))
