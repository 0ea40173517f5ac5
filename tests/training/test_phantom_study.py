"""DICOM and truth files of synthetic studies, and the sample study in data/."""

import gzip
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest
import torch

from cmrt1_training.dicom_writer import StudyIdentity
from cmrt1_training.make_study import make_study
from cmrt1_training.phantom import Grid, PhantomSettings, generate
from cmrt1_training.truth import read_truth
from training_support import ROOT

SEED = 3


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    make_study(folder / "dicom", folder / "truth", SEED, ["moderate"], columns=128, rows=96)
    return folder


def files(folder: Path) -> dict[str, Path]:
    return {str(p.relative_to(folder)): p for p in sorted(folder.rglob("*")) if p.is_file()}


def content_hash(path: Path) -> str:
    """SHA-256 of the content; of a .gz file, of what is packed in it, since packers differ."""
    content = path.read_bytes()
    return hashlib.sha256(gzip.decompress(content) if path.suffix == ".gz" else content).hexdigest()


def test_pixels_times_and_order_are_those_of_the_phantom(study):
    settings = PhantomSettings(grid=Grid(96, 128, 360 / 128), motion="moderate")
    sample = generate(SEED, settings, dtype=torch.float64)
    instances = [pydicom.dcmread(p) for p in files(study / "dicom" / "01_magnitude").values()]
    by_ti = sorted(instances, key=lambda d: float(d.InversionTime))
    assert [float(d.InversionTime) for d in by_ti] == sample.ti_ms[0].tolist()
    assert np.array_equal([d.pixel_array for d in by_ti], sample.magnitude[0].numpy())
    acquired = [d.AcquisitionTime for d in sorted(instances, key=lambda d: d.InstanceNumber)]
    assert acquired == sorted(acquired)
    assert [d.ImageComments for d in by_ti] == [f"TIeff {ti:.0f} ms" for ti in sample.ti_ms[0]]


def test_phase_rescales_to_the_phantoms_phase(study):
    settings = PhantomSettings(grid=Grid(96, 128, 360 / 128), motion="moderate")
    sample = generate(SEED, settings, dtype=torch.float64)
    instances = [pydicom.dcmread(p) for p in files(study / "dicom" / "02_phase").values()]
    instances.sort(key=lambda d: float(d.InversionTime))
    radians = [(d.pixel_array * float(d.RescaleSlope) + float(d.RescaleIntercept)) * np.pi / 4096 for d in instances]
    assert np.allclose(radians, sample.phase[0].numpy())


def test_headers_say_synthetic_and_uids_are_valid_and_distinct(study):
    instances = [pydicom.dcmread(p) for p in files(study / "dicom").values()]
    for d in instances:
        assert d.PatientName == "SYNTHETIC^PHANTOM" and d.PatientID.startswith("SYNTHETIC-")
        assert all("SYNTHETIC" in d[k].value.upper() for k in ("StudyDescription", "InstitutionName", "Manufacturer"))
        assert all(uid.is_valid and uid.startswith("2.25.") for uid in (d.SOPInstanceUID, d.SeriesInstanceUID))
    assert len({d.SOPInstanceUID for d in instances}) == len(instances)
    assert len({d.SeriesInstanceUID for d in instances}) == 2
    assert StudyIdentity(SEED).uid("study") == instances[0].StudyInstanceUID != StudyIdentity(SEED + 1).uid("study")


@pytest.mark.skipif(not shutil.which("dciodvfy"), reason="dciodvfy (Debian package dicom3tools) is not installed")
def test_dciodvfy_finds_no_error(study):
    for path in files(study / "dicom").values():
        report = subprocess.run(["dciodvfy", path], capture_output=True, text=True).stderr
        assert "MRImage" in report
        assert "Error" not in report, report


def test_nifti_affine_puts_pixels_where_dicom_puts_them(study):
    d = pydicom.dcmread(study / "dicom" / "01_magnitude" / "0001.dcm")
    affine = nibabel.load(study / "truth" / "01_moderate" / "t1.nii.gz").affine
    column, row = 40, 25
    along_row, along_column = np.array(d.ImageOrientationPatient[:3]), np.array(d.ImageOrientationPatient[3:])
    lps = d.ImagePositionPatient + column * d.PixelSpacing[1] * along_row + row * d.PixelSpacing[0] * along_column
    assert np.allclose(affine @ [column, row, 0, 1], [-lps[0], -lps[1], lps[2], 1], atol=1e-3)


def test_truth_files_keep_the_truth(study):
    sample = generate(SEED, PhantomSettings(grid=Grid(96, 128, 360 / 128), motion="moderate"), dtype=torch.float64)
    truth = read_truth(study / "truth" / "01_moderate")
    assert np.abs(truth.t1_ms - sample.t1_ms[0].numpy()).max() <= 0.051
    assert np.abs(truth.displacement_mm - sample.fields[0].numpy() * 360 / 128).max() <= 0.00051
    assert np.abs(truth.masks["myocardium"] - sample.masks["myocardium"][0].numpy()).max() <= 0.0051
    assert nibabel.load(study / "truth" / "01_moderate" / "displacement_mm.nii.gz").shape == (128, 96, 1, 7, 2)


def test_sample_study_is_made_again_bit_for_bit(tmp_path):
    """Runs the command that data/README.md states."""
    readme = (ROOT / "data" / "README.md").read_text()
    commands = [line.split() for line in readme.splitlines() if line.startswith("python -m cmrt1_training.make_")]
    assert [command[2] for command in commands] == ["cmrt1_training.make_study", "cmrt1_training.make_pairs"]
    for command in commands:
        arguments = [str(tmp_path / Path(a).name) if a.startswith("data/") else a for a in command[3:]]
        subprocess.run([sys.executable, *command[1:3], *arguments], cwd=ROOT / "models" / "training", check=True)
    pair, again = (files(folder / "sample_pair") for folder in (ROOT / "data", tmp_path))
    assert len(pair) == 2 and pair.keys() == again.keys()
    for name, path in pair.items():  # in single precision
        apart = np.asarray(nibabel.load(path).dataobj, float) - np.asarray(nibabel.load(again[name]).dataobj, float)
        assert np.abs(apart).max() <= 1
    for name in ("sample_study", "sample_truth"):
        committed, again = files(ROOT / "data" / name), files(tmp_path / name)
        assert committed and committed.keys() == again.keys()
        assert {k: content_hash(p) for k, p in committed.items()} == {k: content_hash(p) for k, p in again.items()}
