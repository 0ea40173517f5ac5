"""What the command tests share: the programs, and a small study to spoil.

The study is the still series of data/sample_study, cut to a third of its size so that a run takes a
fraction of a second.
"""

import contextlib
import csv
import os
import shutil
import subprocess
import time
from pathlib import Path

import pydicom
import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
BIN = Path(os.environ.get("CMRT1_BIN", ROOT / "build" / "release" / "bin"))
T1MOCO, QCDSEG, AHALANDMARKS, DT1MAP = (BIN / name for name in ("t1moco", "qcdseg", "ahalandmarks", "dt1map"))
QCD_NETWORKS = ROOT / "tests" / "qcd" / "networks"
LANDMARK_NETWORKS = ROOT / "tests" / "landmark" / "networks"
DT1_NETWORKS = ROOT / "tests" / "dt1" / "networks"


class Run:
    """One finished run of a program."""

    def __init__(self, process, out, table):
        self.code = process.returncode
        self.stdout = process.stdout
        self.stderr = process.stderr
        self.out = Path(out)
        self.table = table

    @property
    def rows(self):
        return self.rows_of(self.table)

    def rows_of(self, table):
        with open(self.out / table, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def files(self):
        """Names of all delivered files, hidden ones included, without the lock."""
        if not self.out.exists():
            return set()
        names = {str(f.relative_to(self.out)) for f in self.out.rglob("*") if f.is_file()}
        return names - {".cmrt1.lock"}


def run_program(program, table, *arguments, out=None, **options):
    command = [str(program), *map(str, arguments)]
    if out is not None:
        command += ["-o", str(out)]
    process = subprocess.run(command, capture_output=True, text=True, timeout=300, **options)
    return Run(process, out or "/nonexistent", table)


def run_t1moco(*arguments, **options):
    return run_program(T1MOCO, "summary.csv", *arguments, **options)


def run_qcdseg(*arguments, models=QCD_NETWORKS / "ring", **options):
    """With stand-ins for the networks, which know the grey values of drawn_heart.py."""
    return run_program(QCDSEG, "qcd.csv", *arguments, "--models", models, **options)


def run_ahalandmarks(*arguments, models=LANDMARK_NETWORKS / "marks", **options):
    """With stand-ins for the networks, which know the grey values of drawn_marks.py."""
    return run_program(AHALANDMARKS, "landmarks.csv", *arguments, "--models", models, **options)


def run_dt1map(*arguments, models=DT1_NETWORKS / "hearts", **options):
    """With stand-ins for the networks, which know the grey values of drawn_pair.py."""
    return run_program(DT1MAP, "summary.csv", *arguments, "--models", models, **options)


def wait_until_it_takes(process, number):
    """Before main, while the libraries load, a signal ends a program by itself."""
    taken = 0
    while not taken >> (number - 1) & 1 and process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        taken = int(next(line.split()[1] for line in status.splitlines() if line.startswith("SigBlk:")), 16)
        time.sleep(0.01)


@contextlib.contextmanager
def small_disk(folder, size):
    """A file system of `size` (such as 64k) mounted at `folder`."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def cut(dataset, factor=3):
    """Keeps the middle of the image: fewer pixels, same geometry."""
    pixels = dataset.pixel_array
    rows, columns = (n // factor for n in pixels.shape)
    top, left = ((n - m) // 2 for n, m in zip(pixels.shape, (rows, columns)))
    dataset.PixelData = pixels[top : top + rows, left : left + columns].tobytes()
    dataset.Rows, dataset.Columns = rows, columns
    return dataset


@pytest.fixture(scope="session")
def small_study(tmp_path_factory):
    """The still series, magnitude and phase, as flat folder of small files."""
    folder = tmp_path_factory.mktemp("small")
    sources = {}
    for file in sorted((ROOT / "data" / "sample_study").rglob("*")):
        if file.is_file() and pydicom.misc.is_dicom(file):
            dataset = pydicom.dcmread(file)
            sources.setdefault((dataset.SeriesNumber, dataset.SeriesInstanceUID), []).append(dataset)
    first_two = sorted(sources)[:2]  # magnitude and phase of the first acquisition
    for key in first_two:
        for i, dataset in enumerate(sources[key]):
            cut(dataset).save_as(folder / f"{key[0]:03d}_{i}.dcm")
    return folder


@pytest.fixture
def study(small_study, tmp_path):
    """A copy to spoil."""
    return Path(shutil.copytree(small_study, tmp_path / "study"))


@pytest.fixture
def magnitude_only(study):
    for file in study.iterdir():
        if pydicom.dcmread(file, stop_before_pixels=True).ImageType[2] != "M":
            file.unlink()
    return study


def each(folder, change):
    """Applies `change(dataset, index)` to every file of a folder, in order of inversion time."""
    datasets = [(f, pydicom.dcmread(f)) for f in sorted(folder.iterdir())]
    for i, (file, dataset) in enumerate(sorted(datasets, key=lambda d: float(d[1].get("InversionTime", 0)))):
        change(dataset, i)
        dataset.save_as(file)
