"""What qcdseg delivers, with stand-ins for its networks."""

import csv
import json
import shutil
import zipfile

import nibabel
import numpy as np
import pydicom
import pytest
from conftest import QCD_NETWORKS, ROOT, run_qcdseg, run_t1moco
from drawn_heart import AFFINE, PATIENT, ROWS, dice, heart, labels, read_labels, write_dicom, write_nifti

SERIES = "1.2.3.7"


@pytest.fixture(scope="module")
def dicom(tmp_path_factory):
    """A series of three slices: clear, doubtful, without a heart."""
    folder = tmp_path_factory.mktemp("dicom")
    empty = np.full_like(heart(), 100)
    empty[2, 3] = 90
    write_dicom(folder, [heart(), heart(doubt=0.6), empty])
    return folder


@pytest.fixture(scope="module")
def dicom_run(dicom, tmp_path_factory):
    return run_qcdseg(dicom, out=tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def t1moco_output(tmp_path_factory):
    return run_t1moco(ROOT / "data" / "sample_study", "--method", "none", out=tmp_path_factory.mktemp("t1")).out


def result_of(run):
    return json.loads(next(run.out.rglob("segmentation.json")).read_text())


def statuses(run):
    return [row["status"] for row in run.rows]


def assert_same_results(first, second):
    assert first.files() == second.files()
    for name in first.files():
        one, two = ((run.out / name).read_bytes() for run in (first, second))
        if name.endswith("segmentation.json"):
            one, two = (text.split(b'"timings_s"')[0] for text in (one, two))
        assert one == two, name


def test_a_dicom_series_gets_every_file(dicom_run):
    assert dicom_run.code == 0, dicom_run.stderr
    assert dicom_run.stdout == ""
    (folder,) = {name.rsplit("/", 1)[0] for name in dicom_run.files() if "/" in name}
    assert folder.endswith("/" + SERIES)
    expected = {"segmentation.nii.gz", "segmentation.dcm", "segmentation.json", "receipt.json"}
    expected |= {f"overlay_{i:03d}.png" for i in range(3)}
    assert dicom_run.files() == {f"{folder}/{name}" for name in expected} | {"qcd.csv", "flagged.csv"}
    assert dicom_run.stderr.strip().splitlines()[-1].endswith(f"results in {dicom_run.out}")


def test_the_table_has_a_row_an_image(dicom, dicom_run):
    rows = dicom_run.rows
    assert [row["slice"] for row in rows] == ["0", "1", "2"]
    assert [row["input"] for row in rows] == [str(dicom / f"7_{i}.dcm") for i in range(3)]
    assert [row["sop_instance_uid"] for row in rows] == [f"{SERIES}.{i}" for i in (1, 2, 3)]
    assert [row["status"] for row in rows] == ["ok", "flagged", "flagged"]
    assert [row["flag"] for row in rows] == ["false", "true", "true"]
    assert "open_ring" in rows[1]["reasons"].split(";")
    assert rows[2]["reasons"] == "no_heart_found" and float(rows[2]["predicted_dice"]) == 0
    assert float(rows[0]["predicted_dice"]) == pytest.approx(0.95, abs=0.01)
    assert {row["kind"] for row in rows} == {"other"}
    assert not any(row[name] for row in rows for name in row if name.startswith("t1_"))
    for row in rows:
        assert (dicom_run.out / row["overlay"]).is_file() and (dicom_run.out / row["folder"]).is_dir()


def test_what_must_be_looked_at_has_a_table_of_its_own_worst_first(dicom_run):
    assert dicom_run.rows_of("flagged.csv") == [dicom_run.rows[2], dicom_run.rows[1]]


def test_the_label_map_lies_where_the_images_do(dicom, dicom_run):
    file = next(dicom_run.out.rglob("segmentation.nii.gz"))
    found = read_labels(file)
    assert found.shape == (*heart().shape, 3) and found.dtype == np.uint8
    for label in (1, 2):
        assert dice(found[..., 0] == label, labels() == label) > 0.95
    assert not found[..., 2].any()
    affine = nibabel.load(file).affine
    for i in range(3):
        dataset = pydicom.dcmread(dicom / f"7_{i}.dcm", stop_before_pixels=True)
        assert (affine @ [0, 0, i, 1])[:3] == pytest.approx(np.array(dataset.ImagePositionPatient) * [-1, -1, 1], abs=1e-3)


def test_the_dicom_segmentation_holds_the_same_labels(dicom_run):
    dataset = pydicom.dcmread(next(dicom_run.out.rglob("segmentation.dcm")))
    found = np.moveaxis(read_labels(next(dicom_run.out.rglob("segmentation.nii.gz"))), -1, 0)
    frames = dataset.PerFrameFunctionalGroupsSequence
    assert len(frames) == dataset.NumberOfFrames == 4
    for pixels, groups in zip(dataset.pixel_array, frames):
        source = groups.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID
        number = groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        assert ((found[int(source[-1]) - 1] == number) == pixels).all()
    assert dataset.SeriesDescription.endswith("_QCDSEG_FLAGGED")


def test_the_result_says_how_it_came_about(dicom_run):
    result = result_of(dicom_run)
    assert result["series_uid"] == SERIES and result["threshold"] == 0.7
    assert [image["status"] for image in result["images"]] == statuses(dicom_run)
    networks = json.loads((QCD_NETWORKS / "ring" / "manifest.json").read_text())["networks"]
    assert {n["name"]: n["sha256"] for n in result["networks"]} == {k: v["sha256"] for k, v in networks.items()}
    best = max(result["images"][1]["predicted_dice"].items(), key=lambda item: item[1]["value"])
    assert best[1]["value"] == pytest.approx(float(dicom_run.rows[1]["predicted_dice"]), abs=1e-5)


def test_an_archive_gives_the_same_results(dicom, dicom_run, tmp_path):
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        for file in dicom.iterdir():
            archive.write(file, f"deep/{file.name}")
    run = run_qcdseg(tmp_path / "study.zip", out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert run.rows[1]["input"] == f"{tmp_path / 'study.zip'}!deep/7_1.dcm"
    for name in dicom_run.files():
        if name.endswith((".nii.gz", ".dcm", ".png")):
            assert (run.out / name).read_bytes() == (dicom_run.out / name).read_bytes(), name


def test_a_second_run_with_other_threads_gives_the_same_bytes(dicom, dicom_run, tmp_path):
    out = tmp_path / "out"
    assert_same_results(run_qcdseg(dicom, "--threads", 1, out=out), dicom_run)
    assert_same_results(run_qcdseg(dicom, "--threads", 3, out=out), dicom_run)


def test_more_threads_than_cores_are_nothing_to_warn_of(dicom, tmp_path):
    assert run_qcdseg(dicom, "--threads", 500, "-q", out=tmp_path / "out").stderr == ""


def test_the_patient_is_named_nowhere_but_in_dicom(dicom, tmp_path):
    run = run_qcdseg(dicom, "--verbose", out=tmp_path / "out")
    name, _ = PATIENT.split("^")
    assert name not in run.stdout + run.stderr
    for file in run.files():
        if not file.endswith(".dcm"):
            assert name.encode() not in (run.out / file).read_bytes(), file
    kept = run_qcdseg(dicom, "--keep-identifiers", out=tmp_path / "kept")
    assert PATIENT in result_of(kept)["series_description"]


def test_maps_of_t1moco_get_their_t1_measured(t1moco_output, tmp_path):
    run = run_qcdseg(t1moco_output, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert len(run.rows) == 2, "neither R2 nor NIfTI beside the DICOM"
    for row in run.rows:
        assert row["kind"] == "t1_map" and row["input"].endswith("t1.dcm")
        assert all(row[name] for name in row if name.startswith("t1_")), row
        assert 400 < float(row["t1_mean_ms"]) < 2000
        assert 0 < int(row["t1_core_pixels"]) < int(row["t1_pixels"])


def test_a_nifti_map_of_t1moco_is_known_by_its_description(t1moco_output, tmp_path):
    file = next(t1moco_output.rglob("t1.nii.gz"))
    run = run_qcdseg(file, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    (row,) = run.rows
    assert row["kind"] == "t1_map" and float(row["t1_median_ms"]) > 400


def test_a_bids_map_is_in_seconds(tmp_path):
    run = run_qcdseg(write_nifti(tmp_path / "sub-1_T1map.nii.gz", heart() / 1000), out=tmp_path / "out")
    assert float(run.rows[0]["t1_median_ms"]) == pytest.approx(1000, abs=1)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (1, 2, 1, 2)], ids=["2-D", "3-D", "4-D", "6-D"])
def test_a_nifti_file_gets_a_label_map_of_its_shape_and_place(shape, tmp_path):
    images = np.broadcast_to(heart().reshape(*heart().shape, *(1 for _ in shape)), (*heart().shape, *shape))
    file = write_nifti(tmp_path / "scan.nii.gz", images)
    run = run_qcdseg(file, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    count = int(np.prod(shape, dtype=int))
    assert [(row["input"], row["slice"], row["status"]) for row in run.rows] == [
        (str(file), str(i), "ok") for i in range(count)
    ]
    names = {"segmentation.nii.gz", "segmentation.json", "receipt.json"} | {f"overlay_{i:03d}.png" for i in range(count)}
    assert run.files() == {f"scan/{name}" for name in names} | {"qcd.csv", "flagged.csv"}
    source, made = nibabel.load(file), nibabel.load(run.out / "scan" / "segmentation.nii.gz")
    assert made.shape == source.shape and (made.affine == source.affine).all()
    assert made.header["sform_code"] == source.header["sform_code"]
    found = read_labels(run.out / "scan" / "segmentation.nii.gz").reshape(*heart().shape, -1)
    assert dice(found[..., -1] == 1, labels() == 1) > 0.95


def test_slices_of_a_4d_file_are_numbered_the_third_axis_fastest(tmp_path):
    images = np.full((*heart().shape, 2, 3), 100.0)
    images[..., 1, 2] = heart()  # slice 1 + 2 x 2
    images[0, 0] = 90
    run = run_qcdseg(write_nifti(tmp_path / "scan.nii", images), out=tmp_path / "out")
    assert [row["reasons"] == "no_heart_found" for row in run.rows] == [True] * 5 + [False]
    assert read_labels(run.out / "scan" / "segmentation.nii.gz")[..., 1, 2].any()


@pytest.mark.parametrize("dtype, header", [(np.uint8, (8.0, 0)), (np.int16, (0.5, 100)), (np.float64, (1, 0))])
def test_voxels_of_any_type_are_scaled_as_the_header_says(dtype, header, tmp_path):
    slope, intercept = header
    image = nibabel.Nifti1Image(((heart() - intercept) / slope).round().T.astype(dtype), AFFINE)
    image.header.set_slope_inter(slope, intercept)
    nibabel.save(image, tmp_path / "scan.nii")
    run = run_qcdseg(tmp_path / "scan.nii", out=tmp_path / "out")
    assert statuses(run) == ["ok"], run.rows


def test_a_file_stored_upside_down_is_segmented_in_its_place(tmp_path):
    flipped = AFFINE.copy()
    flipped[:, 3] = AFFINE @ [0, ROWS - 1, 0, 1]
    flipped[:, 1] *= -1
    file = write_nifti(tmp_path / "scan.nii", heart(50, 40)[::-1], affine=flipped)
    run = run_qcdseg(file, out=tmp_path / "out")
    found = read_labels(run.out / "scan" / "segmentation.nii.gz")
    assert dice(found == 1, labels(50, 40)[::-1] == 1) > 0.95


def test_dicom_and_nifti_are_segmented_together(dicom, tmp_path):
    mixed = shutil.copytree(dicom, tmp_path / "in")
    write_nifti(mixed / "deep" / "scan.nii.gz")
    other = write_nifti(tmp_path / "other.nii")
    run = run_qcdseg(mixed, other, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert {row["folder"].rsplit("/", 1)[-1] for row in run.rows} == {SERIES, "scan", "other"}
    assert len(run.rows) == 5


def test_files_of_one_name_get_folders_of_their_own(tmp_path):
    for name in ("a/scan.nii", "b/scan.nii.gz", "c/scan_2.nii.gz"):
        write_nifti(tmp_path / "in" / name)
    run = run_qcdseg(tmp_path / "in", out=tmp_path / "out")
    assert "skipped" not in run.stderr
    assert [(row["input"][-12:], row["folder"]) for row in run.rows] == [
        ("n/a/scan.nii", "scan"),
        ("/scan.nii.gz", "scan_2"),
        ("can_2.nii.gz", "scan_2_2"),
    ]


def test_a_file_named_twice_is_segmented_once(tmp_path):
    file = write_nifti(tmp_path / "in" / "scan.nii")
    assert len(run_qcdseg(file, tmp_path / "in", out=tmp_path / "out").rows) == 1


def test_list_says_what_is_there_and_writes_nothing(dicom, tmp_path):
    file = write_nifti(tmp_path / "scan.nii")
    run = run_qcdseg("--list", dicom, file, models=tmp_path / "nowhere")
    assert run.code == 0, run.stderr
    assert f"{SERIES}  image  3 images of series 7" in run.stdout and f"scan  NIfTI {file}" in run.stdout
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("name", [SERIES, "scan"])
def test_one_series_can_be_chosen(name, dicom, tmp_path):
    file = write_nifti(tmp_path / "scan.nii")
    run = run_qcdseg(dicom, file, "--series", name, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert {row["folder"].rsplit("/", 1)[-1] for row in run.rows} == {name}


def test_the_threshold_decides_what_is_flagged(tmp_path):
    clear, doubtful = write_nifti(tmp_path / "clear.nii"), write_nifti(tmp_path / "doubtful.nii", heart(doubt=0.2))

    def flagged(threshold):
        run = run_qcdseg(clear, doubtful, "--threshold", threshold, out=tmp_path / str(threshold))
        assert all(float(row["predicted_dice"]) >= threshold for row in run.rows if row["status"] == "ok")
        return [row["reasons"].startswith("low_predicted_dice") for row in run.rows]

    assert flagged(1.0) == [True, True]
    assert flagged(0.93) == [False, True]
    assert flagged(0.0) == [False, False]


def test_candidates_are_written_on_request(tmp_path):
    file = write_nifti(tmp_path / "scan.nii", heart(doubt=0.3))
    run = run_qcdseg(file, "--candidates", out=tmp_path / "out")
    result = result_of(run)
    found = {name for name in run.files() if "/candidate_" in name}
    assert found == {f"scan/candidate_{name}.nii.gz" for name in result["candidates"]} and len(found) == 12
    delivered = (run.out / "scan" / f"candidate_{result['images'][0]['winner']}.nii.gz").read_bytes()
    assert delivered == (run.out / "scan" / "segmentation.nii.gz").read_bytes()
    first, last = (read_labels(run.out / "scan" / f"candidate_{name}.nii.gz") for name in ("polar", "unet_6"))
    agreement = result["images"][0]["agreement"]
    assert dice(first == 1, last == 1) == pytest.approx(agreement[0][5], abs=1e-9)
    assert agreement[0][5] < 0.95


def test_every_column_of_the_table_is_described_in_order(dicom_run):
    text = (ROOT / "docs" / "outputs_qcdseg.md").read_text().split("## `qcd.csv` and `flagged.csv`", 1)[1]
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    with open(dicom_run.out / "qcd.csv", newline="") as file:
        assert next(csv.reader(file)) == [name.strip(" `") for cell in cells for name in cell.split(",")]


def test_every_key_of_the_result_is_described(dicom_run):
    text = (ROOT / "docs" / "outputs_qcdseg.md").read_text()
    result = result_of(dicom_run)
    for key in [*result, *result["heart"], *result["images"][0], *result["images"][0]["areas_mm2"]]:
        assert f"`{key}`" in text, key
