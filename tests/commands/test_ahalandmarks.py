"""What ahalandmarks delivers, with stand-ins for its networks."""

import csv
import json

import nibabel
import numpy as np
import pydicom
import pytest
from conftest import LANDMARK_NETWORKS, ROOT, run_ahalandmarks, run_qcdseg
from drawn_heart import AFFINE, PATIENT, heart, read_labels, write_dicom, write_nifti
from drawn_marks import CENTRE, insertion, marked_heart, ring_labels

SERIES = "1.2.3.7"


@pytest.fixture(scope="module")
def dicom(tmp_path_factory):
    """A series of three slices: usual, usual, without a heart."""
    folder = tmp_path_factory.mktemp("dicom")
    empty = np.full_like(marked_heart(), 100)
    empty[2, 3] = 90
    write_dicom(folder, [marked_heart(), marked_heart(), empty])
    return folder


@pytest.fixture(scope="module")
def dicom_run(dicom, tmp_path_factory):
    return run_ahalandmarks(dicom, out=tmp_path_factory.mktemp("out"))


@pytest.fixture
def scan(tmp_path):
    return write_nifti(tmp_path / "scan.nii.gz", marked_heart())


def result_of(run):
    return json.loads(next(run.out.rglob("landmarks.json")).read_text())


def point(row, name):
    return float(row[f"{name}_x_px"]), float(row[f"{name}_y_px"])


def test_a_series_gets_every_file(dicom_run):
    assert dicom_run.code == 0, dicom_run.stderr
    assert dicom_run.stdout == ""
    (folder,) = {name.rsplit("/", 1)[0] for name in dicom_run.files() if "/" in name}
    assert folder.endswith("/" + SERIES)
    expected = {"landmarks.json", "landmarks.dcm", "segments.nii.gz", "receipt.json"} | {f"overlay_{i:03d}.png" for i in range(3)}
    assert dicom_run.files() == {f"{folder}/{name}" for name in expected} | {"landmarks.csv", "segments.csv"}
    assert dicom_run.stderr.strip().splitlines()[-1].endswith(f"results in {dicom_run.out}")


def test_the_table_has_a_row_an_image(dicom, dicom_run):
    rows = dicom_run.rows
    assert [row["input"] for row in rows] == [str(dicom / f"7_{i}.dcm") for i in range(3)]
    assert [row["status"] for row in rows] == ["ok", "ok", "flagged"], [row["reasons"] for row in rows]
    for row in rows[:2]:
        assert point(row, "lv_centre") == pytest.approx(CENTRE, abs=0.5)
        assert point(row, "rv_anterior") == pytest.approx(insertion(-135), abs=0.5)
        assert point(row, "rv_inferior") == pytest.approx(insertion(110), abs=0.5)
        assert float(row["rv_entry_angle_deg"]) == pytest.approx(-135, abs=2)
        assert float(row["confidence"]) > 0.6
    assert rows[2]["lv_centre_x_px"] == "" and rows[2]["level"] == ""
    assert rows[1]["level"] == "mid" and rows[0]["level"] in ("basal", "apical"), "of three slices, found or not"
    for row in rows:
        assert (dicom_run.out / row["overlay"]).is_file()


def test_the_segments_have_a_table_of_their_own(dicom_run):
    rows = dicom_run.rows_of("segments.csv")
    numbers = sorted(int(row["segment"]) for row in rows)
    assert numbers in ([*range(1, 13)], [*range(7, 17)])
    assert {row["wall"] for row in rows} == {"circles"}
    assert not any(row["mean"] for row in rows)


