"""Inputs that must fail by name: each case spoils a good study and says what t1moco must answer."""

import os
import shutil

import pydicom
import pytest
from conftest import each, run_t1moco
from pydicom.uid import generate_uid


def set_all(**attributes):
    def spoil(folder):
        def change(dataset, _):
            for name, value in attributes.items():
                setattr(dataset, name, value)

        each(folder, change)

    return spoil


def set_one(index, **attributes):
    def spoil(folder):
        def change(dataset, i):
            if i == index:
                for name, value in attributes.items():
                    setattr(dataset, name, value)

        each(folder, change)

    return spoil


def first_file(folder):
    return sorted(folder.iterdir())[0]


def truncate(keep):
    def spoil(folder):
        data = first_file(folder).read_bytes()
        first_file(folder).write_bytes(data[: int(len(data) * keep) if keep < 1 else keep])

    return spoil


def delete_one(folder):
    first_file(folder).unlink()


def add_one(folder):
    dataset = pydicom.dcmread(first_file(folder))
    dataset.SOPInstanceUID = generate_uid()
    dataset.InversionTime = 1234
    dataset.InstanceNumber = 99
    dataset.save_as(folder / "extra.dcm")


def no_inversion_time(folder):
    def change(dataset, _):
        del dataset.InversionTime
        dataset.ImageComments = ""

    each(folder, change)


def in_seconds(folder):
    each(folder, lambda d, _: setattr(d, "InversionTime", float(d.InversionTime) / 1000))


def inversion_time_twice(folder):
    times = []

    def change(dataset, _):
        times.append(dataset.InversionTime)
        if len(times) == 3:
            dataset.InversionTime = times[0]

    each(folder, change)


def mixed_patients(folder):
    each(folder, lambda d, i: setattr(d, "PatientID", "A" if i % 2 else "B"))


def zero_slope(folder):
    set_all(RescaleSlope=0, RescaleIntercept=0)(folder)


# name, what is spoiled, a word that the reason or the message holds
CASES = [
    ("truncated pixel data", truncate(0.6), "truncated"),
    ("rows of zero", set_one(0, Rows=0), "size"),
    ("60000 rows", set_one(0, Rows=60000), "size"),
    ("twelve bits allocated", set_one(0, BitsAllocated=12), "bits"),
    ("more bits stored than allocated", set_one(0, BitsStored=32), "bits"),
    ("three samples a pixel", set_one(0, SamplesPerPixel=3), "sample"),
    ("rescale slope of zero", zero_slope, "rescale"),
    ("pixel spacing of zero", set_all(PixelSpacing=[0, 0]), "spacing"),
    ("orientation of zero", set_all(ImageOrientationPatient=[0, 0, 0, 0, 0, 0]), "orientation"),
    ("orientation not orthonormal", set_all(ImageOrientationPatient=[1, 0, 0, 1, 0, 0]), "orientation"),
    ("six images of seven", delete_one, "7"),
    ("eight images", add_one, "7"),
    ("inversion times missing", no_inversion_time, "--ti"),
    ("an inversion time twice", inversion_time_twice, "--ti"),
    ("an inversion time beyond all reason", set_one(2, InversionTime="1.8e308"), "--ti"),
    ("inversion times in seconds", in_seconds, "second"),
    ("frames of another shape", set_one(3, Rows=48, Columns=64), ""),
    ("frames of another position", set_one(3, ImagePositionPatient=[900, 900, 900]), ""),
    ("two patients in one series", mixed_patients, "patient"),
]


