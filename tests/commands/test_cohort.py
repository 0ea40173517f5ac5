"""scripts/cohort.sh and scripts/cohort_slurm.sh over a small generated cohort, with the delivered networks."""

import fcntl
import os
import shutil
import signal
import subprocess
import time
import zipfile

import pytest
from conftest import BIN, ROOT

pytest.importorskip("cmrt1_training.make_cohort")
from cmrt1_training.make_cohort import CohortSettings, make_cohort  # noqa: E402

COHORT, SLURM = ROOT / "scripts" / "cohort.sh", ROOT / "scripts" / "cohort_slurm.sh"
NODE = ROOT / "tests" / "cohort" / "slurm_node.sh"
# Single precision depends on the number of threads in its last digits.
FAST = ["--threads", "1", "--t1moco", "--method none"]
TABLES = ("t1moco/summary.csv", "qcdseg/qcd.csv", "qcdseg/flagged.csv", "ahalandmarks/landmarks.csv",
          "ahalandmarks/segments.csv", "dt1map/summary.csv", "dt1map/segments.csv")  # fmt: skip

pytestmark = pytest.mark.skipif(shutil.which("parallel") is None, reason="needs GNU parallel")


def run_cohort(*arguments, script=COHORT, **variables):
    environment = os.environ | {"CMRT1_BIN": str(BIN)} | variables
    return subprocess.run(["bash", script, *map(str, arguments)], capture_output=True, text=True, env=environment,
                          timeout=600)  # fmt: skip


