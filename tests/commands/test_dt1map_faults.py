"""What dt1map answers to inputs, options, networks and disks that are not as they should be."""

import fcntl
import json
import shutil
import signal
import subprocess
import time

import numpy as np
import pydicom
import pytest
from conftest import DT1_NETWORKS, DT1MAP, ROOT, run_dt1map, run_program, small_disk, wait_until_it_takes
from drawn_heart import COLUMNS, ROWS, write_dicom, write_nifti
from drawn_marks import CENTRE, ring_labels
from drawn_pair import rest_t1, stress_t1, write_pair, write_study

MODELS = DT1_NETWORKS / "hearts"


@pytest.fixture
def pair(tmp_path):
    return write_pair(tmp_path / "in")


def run_pair(rest, stress, *arguments, **options):
    return run_dt1map("--rest", rest, "--stress", stress, *arguments, **options)


def only_tables(run):
    return run.files() == {"summary.csv", "segments.csv"}


def assert_no_number_that_is_none(run):
    for table in ("summary.csv", "segments.csv"):
        assert not {"nan", "inf"} & set((run.out / table).read_text().lower().replace("\n", ",").split(","))


def test_help_has_examples_and_exit_codes():
    run = run_program(DT1MAP, "summary.csv", "--help")
    assert run.code == 0
    assert "Examples:" in run.stdout and "Exit codes" in run.stdout


@pytest.mark.parametrize(
    "arguments",
    [[], ["--rest", "a", "-o", "out"], ["--rest", "a", "--stress", "b"], ["--pairs", "p", "--rest", "a", "-o", "out"],
     ["--pairs", "p.csv", "--masks", "m", "-o", "out"], ["--rest", "a", "--stress", "b", "-o", "o", "--method", "best"],
     ["--rest", "a", "--stress", "b", "-o", "o", "--slice-tolerance", "-1"],
     ["--rest", "a", "--stress", "b", "-o", "o", "--rest-floor", "0"],
     ["--rest", "a", "--stress", "b", "-o", "o", "--rest-floor", "nan"], ["--pairs", "nowhere.csv", "-o", "o"]],
    ids=["nothing", "no stress", "no output", "pairs and rest", "pairs and masks", "unknown method",
         "negative tolerance", "no floor", "floor no number", "no table"],
)  # fmt: skip
def test_a_wrong_command_line_is_a_usage_error(arguments, tmp_path):
    run = run_dt1map(*arguments, cwd=tmp_path)
    assert run.code == 2
    assert run.stdout == "" and run.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_column_that_would_lose_a_mask_is_a_usage_error(pair, tmp_path):
    (tmp_path / "pairs.csv").write_text(f"rest,stress,masks\n{pair[0]},{pair[1]},mask.nii.gz\n")
    run = run_dt1map("--pairs", tmp_path / "pairs.csv", out=tmp_path / "out")
    assert run.code == 2 and "masks" in run.stderr
    (tmp_path / "pairs.csv").write_text(f"rest,stress,subject\n{pair[0]},{pair[1]},A\n{pair[0]},{pair[1]},B\n")
    run = run_dt1map("--pairs", tmp_path / "pairs.csv", out=tmp_path / "out")
    assert run.code == 0 and "subject is not used" in run.stderr
    assert len(run.rows) == 1 and "named before" in run.stderr


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "rest,stress\na.nii.gz\n", 'rest,stress\n"a\n', "rest\nx\n"])
def test_a_table_without_its_columns_is_a_usage_error(text, tmp_path):
    (tmp_path / "pairs.csv").write_text(text)
    run = run_dt1map("--pairs", tmp_path / "pairs.csv", out=tmp_path / "out")
    assert run.code == 2, run.stderr
    assert not run.out.exists()


@pytest.mark.parametrize("name", ["empty", "nowhere", "nowhere.nii.gz"])
def test_where_there_is_nothing_there_is_no_usable_input(name, pair, tmp_path):
    (tmp_path / "empty").mkdir()
    for sides in ((tmp_path / name, pair[1]), (pair[0], tmp_path / name)):
        run = run_pair(*sides, out=tmp_path / "out")
        assert run.code == 3, run.stderr
        assert str(tmp_path / name) in run.stderr
        assert not run.out.exists()