@pytest.mark.parametrize("spoil, word", [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_bad_input_fails_by_name(magnitude_only, tmp_path, spoil, word):
    spoil(magnitude_only)
    run = run_t1moco(magnitude_only, out=tmp_path / "out")
    assert run.code in (4, 5), f"{run.code}\n{run.stderr}"
    assert run.files() == {"summary.csv"}
    failed = [row for row in run.rows if row["status"] == "failed"]
    assert failed and all(row["reason"] for row in failed)
    said = run.stderr + "".join(row["reason"] for row in failed)
    assert word in said.lower(), said


def test_each_answer_has_its_own_reason(magnitude_only, tmp_path):
    """Different faults are not thrown into one pot."""
    reasons = {}
    for name, spoil in [("missing", no_inversion_time), ("patients", mixed_patients), ("six", delete_one)]:
        folder = shutil.copytree(magnitude_only, tmp_path / name)
        spoil(folder)
        reasons[name] = run_t1moco(folder, out=tmp_path / (name + "-out")).rows[0]["reason"]
    assert len(set(reasons.values())) == 3, reasons


def test_inversion_times_can_be_given_where_files_lack_them(magnitude_only, tmp_path):
    times = {}
    each(magnitude_only, lambda d, _: times.update({int(d.InstanceNumber): float(d.InversionTime)}))
    no_inversion_time(magnitude_only)
    text = ",".join(str(times[i]) for i in sorted(times))
    run = run_t1moco(magnitude_only, "--ti", text, out=tmp_path / "out")
    assert run.code == 0, run.stderr


def test_other_files_are_skipped_and_counted(study, tmp_path):
    (study / "notes.txt").write_text("not DICOM")
    (study / "empty.dcm").write_bytes(b"")
    run = run_t1moco(study, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    assert "skipped" in run.stderr


def test_constant_images_give_no_numbers(magnitude_only, tmp_path):
    def flatten(dataset, _):
        dataset.PixelData = (b"\x64\x00") * (dataset.Rows * dataset.Columns)

    each(magnitude_only, flatten)
    run = run_t1moco(magnitude_only, out=tmp_path / "out")
    assert "nan" not in (tmp_path / "out" / "summary.csv").read_text().lower()
    assert all(row["status"] in ("flagged", "failed") for row in run.rows)


def test_hostile_identifiers_do_not_steer_paths(study, tmp_path):
    set_all(PatientID="../../x" * 8, StudyInstanceUID="../../x", SeriesDescription="=cmd()|'/C calc'!A0")(study)
    run = run_t1moco(study, out=tmp_path / "out")
    assert run.code in (0, 4, 5), run.stderr
    assert {p.name for p in tmp_path.iterdir()} <= {"study", "out"}
    for row in run.rows:
        assert not any(value.startswith("=") for value in row.values())


def test_hostile_file_names_spoil_neither_log_nor_table(study, tmp_path):
    name = os.fsencode(study) + b"/two\nlines \x1b[31m caf\xe9.dcm"
    with open(name, "wb") as file:
        file.write(first_file(study).read_bytes()[:1000])
    for keep in ([], ["--keep-identifiers"]):
        run = run_t1moco(study, "--method", "none", *keep, out=tmp_path / f"out{len(keep)}")
        assert run.code == 4, run.stderr
        assert "\x1b" not in run.stderr and "\nlines" not in run.stderr and "caf" in run.stderr
        assert any("lines" in row["message"] for row in run.rows) == bool(keep)
        assert any(row["message"].startswith("file ") for row in run.rows) == (not keep)


def test_tables_hold_no_path_of_a_file_that_may_name_a_person(study, tmp_path):
    person = study.rename(tmp_path / "Doe^Jane")
    file = first_file(person)
    file.write_bytes(file.read_bytes()[:-1000])
    run = run_t1moco(person, "--method", "none", out=tmp_path / "out")
    assert run.code in (4, 5) and "Doe^Jane" in run.stderr
    tables = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.suffix in (".csv", ".json"))
    assert b"file " in tables and b"Doe" not in tables


def test_identical_duplicates_are_dropped_and_different_ones_fail(study, tmp_path):
    shutil.copytree(study, study / "copy")
    assert run_t1moco(study, out=tmp_path / "a").code == 0
    altered = sorted((study / "copy").iterdir())[0]
    dataset = pydicom.dcmread(altered)
    dataset.PixelData = bytes(len(dataset.PixelData))
    dataset.save_as(altered)
    run = run_t1moco(study, out=tmp_path / "b")
    assert run.code in (4, 5), run.stderr


def test_of_two_repeats_the_newest_is_taken_with_a_warning(study, tmp_path):
    repeat = shutil.copytree(study, study / "repeat")
    uids = {}

    def later(dataset, _):
        dataset.SeriesInstanceUID = uids.setdefault(dataset.SeriesInstanceUID, generate_uid())
        dataset.SOPInstanceUID = generate_uid()
        dataset.SeriesNumber = int(dataset.SeriesNumber) + 50
        for name in ("SeriesTime", "AcquisitionTime", "ContentTime"):
            if name in dataset:
                setattr(dataset, name, f"{int(float(getattr(dataset, name))) + 10000:06d}")

    each(repeat, later)
    run = run_t1moco(study, out=tmp_path / "out")
    assert run.code == 0, run.stderr
    (row,) = run.rows
    assert row["series_uid"] in uids.values()
    assert "warning" in run.stderr
    older = next(iter(uids))
    chosen = run_t1moco(study, "--series", older, out=tmp_path / "old")
    assert [row["series_uid"] for row in chosen.rows] == [older]