def rows_of(table):
    import csv

    with open(table, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def tables(out):
    return {name: (out / name).read_bytes() for name in TABLES if (out / name).exists()}


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    """Three subjects, the last at rest alone; beside it the truth."""
    folder = tmp_path_factory.mktemp("made") / "cohort"
    settings = CohortSettings(subjects=3, slices=1, columns=96, rows=96, rest_only=3, motions=("still",))
    make_cohort(folder, folder.with_name("truth"), settings)
    return folder


@pytest.fixture(scope="module")
def done(cohort, tmp_path_factory):
    """The cohort's results, made by two processes, in a folder of a fixed name; and the run."""
    out = tmp_path_factory.mktemp("results") / "out"
    run = run_cohort(cohort, out, "--jobs", 2, *FAST)
    assert run.returncode in (0, 4), run.stderr
    return out, run


def test_help_tells_of_every_option():
    run = run_cohort("--help")
    assert run.returncode == 0
    for option in ("--layout", "--jobs", "--threads", "--fresh", "--shard", "Exit codes"):
        assert option in run.stdout
    assert "--shards" in run_cohort("--help", script=SLURM).stdout


@pytest.mark.parametrize(
    "arguments",
    [[], ["only_one"], ["--no-such-option"], ["a", "b", "c"], [ROOT / "data", "out", "--jobs", "none"], ["--layout"]],
    ids=["nothing", "one folder", "unknown option", "three folders", "no number", "no value"],
)
def test_a_wrong_command_line_is_a_usage_error(arguments, tmp_path):
    run = run_cohort(*arguments)
    assert run.returncode == 2
    assert run.stderr.startswith("cohort: ") and run.stdout == ""


def test_a_missing_cohort_is_named(tmp_path):
    run = run_cohort(tmp_path / "nowhere", tmp_path / "out")
    assert run.returncode == 3
    assert "nowhere" in run.stderr


def test_results_within_the_cohort_are_refused(cohort):
    run = run_cohort(cohort, cohort / "out")
    assert run.returncode == 2
    assert not (cohort / "out").exists()


def test_a_cohort_without_images_is_no_usable_input(tmp_path):
    (tmp_path / "cohort").mkdir()
    run = run_cohort(tmp_path / "cohort", tmp_path / "out", "--jobs", 1)
    assert run.returncode == 3
    assert "t1moco" in run.stderr and "logs" in run.stderr


def test_every_program_has_its_tables_and_no_part_is_left(done):
    out, _ = done
    assert set(tables(out)) == set(TABLES)
    assert not list(out.rglob("*-of-*.csv"))
    assert len(rows_of(out / "t1moco" / "summary.csv")) == 5
    assert len(rows_of(out / "qcdseg" / "qcd.csv")) == 5


def test_the_report_counts_every_subject(done):
    out = done[0]
    assert "Cohort report" in (out / "report.html").read_text(encoding="utf-8")
    subjects = rows_of(out / "cohort.csv")
    assert len(subjects) == 3
    assert sorted(row["dt1map_pairs"] for row in subjects) == ["0", "1", "1"]


def test_the_last_line_sums_up(done):
    out, run = done
    assert run.stderr.strip().splitlines()[-1].startswith("cohort: 5 series of 3 studies in ")
    assert run.stdout == ""


def test_stress_and_rest_of_a_subject_are_paired(done, cohort):
    out, _ = done
    rows = rows_of(out / "dt1map" / "summary.csv")
    assert sorted(row["status"] == "unpaired" for row in rows) == [False, False, True]
    truth = {row["study_uid"]: row["response_percent"] for row in rows_of(cohort.with_name("truth") / "truth.csv")}
    for row in rows:
        if row["dt1_median_percent"]:
            assert abs(float(row["dt1_median_percent"]) - float(truth[row["study_uid"]])) < 3, row


def test_the_patient_is_named_in_no_log_and_no_table(done):
    out, run = done
    texts = [run.stderr] + [file.read_text(errors="replace") for file in (out / "logs").iterdir()]
    texts += [content.decode() for content in tables(out).values()]
    assert not any("PHANTOM" in text or "SYNTHETIC-" in text for text in texts)


def test_a_second_run_keeps_all_and_leaves_the_tables_as_they_are(done, cohort):
    out, _ = done
    before = tables(out)
    run = run_cohort(cohort, out, "--jobs", 3, *FAST)
    assert run.returncode in (0, 4), run.stderr
    kept = lambda program: "".join(file.read_text() for file in (out / "logs").glob(f"{program}.*.log")).count("(kept)")
    # Of the study at rest alone dt1map has no result to keep.
    assert [kept(program) for program in ("t1moco", "qcdseg", "ahalandmarks", "dt1map")] == [5, 5, 5, 2]
    assert tables(out) == before


def test_tables_do_not_depend_on_the_number_of_processes_nor_on_the_layout(done, cohort, tmp_path):
    """The same cohort as one archive, its subjects in another order, by one process."""
    out, _ = done
    archive = tmp_path / "cohort.zip"
    with zipfile.ZipFile(archive, "w") as z:
        for number, file in enumerate(sorted(cohort.rglob("*.dcm"), reverse=True)):
            z.write(file, f"{number}.dcm")
    before = tables(out)
    moved = out.with_name("first")
    out.rename(moved)
    try:
        run = run_cohort(archive, out, "--jobs", 1, *FAST)
        assert run.returncode in (0, 4), run.stderr
        assert tables(out) == before
    finally:
        shutil.rmtree(out, ignore_errors=True)
        moved.rename(out)


def test_layout_picks_what_is_read(cohort, tmp_path):
    run = run_cohort(cohort, tmp_path / "out", "--layout", "subject_00[12]", "--jobs", 1, *FAST)
    assert run.returncode in (0, 4), run.stderr
    assert len(rows_of(tmp_path / "out" / "t1moco" / "summary.csv")) == 4
    none = run_cohort(cohort, tmp_path / "none", "--layout", "sub-*")
    assert none.returncode == 3 and "sub-*" in none.stderr


def test_names_with_spaces_and_more_folders_than_a_command_line_holds(cohort, tmp_path):
    many = tmp_path / "my cohort"
    for number in range(900):
        (many / f"a subject of {number:090d}").mkdir(parents=True)
    for file in (cohort / "subject_003").rglob("*.dcm"):
        shutil.copy(file, many / f"a subject of {7:090d}")
    (many / "a").mkdir()
    run = run_cohort(many, tmp_path / "out", "--layout", "a subject*", "--jobs", 2, *FAST)
    assert run.returncode == 0, run.stderr
    assert len(rows_of(tmp_path / "out" / "t1moco" / "summary.csv")) == 1


def test_stress_is_seen_in_a_cohort_of_many_maps(done, tmp_path):
    """Their list is longer than what a pipe holds."""
    import pydicom

    maps = tmp_path / "maps"
    maps.mkdir()
    sources = [pydicom.dcmread(file) for file in sorted((done[0] / "t1moco").rglob("t1.dcm"))]
    for number in range(250):
        for k, dataset in enumerate(sources):
            dataset.StudyInstanceUID = f"1.2.3.{number}"
            dataset.SeriesInstanceUID = f"1.2.3.{number}.{k}"
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}.{k}.1"
            dataset.save_as(maps / f"{number}_{k}.dcm")
    for step in ("merge:dt1map", "dt1map"):
        run = run_cohort(maps, tmp_path / "out", "--scanner-maps", "--step", step, "--shard", "100000/100000")
        assert "no stress maps" not in run.stderr
    assert "0 pairs in 0 studies" in run.stderr
    broken = tmp_path / "bin"
    broken.mkdir()
    for program in BIN.iterdir():
        if program.name != "dt1map":
            (broken / program.name).symlink_to(program)
    (broken / "dt1map").write_text("#!/bin/sh\nexit 7\n")
    (broken / "dt1map").chmod(0o755)
    run = run_cohort(maps, tmp_path / "out", "--scanner-maps", "--step", "dt1map", "--shard", "1/2", CMRT1_BIN=str(broken))
    assert run.returncode == 7 and "cannot tell whether there are stress maps" in run.stderr