def test_images_that_are_no_maps_are_no_usable_input(tmp_path):
    write_dicom(tmp_path / "cine")
    run = run_pair(tmp_path / "cine", tmp_path / "cine", out=tmp_path / "out")
    assert run.code == 3 and "no T1 maps" in run.stderr
    raw = run_pair(ROOT / "data" / "sample_study", ROOT / "data" / "sample_study", out=tmp_path / "out")
    assert raw.code == 3 and "run t1moco" in raw.stderr
    assert not raw.out.exists()


def test_no_pair_at_all_is_no_usable_input_and_the_table_says_why(tmp_path):
    run = run_pair(*write_study(tmp_path, (0, 10), (50, 60)), out=tmp_path / "out")
    assert run.code == 3
    assert [(row["status"], row["reasons"]) for row in run.rows] == [("unpaired", "no_map_at_this_slice")] * 4
    assert only_tables(run)
    assert "--slice-tolerance" in run.stderr


def test_a_table_row_whose_file_is_missing_fails_and_the_others_go_on(pair, tmp_path):
    table = tmp_path / "pairs.csv"
    table.write_text("rest,stress\nin/rest.nii.gz,in/stress.nii.gz\nin/rest.nii.gz,in/lost.nii.gz\n")
    run = run_dt1map("--pairs", table, out=tmp_path / "out")
    assert run.code == 4
    assert sorted(row["status"] for row in run.rows) == ["failed", "ok"]
    (row,) = [row for row in run.rows if row["status"] == "failed"]
    assert row["reasons"] == "no_t1_map" and "lost.nii.gz" in row["message"] and "line 3" in row["message"]


def test_a_table_row_that_names_no_image_fails_and_the_others_go_on(pair, tmp_path):
    (tmp_path / "in" / "notes.txt").write_text("hello")
    write_dicom(tmp_path / "in" / "cine")
    rows = [f"in/rest.nii.gz,in/{name}" for name in ("stress.nii.gz", "notes.txt", "cine")]
    (tmp_path / "pairs.csv").write_text("\n".join(["rest,stress", *rows]))
    run = run_dt1map("--pairs", tmp_path / "pairs.csv", out=tmp_path / "out")
    assert run.code == 4, run.stderr
    assert sorted(row["status"] for row in run.rows) == ["failed", "failed", "ok"]
    assert {row["reasons"] for row in run.rows if row["status"] == "failed"} == {"no_t1_map"}


def test_a_damaged_map_fails_by_name_and_its_partner_is_listed(pair, tmp_path):
    pair[1].write_bytes(pair[1].read_bytes()[:100])
    run = run_pair(*pair, out=tmp_path / "out")
    assert run.code == 5
    (row,) = [row for row in run.rows if row["status"] == "failed"]
    assert row["stress_input"] == str(pair[1]) and row["message"]
    assert [row["rest_input"] for row in run.rows if row["status"] == "unpaired"] == [str(pair[0])]
    assert only_tables(run)


def test_a_bad_dicom_map_spares_the_other_slices(tmp_path):
    rest, stress = write_study(tmp_path)
    file = sorted(stress.iterdir())[1]
    dataset = pydicom.dcmread(file)
    dataset.RescaleSlope, dataset.RescaleIntercept = 0, 0
    dataset.save_as(file)
    run = run_pair(rest, stress, out=tmp_path / "out")
    assert run.code == 4, run.stderr
    assert sorted(row["status"] for row in run.rows) == ["failed", "ok", "ok", "unpaired"]
    assert [row["reasons"] for row in run.rows if row["status"] == "failed"] == ["invalid_rescale"]


@pytest.mark.parametrize("role", ["rest", "stress"])
def test_t1_in_seconds_is_refused(role, pair, tmp_path):
    seconds = write_nifti(tmp_path / "s.nii.gz", (rest_t1() if role == "rest" else stress_t1()) / 1000)
    run = run_pair(*((seconds, pair[1]) if role == "rest" else (pair[0], seconds)), out=tmp_path / "out")
    assert run.code == 5
    (row,) = run.rows
    assert row["reasons"] == "not_t1_in_ms" and f"the {role} map" in row["message"] and "s.nii.gz" in row["message"]
    assert only_tables(run)


