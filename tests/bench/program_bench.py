"""The whole program, from start to files on disk: wall and CPU seconds (medians of several runs).

python tests/bench/program_bench.py PROGRAMS [PART...]; PROGRAMS is a folder, the parts (all unless named) are
images: qcdseg on the T1 map that t1moco made of one series of data/sample_study, and on a hundred copies of it, each
a series of its own; with its memory. ahalandmarks on the same.
dt1map: on the maps of both series, and on a hundred such pairs, with the muscle and the landmarks given and without.
t1moco: on the moving series alone, and on both; the difference is what a further series costs in a batch.
"""

import csv
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STUDY = Path(__file__).resolve().parents[2] / "data" / "sample_study"
RUNS, COPIES = 7, 100


def seconds(command: list[str]) -> tuple[float, float]:
    """Wall and CPU time of one run."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, os.times()
    return wall, sum(after[2:4]) - sum(before[2:4])


def report(what: str, command: list[str], runs: int = RUNS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        times = [seconds([part.replace("OUT", f"{folder}/{run}") for part in command]) for run in range(runs)]
    wall, cpu = (statistics.median(each) for each in zip(*times, strict=True))
    print(f"{what}: {wall:.2f} s wall, {cpu:.2f} s CPU")


def image_programs(programs: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        study = [str(STUDY / "03_magnitude"), str(STUDY / "04_phase")]
        subprocess.run([programs / "t1moco", "-q", "--method", "none", *study, "-o", f"{folder}/maps"], check=True)
        (t1,) = Path(folder, "maps").rglob("t1.nii.gz")
        shutil.copy(t1, f"{folder}/t1.nii.gz")
        copies = Path(folder, "copies")
        copies.mkdir()
        for number in range(COPIES):
            shutil.copy(t1, copies / f"{number:03d}.nii.gz")
        for name in ("qcdseg", "ahalandmarks"):
            command = [str(programs / name), "-q", "-o", "OUT"]
            report(f"{name}, one image", [*command, f"{folder}/t1.nii.gz"])
            report(f"{name}, {COPIES} images, a series each", [*command, str(copies)], runs=3)
            most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"{name}: {most:.0f} MB at most (of all programs run so far)")


def dt1map(programs: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([programs / "t1moco", "-q", "--method", "none", STUDY, "-o", folder / "maps"], check=True)
        for number, t1 in enumerate(sorted((folder / "maps").rglob("t1.nii.gz"))):
            shutil.copy(t1, folder / f"{('rest', 'stress')[number]}.nii.gz")
        for program in ("qcdseg", "ahalandmarks"):
            subprocess.run([programs / program, "-q", folder / "rest.nii.gz", "-o", folder / program], check=True)
        given = [folder / "qcdseg/rest/segmentation.nii.gz", folder / "ahalandmarks/rest/landmarks.json"]
        for what, cells in (("muscle and landmarks given", given), ("found on the fly", ["", ""])):
            for pairs, runs in ((1, RUNS), (COPIES, 3)):
                table = folder / "pairs.csv"
                with table.open("w", newline="") as file:
                    # A pair that is named twice counts once: each line spells the path in its own way.
                    csv.writer(file).writerows([["rest", "stress", "mask", "landmarks"]] + [
                        [f"{folder}/{'./' * k}rest.nii.gz", folder / "stress.nii.gz", *cells] for k in range(pairs)])  # fmt: skip
                command = [str(programs / "dt1map"), "-q", "--pairs", str(table), "-o", "OUT"]
                report(f"dt1map, {pairs} pair{'s' * (pairs > 1)}, {what}", command, runs)


def t1moco(programs: Path) -> None:
    program = str(programs / "t1moco")
    report("t1moco --help", [program, "--help"])
    for method in ("none", "model", "network", "auto"):
        for what, inputs in (("one series", [STUDY / "03_magnitude", STUDY / "04_phase"]), ("two series", [STUDY])):
            report(f"t1moco --method {method}, {what}", [program, "-q", "--method", method, *map(str, inputs), "-o", "OUT"])


# images first: its memory is the largest of all programs run so far
PARTS = {"images": image_programs, "dt1map": dt1map, "t1moco": t1moco}


if __name__ == "__main__":
    for part in sys.argv[2:] or PARTS:
        PARTS[part](Path(sys.argv[1]))