def test_a_subject_that_was_withdrawn_goes_only_when_asked_and_then_from_all_tables(cohort, tmp_path):
    given, out = tmp_path / "cohort", tmp_path / "out"
    shutil.copytree(cohort, given)
    assert run_cohort(given, out, "--jobs", 1, *FAST).returncode in (0, 4)
    before = len(rows_of(out / "cohort.csv"))
    shutil.rmtree(given / "subject_001")
    refused = run_cohort(given, out, "--jobs", 1, *FAST)
    assert refused.returncode == 7 and "--prune" in refused.stderr
    pruned = run_cohort(given, out, "--jobs", 1, "--prune", *FAST)
    assert pruned.returncode in (0, 4), pruned.stderr
    assert len(rows_of(out / "cohort.csv")) == before - 1
    for program in ("t1moco", "qcdseg", "ahalandmarks", "dt1map"):
        table = next(out / program / name for name in ("summary.csv", "qcd.csv", "landmarks.csv")
                     if (out / program / name).exists())  # fmt: skip
        depth = 1 if program == "dt1map" else 2  # a receipt a study, a receipt a series
        listed = {"/".join(row["folder"].split("/")[:depth]) for row in rows_of(table)} - {""}
        assert listed == {str(file.parent.relative_to(out / program)) for file in (out / program).rglob("receipt.json")}
    shutil.rmtree(given / "subject_002")
    rest = run_cohort(given, out, "--jobs", 1, "--prune", *FAST)
    assert rest.returncode in (0, 4) and not (out / "dt1map").exists(), "the cohort has no stress any more"


def test_other_maps_leave_no_masks_of_the_ones_before(cohort, tmp_path):
    out = tmp_path / "out"
    for method in ("none", "model"):
        run = run_cohort(cohort / "subject_003", out, "--jobs", 1, "--threads", 1, "--t1moco", f"--method {method}")
        assert run.returncode in (0, 4), run.stderr
    assert len(list((out / "qcdseg").rglob("receipt.json"))) == len(rows_of(out / "qcdseg" / "qcd.csv")) == 1