def test_a_bids_map_in_seconds_is_understood(pair, tmp_path):
    rest = write_nifti(tmp_path / "sub_T1map.nii.gz", rest_t1() / 1000)
    run = run_pair(rest, pair[1], out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert float(run.rows[0]["dt1_median_percent"]) == pytest.approx(6, abs=0.3)


@pytest.mark.parametrize(
    "image, reason",
    [(np.full((ROWS, COLUMNS), 1000.0), "heart_not_found"), (np.full((ROWS, COLUMNS), np.nan), "not_t1_in_ms"),
     (np.zeros((ROWS, COLUMNS)), "not_t1_in_ms"), (np.full((ROWS, 1), 1000.0), ""),
     (np.full((1, COLUMNS), 1000.0), "")],
    ids=["constant", "NaN", "zero", "1 pixel wide", "1 pixel high"],
)  # fmt: skip
def test_maps_that_show_no_heart_are_flagged_or_fail(image, reason, pair, tmp_path):
    odd = write_nifti(tmp_path / "odd.nii.gz", image)
    for number, sides in enumerate(((odd, pair[1]), (pair[0], odd), (odd, odd))):
        run = run_pair(*sides, out=tmp_path / f"out{number}")
        assert run.code in (0, 5), run.stderr
        (row,) = [row for row in run.rows if row["status"] != "unpaired"]
        assert row["flag"] == "true"
        if reason and sides[0] == odd:
            assert reason in row["reasons"].split(";")
        assert_no_number_that_is_none(run)


def test_single_pixels_without_a_value_get_none(pair, tmp_path):
    image = rest_t1()
    x, y = (round(v) for v in CENTRE)
    image[y, x + 14], image[y, x - 14], image[y + 14, x] = np.nan, -100, np.inf
    mask = write_nifti(tmp_path / "mask.nii.gz", ring_labels(), dtype=np.uint8)  # qcdseg leaves such pixels out
    run = run_pair(write_nifti(tmp_path / "rest.nii.gz", image), pair[1], "--masks", mask, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert int(run.rows[0]["dt1_undefined_pixels"]) >= 3
    assert_no_number_that_is_none(run)


def test_an_empty_mask_is_flagged_and_no_circles_take_its_place(pair, tmp_path):
    mask = write_nifti(tmp_path / "mask.nii.gz", 0 * ring_labels(), dtype=np.uint8)
    run = run_pair(*pair, "--masks", mask, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    (row,) = run.rows
    assert {"mask_missing", "myocardium_unknown"} <= set(row["reasons"].split(";"))
    assert row["dt1_mean_percent"] == "" and run.rows_of("segments.csv") == []


def test_a_folder_that_lacks_a_maps_mask_is_flagged(pair, tmp_path):
    (tmp_path / "masks").mkdir()
    run = run_pair(*pair, "--masks", tmp_path / "masks", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert "mask_missing" in run.rows[0]["reasons"]


def test_a_mask_that_cannot_be_read_fails_the_pairs_alone(tmp_path):
    rest, stress = write_study(tmp_path, (0, 40), (0,))
    run = run_pair(rest, stress, "--masks", tmp_path / "no.nii.gz", out=tmp_path / "out")
    assert run.code == 5
    assert [(row["status"], row["reasons"]) for row in run.rows] == [
        ("failed", "mask_missing"),
        ("unpaired", "no_map_at_this_slice"),
    ]


def landmarks(points):
    image = {"rv_inferior_chance": 1, "rv_entry_angle_deg": 0, "outer_radius_mm": 26, "inner_radius_mm": 17,
             "confidence": 1, "reasons": []}  # fmt: skip
    for name, point in zip(("lv_centre", "rv_anterior", "rv_inferior"), points):
        image[name] = {"px": point}
    return json.dumps({"format": "cmrt1-landmarks", "images": [image]})


@pytest.mark.parametrize(
    "anterior, reason", [([70, 61], "landmarks_coincide"), ([70, -30], "outside_image")], ids=["coincide", "outside"]
)
def test_landmarks_of_which_no_segments_can_be_made_are_flagged(anterior, reason, pair, tmp_path):
    (tmp_path / "landmarks.json").write_text(landmarks([[70, 60], anterior, [60, 80]]))
    run = run_pair(*pair, "--landmarks", tmp_path / "landmarks.json", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert "landmarks_flagged" in run.rows[0]["reasons"]
    assert run.rows_of("segments.csv") == []
    assert reason in json.loads((run.out / "rest" / "result.json").read_text())["landmarks"]["reasons"]


def test_landmarks_of_another_image_fail_the_pair(tmp_path):
    rest, stress = write_study(tmp_path / "in", (0,), (0,))
    own = json.loads(landmarks([[70, 60], [52, 42], [60, 80]]))
    for uid, code in (("1.2.3.1.1", 0), ("9.9.9", 5)):
        own["images"][0]["sop_instance_uid"] = uid
        (tmp_path / "landmarks.json").write_text(json.dumps(own))
        run = run_pair(rest, stress, "--landmarks", tmp_path / "landmarks.json", out=tmp_path / f"out{code}")
        assert run.code == code, run.stderr
    assert run.rows[0]["reasons"] == "landmarks_missing" and "another image" in run.rows[0]["message"]


def test_sides_that_their_descriptions_contradict_are_flagged(tmp_path):
    rest, stress = write_study(tmp_path / "in", (0,), (0,))
    run = run_pair(stress, rest, out=tmp_path / "out")
    assert "sides_contradict_descriptions" in run.rows[0]["reasons"] and run.rows[0]["flag"] == "true"


def test_copies_of_a_series_are_no_pair(tmp_path):
    rest, _ = write_study(tmp_path / "in", (0,), (0,))
    copies = shutil.copytree(rest, tmp_path / "copies")
    run = run_pair(rest, copies, out=tmp_path / "out")
    assert run.code == 3 and {row["reasons"] for row in run.rows} == {"no_series_tells_of_stress"}


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "cmrt1-landmarks", "images": []}',
                                  '{"format": "cmrt1-landmarks", "images": [{}]}',
                                  '{"format": "cmrt1-landmarks", "images": 3}'])  # fmt: skip
def test_landmarks_that_cannot_be_read_fail_the_pair(text, pair, tmp_path):
    (tmp_path / "landmarks.json").write_text(text)
    run = run_pair(*pair, "--landmarks", tmp_path / "landmarks.json", out=tmp_path / "out")
    assert run.code == 5, run.stderr
    assert run.rows[0]["reasons"] == "landmarks_missing" and only_tables(run)


@pytest.mark.parametrize("lacking", ["dt1", "heart", "qcd", "landmarks"])
def test_a_network_that_is_missing_ends_the_run_before_anything_is_written(lacking, pair, tmp_path):
    models = shutil.copytree(MODELS, tmp_path / "models")
    manifest = json.loads((models / "manifest.json").read_text())
    del manifest["networks"][lacking]
    (models / "manifest.json").write_text(json.dumps(manifest))
    run = run_pair(*pair, models=models, out=tmp_path / "out")
    assert run.code == 6
    assert lacking in run.stderr
    assert run.files() == set()


def test_a_network_that_was_changed_ends_the_run(pair, tmp_path):
    models = shutil.copytree(MODELS, tmp_path / "models")
    (models / "dt1.pt").write_bytes((models / "heart.pt").read_bytes())
    run = run_pair(*pair, models=models, out=tmp_path / "out")
    assert run.code == 6 and "SHA-256" in run.stderr
    assert run.files() == set()


def test_a_network_of_another_kind_ends_the_run(pair, tmp_path):
    models = shutil.copytree(MODELS, tmp_path / "models")
    manifest = json.loads((models / "manifest.json").read_text())
    flat = json.loads((DT1_NETWORKS / "flat" / "manifest.json").read_text())
    manifest["networks"]["dt1"] = flat["networks"]["dt1"]
    (models / "manifest.json").write_text(json.dumps(manifest))
    shutil.copy(DT1_NETWORKS / "flat" / "dt1.pt", models)
    run = run_pair(*pair, models=models, out=tmp_path / "out")
    assert run.code == 6 and "two displacements" in run.stderr
    assert run.files() == set()


def test_a_device_that_is_not_there_ends_the_run(pair, tmp_path):
    run = run_pair(*pair, "--device", "cuda:99", out=tmp_path / "out")
    assert run.code == 6 and "--device" in run.stderr


def test_two_runs_on_one_folder_the_second_refuses(pair, tmp_path):
    (tmp_path / "out").mkdir()
    with open(tmp_path / "out" / ".cmrt1.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run = run_pair(*pair, out=tmp_path / "out")
    assert run.code == 7 and "another" in run.stderr
    assert run.files() == set()


def test_an_output_folder_that_cannot_be_made_is_an_output_error(pair):
    assert run_pair(*pair, out="/proc/cmrt1").code == 7


def test_a_read_only_output_folder_is_an_output_error(pair, tmp_path):
    with small_disk(tmp_path / "disk", "1m") as out:
        subprocess.run(["mount", "-o", "remount,ro", str(out)], check=True)
        run = run_pair(*pair, out=out)
    assert run.code == 7, run.stderr


def test_a_full_disk_leaves_no_partial_file(pair, tmp_path):
    with small_disk(tmp_path / "disk", "64k") as out:
        run = run_pair(*pair, out=out)
        left = run.files()
    assert run.code == 7, run.stderr
    assert left == set()


def test_a_folder_that_is_no_result_is_not_replaced(pair, tmp_path):
    kept = tmp_path / "out" / "rest" / "notes.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine")
    run = run_pair(*pair, out=tmp_path / "out")
    assert run.code == 7 and "choose another output folder" in run.stderr
    assert kept.read_text() == "mine" and run.files() == {"rest/notes.txt"}


def test_an_earlier_result_is_replaced_and_taken_away_where_the_pair_fails(pair, tmp_path):
    for _ in range(2):
        assert run_pair(*pair, out=tmp_path / "out").code == 0
    pair[1].write_bytes(pair[1].read_bytes()[:-30])
    run = run_pair(*pair, out=tmp_path / "out")
    assert run.code == 5 and only_tables(run)


def many_pairs(folder, count):
    write_pair(folder)
    (folder / "pairs.csv").write_text("rest,stress\n" + "".join(f"{'./' * k}rest.nii.gz,stress.nii.gz\n" for k in range(count)))
    return folder / "pairs.csv"


def ended(table, out, number, results):
    """Exit code, and how long the program took to end after the signal, sent when there are so many results."""
    command = [DT1MAP, "--pairs", table, "-o", out, "--models", MODELS, "--method", "model"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    if number != signal.SIGKILL:
        wait_until_it_takes(process, number)
    while process.poll() is None and len(results_in(out) if out.exists() else []) < results:
        time.sleep(0.02)
    process.send_signal(number)
    start = time.monotonic()
    process.communicate(timeout=60)
    return process.returncode, time.monotonic() - start


def results_in(out):
    return [folder for folder in out.iterdir() if folder.is_dir() and not folder.name.startswith(".")]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The table of sixteen pairs, and what a run over it leaves."""
    table = many_pairs(tmp_path_factory.mktemp("in"), 16)
    return table, run_dt1map("--pairs", table, "--method", "model", out=tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("number, code", [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_signal_leaves_no_partial_result(number, code, undisturbed, tmp_path):
    table, whole = undisturbed
    expected = {file.name for file in (whole.out / "rest").iterdir()}
    for results in (0, 1, 4):
        out = tmp_path / f"out{results}"
        returned, seconds = ended(table, out, number, results)
        assert returned == code and seconds < 5
        for folder in results_in(out) if out.exists() else []:
            names = {file.name for file in folder.iterdir()}
            if number == signal.SIGKILL:  # a receipt comes after the result, and may be missing or begun
                names = {name for name in names if "receipt.json" not in name} | {"receipt.json"}
            assert names == expected, folder
    again = run_dt1map("--pairs", table, "--method", "model", out=out)
    assert again.code == 0 and again.files() == whole.files(), "what was begun is cleared away"