def test_the_label_map_has_the_numbers_of_the_segments_on_the_sources_grid(scan, tmp_path):
    run = run_ahalandmarks(scan, "--level", "mid", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    source, made = nibabel.load(scan), nibabel.load(run.out / "scan" / "segments.nii.gz")
    assert made.shape == source.shape and (made.affine == source.affine).all()
    labels = read_labels(run.out / "scan" / "segments.nii.gz")
    assert set(np.unique(labels)) == {0, *range(7, 13)}
    x, y = (round(v) for v in CENTRE)
    assert labels[y, x] == 0, "the blood pool is no muscle"
    # AFFINE shows the heart from the apex: over the septum from the anterior insertion numbers grow anticlockwise
    between = lambda a, b: insertion((a + b) / 2)
    column, row = (round(v) for v in np.add(CENTRE, 0.8 * np.subtract(between(-135, -195), CENTRE)))
    assert labels[row, column] == 8


def test_a_mask_bounds_the_segments(scan, tmp_path):
    labels = ring_labels()
    labels[:60, 70:] = 0  # nothing up right
    mask = write_nifti(tmp_path / "mask.nii.gz", labels, dtype=np.uint8)
    run = run_ahalandmarks(scan, "--mask", mask, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    found = read_labels(run.out / "scan" / "segments.nii.gz")
    assert ((found > 0) == (labels == 1)).all()
    rows = {row["segment"]: row for row in run.rows_of("segments.csv")}
    assert {row["wall"] for row in rows.values()} == {"mask"}
    assert rows["12"]["boundary_px"] == "" and rows["8"]["boundary_px"] != ""


def test_a_mask_beside_the_heart_is_flagged(scan, tmp_path):
    mask = write_nifti(tmp_path / "mask.nii.gz", ring_labels((95, 60)), dtype=np.uint8)
    run = run_ahalandmarks(scan, "--mask", mask, out=tmp_path / "out")
    assert "mask_elsewhere" in run.rows[0]["reasons"]


def test_an_image_without_a_mask_gets_no_segments(scan, tmp_path):
    mask = write_nifti(tmp_path / "mask.nii.gz", 0 * ring_labels(), dtype=np.uint8)
    run = run_ahalandmarks(scan, "--mask", mask, out=tmp_path / "out")
    assert run.rows[0]["reasons"] == "mask_missing" and run.rows_of("segments.csv") == []


def test_qcdsegs_output_is_taken_as_masks(tmp_path):
    image = marked_heart()
    file = write_nifti(tmp_path / "in" / "scan.nii.gz", image)
    masks = run_qcdseg(write_nifti(tmp_path / "same" / "scan.nii.gz", heart()), out=tmp_path / "masks")
    run = run_ahalandmarks(file, "--mask", masks.out, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert {row["wall"] for row in run.rows_of("segments.csv")} == {"mask"}
    lacking = run_ahalandmarks(write_nifti(tmp_path / "other.nii", image), "--mask", masks.out, out=tmp_path / "o2")
    assert lacking.code == 5 and lacking.rows[0]["reasons"] == "mask_missing"


def test_a_dicom_segmentation_is_taken_as_mask(dicom, tmp_path):
    masks = run_qcdseg(dicom, out=tmp_path / "masks")
    (segmentation,) = masks.out.rglob("segmentation.dcm")
    by_folder = run_ahalandmarks(dicom, "--mask", masks.out, out=tmp_path / "by_folder")
    by_file = run_ahalandmarks(dicom, "--mask", segmentation, out=tmp_path / "by_file")
    assert by_file.code == by_folder.code == 0, by_file.stderr
    assert {row["wall"] for row in by_file.rows_of("segments.csv")} == {"mask"}
    assert by_file.rows_of("segments.csv") == by_folder.rows_of("segments.csv")


def test_a_damaged_dicom_segmentation_fails_the_series(dicom, tmp_path):
    (segmentation,) = run_qcdseg(dicom, out=tmp_path / "masks").out.rglob("segmentation.dcm")
    damaged = tmp_path / "damaged.dcm"
    damaged.write_bytes(segmentation.read_bytes()[:-1000])
    run = run_ahalandmarks(dicom, "--mask", damaged, out=tmp_path / "out")
    assert run.code == 5 and run.rows[0]["reasons"] == "mask_missing"
    assert "damaged.dcm" in run.stderr


def test_values_are_measured_in_the_segments_and_their_halves(scan, tmp_path):
    row, column = np.mgrid[: marked_heart().shape[0], : marked_heart().shape[1]]
    values = write_nifti(tmp_path / "t1.nii.gz", np.where(column < CENTRE[0], 1000.0, 1200.0))
    run = run_ahalandmarks(scan, "--values", values, "--quantity", "T1", "--unit", "ms", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    rows = {row["segment"]: row for row in run.rows_of("segments.csv")}
    assert rows["8"]["quantity"] == "T1" and rows["8"]["unit"] == "ms"
    assert float(rows["8"]["mean"]) == 1000 and float(rows["12"]["mean"]) == 1200
    for one in rows.values():
        halves = int(one["subendocardial_pixels"]) + int(one["subepicardial_pixels"])
        assert halves == int(one["pixels"]) > 0
    assert {"scan/bullseye.svg", "scan/bullseye.png"} <= run.files()
    assert "T1" in (run.out / "scan" / "bullseye.svg").read_text()


def same_place_series(folder, *factors):
    """T1 maps of one slice, a series each: at one place, the values each time as much larger."""
    for k, factor in enumerate(factors):
        write_dicom(folder, [factor * marked_heart()], number=7 + k, ImageType=["DERIVED", "PRIMARY", "M", "T1 MAP"])
    return folder


def means(run):
    return {row["series_uid"][-1]: float(row["mean"]) for row in run.rows_of("segments.csv")}


def test_of_values_at_one_place_a_series_gets_its_own(tmp_path):
    maps = same_place_series(tmp_path / "maps", 1, 1.1)
    by_itself = means(run_ahalandmarks(maps, out=tmp_path / "a"))
    given = means(run_ahalandmarks(maps, "--values", maps, "--quantity", "T1", "--unit", "ms", out=tmp_path / "b"))
    assert given == pytest.approx(by_itself) and given["8"] == pytest.approx(1.1 * given["7"], rel=0.03)


def test_of_values_at_one_place_none_is_guessed(tmp_path):
    maps = same_place_series(tmp_path / "maps", 1)
    dataset = pydicom.dcmread(next(maps.iterdir()))
    affine = np.eye(4)
    affine[:3, 0] = np.multiply(dataset.ImageOrientationPatient[:3], dataset.PixelSpacing[1])
    affine[:3, 1] = np.multiply(dataset.ImageOrientationPatient[3:], dataset.PixelSpacing[0])
    affine[:3, 2] = 8 * np.cross(dataset.ImageOrientationPatient[:3], dataset.ImageOrientationPatient[3:])
    affine[:3, 3] = dataset.ImagePositionPatient
    affine = np.diag([-1, -1, 1, 1]) @ affine
    one = write_nifti(tmp_path / "values" / "a.nii.gz", marked_heart(), affine=affine)
    run = run_ahalandmarks(maps, "--values", one, out=tmp_path / "one")
    assert run.rows[0]["reasons"] == "" and means(run)
    write_nifti(tmp_path / "values" / "b.nii.gz", 1.1 * marked_heart(), affine=affine)
    run = run_ahalandmarks(maps, "--values", tmp_path / "values", out=tmp_path / "two")
    assert run.rows[0]["reasons"] == "values_missing"


def test_a_mask_of_another_place_is_not_taken_by_its_number(scan, tmp_path):
    moved = AFFINE.copy()
    moved[:3, 3] += 20
    mask = write_nifti(tmp_path / "mask.nii.gz", ring_labels(), affine=moved, dtype=np.uint8)
    run = run_ahalandmarks(scan, "--mask", mask, out=tmp_path / "out")
    assert run.rows[0]["reasons"] == "mask_missing"
    unplaced = write_nifti(tmp_path / "unplaced.nii.gz", ring_labels(), affine=None, dtype=np.uint8)
    run = run_ahalandmarks(scan, "--mask", unplaced, out=tmp_path / "by_number")
    assert run.rows[0]["reasons"] == "" and run.rows_of("segments.csv")


@pytest.mark.parametrize("turn", range(1, 8))
def test_a_mask_counts_where_it_lies_however_it_is_stored(turn, scan, tmp_path):
    labels, affine = ring_labels(), AFFINE.copy()
    labels[:60, 70:] = 0  # nothing up right
    usual = run_ahalandmarks(scan, "--mask", write_nifti(tmp_path / "m.nii.gz", labels, dtype=np.uint8), out=tmp_path / "a")
    for axis, count in ((0, labels.shape[1]), (1, labels.shape[0])):
        if turn & (1 << axis):
            affine[:, 3] += (count - 1) * affine[:, axis]
            affine[:, axis] *= -1
            labels = np.flip(labels, 1 - axis)
    if turn & 4:
        labels, affine = labels.T, affine[:, [1, 0, 2, 3]]
    mask = write_nifti(tmp_path / "turned.nii.gz", labels, affine=affine, dtype=np.uint8)
    run = run_ahalandmarks(scan, "--mask", mask, out=tmp_path / "b")
    assert run.rows_of("segments.csv") == usual.rows_of("segments.csv") and run.rows[0]["reasons"] == ""


def test_a_mask_that_qcdseg_flagged_is_flagged_here_too(tmp_path):
    file = write_nifti(tmp_path / "in" / "scan.nii.gz", marked_heart())
    masks = run_qcdseg(write_nifti(tmp_path / "same" / "scan.nii.gz", heart(doubt=0.7)), out=tmp_path / "masks")
    assert masks.rows[0]["flag"] == "true"
    run = run_ahalandmarks(file, "--mask", masks.out, out=tmp_path / "out")
    assert "segmentation_flagged" in run.rows[0]["reasons"] and run.rows[0]["flag"] == "true"


def test_t1_maps_in_ms_are_not_multiplied_and_what_is_in_neither_unit_is_no_t1_map(tmp_path):
    found = {}
    for name, unit in (("ms", 1), ("s", 1000), ("tenths", 0.01)):
        file = write_nifti(tmp_path / name / "x_T1map.nii.gz", marked_heart() / unit)
        run = run_ahalandmarks(file, out=tmp_path / f"out_{name}")
        found[name] = [float(row["mean"]) for row in run.rows_of("segments.csv") if row["mean"]]
    assert found["tenths"] == [] and "neither in ms nor in s" in run.stderr
    assert found["ms"] == pytest.approx(found["s"]) and 900 < np.mean(found["ms"]) < 1900


def test_a_t1_map_given_as_values_is_in_ms_and_no_other_unit_is_taken(scan, tmp_path):
    values = write_nifti(tmp_path / "y_T1map.nii.gz", marked_heart() / 1000)
    run = run_ahalandmarks(scan, "--values", values, out=tmp_path / "out")
    assert {(row["quantity"], row["unit"]) for row in run.rows_of("segments.csv")} == {("T1", "ms")}
    wrong = run_ahalandmarks(scan, "--values", values, "--quantity", "T1", "--unit", "s", out=tmp_path / "wrong")
    assert wrong.code == 2 and "ms" in wrong.stderr


def test_values_that_lie_elsewhere_are_not_measured(scan, tmp_path):
    smaller = write_nifti(tmp_path / "t1.nii.gz", np.ones((30, 30)))
    run = run_ahalandmarks(scan, "--values", smaller, out=tmp_path / "out")
    assert "values_missing" in run.rows[0]["reasons"]
    assert not any(row["mean"] for row in run.rows_of("segments.csv"))


def test_a_t1_map_is_measured_without_being_asked(tmp_path):
    run = run_ahalandmarks(write_nifti(tmp_path / "sub_T1map.nii.gz", marked_heart() / 1000), out=tmp_path / "out")
    rows = run.rows_of("segments.csv")
    assert {row["quantity"] for row in rows} == {"T1"}
    assert 900 < np.median([float(row["median"]) for row in rows]) < 1100


def test_pixels_of_a_t1_map_without_a_value_are_not_measured(tmp_path):
    """0 in a T1 map says that there is none: in the map itself, and given as --values."""
    t1 = np.where(np.indices(marked_heart().shape)[1] % 2, 0.0, 1000.0)
    holes = marked_heart()
    x, y = (round(v) for v in np.add(CENTRE, [22 / 1.5, 0]))
    holes[y, x] = 0
    file = write_nifti(tmp_path / "own_T1map.nii.gz", holes / 1000)
    rows = run_ahalandmarks(file, out=tmp_path / "a").rows_of("segments.csv")
    assert sum(int(row["undefined_pixels"]) for row in rows) == 1
    scan = write_nifti(tmp_path / "scan.nii.gz", marked_heart())
    for name, unit in (("map_T1map.nii.gz", 1000), ("map.nii.gz", 1)):
        values = write_nifti(tmp_path / name, t1 / unit)
        rows = run_ahalandmarks(scan, "--values", values, out=tmp_path / name[:4]).rows_of("segments.csv")
        means = [float(row["mean"]) for row in rows]
        assert (np.allclose(means, 1000)) == (unit == 1000), "0 may be a value of another map"


def test_a_mirrored_acquisition_gives_the_same_anatomy(tmp_path):
    """Columns reversed, and the affine says so: every place keeps its segment."""
    mirrored = AFFINE.copy()
    columns = marked_heart().shape[1]
    mirrored[:, 3] = AFFINE @ [columns - 1, 0, 0, 1]
    mirrored[:, 0] *= -1
    usual = run_ahalandmarks(write_nifti(tmp_path / "scan.nii.gz", marked_heart()), out=tmp_path / "a")
    other = run_ahalandmarks(
        write_nifti(tmp_path / "b" / "scan.nii.gz", marked_heart()[:, ::-1], affine=mirrored), out=tmp_path / "o"
    )
    one, two = (read_labels(run.out / "scan" / "segments.nii.gz") for run in (usual, other))
    assert (one > 0).sum() > 500 and (one != two[:, ::-1]).mean() < 0.005


def test_an_affine_that_contradicts_the_heart_is_flagged(tmp_path):
    """The same mirrored pixels, but the affine does not say so."""
    file = write_nifti(tmp_path / "scan.nii.gz", marked_heart()[:, ::-1])
    run = run_ahalandmarks(file, out=tmp_path / "out")
    assert "orientation_contradicts_rv" in run.rows[0]["reasons"]


def test_the_level_can_be_given(scan, tmp_path):
    run = run_ahalandmarks(scan, "--level", "basal", out=tmp_path / "out")
    assert (run.rows[0]["level"], run.rows[0]["level_source"]) == ("basal", "given")
    assumed = run_ahalandmarks(scan, out=tmp_path / "assumed")
    assert (assumed.rows[0]["level"], assumed.rows[0]["level_source"]) == ("mid", "assumed")


def test_two_slices_are_not_told_apart_and_the_bulls_eye_says_so(tmp_path):
    file = write_nifti(tmp_path / "sub_T1map.nii.gz", np.stack([marked_heart() / 1000] * 2, -1))
    run = run_ahalandmarks(file, out=tmp_path / "out")
    assert [(row["level"], row["level_source"]) for row in run.rows] == [("mid", "assumed")] * 2
    assert "level assumed" in (run.out / "sub_T1map" / "bullseye.svg").read_text()
    given = run_ahalandmarks(file, "--level", "mid", out=tmp_path / "given")
    assert "level assumed" not in (given.out / "sub_T1map" / "bullseye.svg").read_text()


def levels_of_single_slices(folder, places_mm):
    """A run on series of one slice each, by number the place along their normal; and the level of each."""
    for number, place in places_mm.items():
        (file,) = write_dicom(folder / "in", [marked_heart()], number=number)
        dataset = pydicom.dcmread(file)
        normal = np.cross(dataset.ImageOrientationPatient[:3], dataset.ImageOrientationPatient[3:])
        dataset.ImagePositionPatient = [round(float(v), 6) for v in place * normal]
        dataset.save_as(file)
    run = run_ahalandmarks(folder / "in", out=folder / "out")
    return run, {row["series_uid"][-1]: row["level"] for row in run.rows}


def test_single_slices_of_a_study_tell_their_levels_together(tmp_path):
    run, levels = levels_of_single_slices(tmp_path, {7: 0, 8: 24, 9: 12})
    assert levels["9"] == "mid" and {levels["7"], levels["8"]} == {"basal", "apical"}
    assert {row["level_source"] for row in run.rows} == {"position"}


def test_rest_and_stress_at_places_that_differ_a_little_tell_their_levels_together(tmp_path):
    run, levels = levels_of_single_slices(tmp_path, {1: 0, 2: 12, 3: 24, 4: 2, 5: 14, 6: 26})
    assert {row["level_source"] for row in run.rows} == {"position"}
    assert levels["2"] == levels["5"] == "mid"
    assert levels["1"] == levels["4"] != levels["3"] == levels["6"]


def test_a_stack_that_does_not_say_where_it_lies_has_no_levels(tmp_path):
    stack = np.stack([marked_heart()] * 4, -1)
    placed = run_ahalandmarks(write_nifti(tmp_path / "placed.nii.gz", stack), out=tmp_path / "a")
    assert {row["level_source"] for row in placed.rows} == {"position"}
    for name, affine in (("none", None), ("axial", np.diag([-0.94, -0.94, 10, 1]))):
        run = run_ahalandmarks(write_nifti(tmp_path / f"{name}.nii.gz", stack, affine=affine), out=tmp_path / name)
        assert {(row["level"], row["level_source"]) for row in run.rows} == {("mid", "assumed")}


def test_a_slice_turned_against_its_series_is_flagged(tmp_path):
    images = np.stack([marked_heart(), marked_heart(-60, 185), marked_heart()], -1)
    file = write_nifti(tmp_path / "scan.nii.gz", images)
    assert ["turned_against_series" in row["reasons"] for row in run_ahalandmarks(file, out=tmp_path / "a").rows] == [
        False,
        True,
        False,
    ]
    tolerant = run_ahalandmarks(file, "--max-turn", 100, out=tmp_path / "b")
    assert not any("turned" in row["reasons"] for row in tolerant.rows)


def test_a_second_run_with_other_threads_gives_the_same_bytes(dicom, dicom_run, tmp_path):
    for threads in (1, 3):
        run = run_ahalandmarks(dicom, "--threads", threads, out=tmp_path / "out")
        assert run.files() == dicom_run.files()
        for name in run.files():
            one, two = ((r.out / name).read_bytes().split(b'"timings_s"')[0] for r in (run, dicom_run))
            assert one == two, name


def test_the_patient_is_named_nowhere_but_in_dicom(dicom, tmp_path):
    run = run_ahalandmarks(dicom, "--verbose", out=tmp_path / "out")
    name, _ = PATIENT.split("^")
    assert name not in run.stdout + run.stderr
    for file in run.files():
        if not file.endswith(".dcm"):
            assert name.encode() not in (run.out / file).read_bytes(), file


@pytest.mark.parametrize(
    "arguments, code",
    [
        (["--stages", 3], 2),
        (["--level", "upper"], 2),
        (["--quantity", "T1"], 2),
        (["--confidence", 2], 2),
        (["--values", "nowhere.nii"], 3),
    ],
    ids=lambda value: str(value),
)
def test_wrong_options_end_the_run_at_once(arguments, code, scan, tmp_path):
    run = run_ahalandmarks(scan, *arguments, out=tmp_path / "out")
    assert run.code == code, run.stderr
    assert run.files() == set()


def test_networks_of_another_kind_end_the_run(scan, tmp_path):
    run = run_ahalandmarks(scan, models=LANDMARK_NETWORKS / "wrong", out=tmp_path / "out")
    assert run.code == 6 and "landmarks" in run.stderr


@pytest.mark.parametrize("image", [np.ones((1, 40)), np.full((120, 140), 7.0), np.full((120, 140), np.nan)])
def test_images_without_a_heart_are_flagged_and_get_no_segments(image, tmp_path):
    run = run_ahalandmarks(write_nifti(tmp_path / "scan.nii", image), out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert run.rows[0]["status"] == "flagged" and run.rows[0]["rv_anterior_x_px"] == ""
    assert run.rows_of("segments.csv") == []


def test_a_file_that_fails_spares_the_others(scan, tmp_path):
    bad = tmp_path / "bad.nii.gz"
    bad.write_bytes(scan.read_bytes()[:100])
    run = run_ahalandmarks(scan, bad, out=tmp_path / "out")
    assert run.code == 4
    assert sorted(row["status"] for row in run.rows) == ["failed", "ok"]


def test_every_column_of_the_tables_is_described_in_order(dicom_run):
    text = (ROOT / "docs" / "outputs_ahalandmarks.md").read_text()
    for table in ("landmarks.csv", "segments.csv"):
        part = text.split(f"## `{table}`", 1)[1].split("\n## ", 1)[0]
        cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
        with open(dicom_run.out / table, newline="") as file:
            assert next(csv.reader(file)) == [name.strip(" `") for cell in cells for name in cell.split(",")]


def test_every_key_of_the_result_is_described(dicom_run):
    text = (ROOT / "docs" / "outputs_ahalandmarks.md").read_text()
    result = result_of(dicom_run)
    image = result["images"][0]
    for key in [*result, *image, *image["segments"][0]]:
        assert f"`{key}`" in text, key