def test_where_every_series_fails_there_is_a_report_all_the_same(cohort, tmp_path):
    spoilt = tmp_path / "cohort"
    shutil.copytree(cohort / "subject_003", spoilt)
    for file in sorted((spoilt / "01_magnitude").iterdir())[:4]:
        file.unlink()
    run = run_cohort(spoilt, tmp_path / "out", "--jobs", 2, *FAST)
    assert run.returncode == 5 and "all failed" in run.stderr.strip().splitlines()[-1]
    assert (tmp_path / "out" / "report.html").exists() and not (tmp_path / "out" / "qcdseg").exists()


def test_stress_without_a_partner_is_no_failure_whatever_the_number_of_processes(cohort, tmp_path):
    stress = tmp_path / "cohort"
    shutil.copytree(cohort / "subject_001", stress)
    import pydicom

    for folder in stress.iterdir():
        if "stress" not in pydicom.dcmread(next(folder.iterdir())).SeriesDescription.lower():
            shutil.rmtree(folder)
    for jobs in (1, 2):
        run = run_cohort(stress, tmp_path / f"out{jobs}", "--jobs", jobs, *FAST)
        assert run.returncode == 0, run.stderr
        assert {row["status"] for row in rows_of(tmp_path / f"out{jobs}" / "dt1map" / "summary.csv")} == {"unpaired"}


def test_logs_that_cannot_be_written_are_an_output_error_and_no_success(done, cohort, tmp_path):
    out = shutil.copytree(done[0], tmp_path / "out")
    log = out / "logs" / "t1moco.1.log"
    log.unlink()
    log.mkdir()  # which no user can replace by a file, root neither
    run = run_cohort(cohort, out, "--jobs", 2, *FAST)
    assert run.returncode == 7 and "cannot write to" in run.stderr and "all done" not in run.stderr, run.stderr
    assert tables(out) == tables(done[0])


def test_a_failing_subject_spares_the_others(cohort, tmp_path):
    spoilt = tmp_path / "cohort"
    shutil.copytree(cohort, spoilt)
    for file in sorted((spoilt / "subject_003" / "01_magnitude").iterdir())[:4]:
        file.unlink()
    run = run_cohort(spoilt, tmp_path / "out", "--jobs", 2, *FAST)
    assert run.returncode == 4
    assert "some failed" in run.stderr.strip().splitlines()[-1]
    assert len(rows_of(tmp_path / "out" / "qcdseg" / "qcd.csv")) == 4


def test_a_cohort_without_stress_ends_after_three_programs(cohort, tmp_path):
    run = run_cohort(cohort / "subject_003", tmp_path / "out", "--jobs", 1, *FAST)
    assert run.returncode in (0, 4), run.stderr
    assert "no stress maps" in run.stderr
    assert not (tmp_path / "out" / "dt1map").exists()


def test_maps_of_the_scanner_go_through_the_chain_without_t1moco(done, tmp_path):
    maps = tmp_path / "maps"
    maps.mkdir()
    for number, t1 in enumerate(sorted((done[0] / "t1moco").rglob("t1.dcm"))):
        shutil.copy(t1, maps / f"{number}.dcm")
    refused = run_cohort(maps, tmp_path / "refused", "--jobs", 1)
    assert refused.returncode == 3 and "--scanner-maps" in refused.stderr
    out = tmp_path / "out"
    run = run_cohort(maps, out, "--jobs", 2, "--threads", 1, "--scanner-maps")
    assert run.returncode in (0, 4), run.stderr
    assert run.stderr.strip().splitlines()[-1].startswith("cohort: 5 images of 3 studies in ")
    assert not (out / "t1moco").exists()
    figures = lambda folder, name: [row[name] for row in rows_of(folder / "qcdseg" / "qcd.csv")]
    assert figures(out, "predicted_dice") == figures(done[0], "predicted_dice")
    # Without t1moco's error maps dT1 is the same, and has no error.
    assert [row["dt1_median_percent"] for row in rows_of(out / "dt1map" / "summary.csv")] == [
        row["dt1_median_percent"] for row in rows_of(done[0] / "dt1map" / "summary.csv")]  # fmt: skip


def test_what_the_chain_found_is_near_the_truth(done, cohort):
    from cmrt1_training.evaluate_cohort import measure, table

    series, pairs = measure(done[0], cohort.with_name("truth"))
    assert (len(series), len(pairs)) == (5, 2)
    assert all(abs(one.map_error_ms) < 60 for one in series), series
    assert all(one.dice > 0.7 for one in series if one.ok), series
    assert all(abs(one.found_dt1 - one.true_dt1) < 3 for one in pairs if one.ok), pairs
    assert "| 5 of 5 |" in table(series, pairs)


def test_an_error_of_a_program_is_told_with_its_log(cohort, tmp_path):
    run = run_cohort(cohort, tmp_path / "out", "--jobs", 2, "--models", tmp_path / "nowhere")
    assert run.returncode == 6
    assert "nowhere" in run.stderr and "logs/t1moco" in run.stderr


def test_of_two_runs_on_one_folder_the_second_refuses(cohort, tmp_path):
    (tmp_path / "out").mkdir()
    with open(tmp_path / "out" / ".cohort.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run = run_cohort(cohort, tmp_path / "out")
    assert run.returncode == 7
    assert "another run" in run.stderr


def test_sigterm_ends_the_chain_within_five_seconds_and_it_goes_on_from_there(done, cohort, tmp_path):
    process = subprocess.Popen(
        ["bash", COHORT, cohort, tmp_path / "out", "--jobs", "2", *FAST], stderr=subprocess.PIPE, text=True,
        env=os.environ | {"CMRT1_BIN": str(BIN)},
    )  # fmt: skip
    while not list((tmp_path / "out").glob("t1moco/*/*/receipt.json")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    start = time.monotonic()
    process.communicate(timeout=20)
    assert time.monotonic() - start < 6
    assert process.returncode == 143
    run = run_cohort(cohort, tmp_path / "out", "--jobs", 2, *FAST)
    assert run.returncode in (0, 4), run.stderr
    assert tables(tmp_path / "out")["t1moco/summary.csv"] == tables(done[0])["t1moco/summary.csv"]


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """Environment of a Slurm cluster of this machine alone."""
    folder = tmp_path_factory.mktemp("slurm")
    start = subprocess.run(["bash", NODE, "start", folder], capture_output=True, text=True)
    if start.returncode:
        pytest.skip(f"Slurm does not run here: {start.stderr.strip()}")
    yield {"SLURM_CONF": str(folder / "slurm.conf")}
    subprocess.run(["bash", NODE, "stop", folder], check=True)


def test_jobs_of_a_cluster_give_the_same_tables(done, cohort, slurm):
    out, _ = done
    before = tables(out)
    moved = out.with_name("first")
    out.rename(moved)
    try:
        run = run_cohort(cohort, out, "--shards", 3, "--wait", *FAST, script=SLURM, **slurm)
        assert run.returncode == 0, run.stderr + "".join(f.read_text() for f in (out / "logs").glob("*.log"))
        assert tables(out) == before
    finally:
        shutil.rmtree(out, ignore_errors=True)
        moved.rename(out)


def test_a_failing_job_is_told(cohort, tmp_path, slurm):
    run = run_cohort(cohort, tmp_path / "out", "--shards", 1, "--wait", "--models", tmp_path / "nowhere", script=SLURM,
                     **slurm)  # fmt: skip
    assert run.returncode != 0
    assert "logs" in run.stderr
