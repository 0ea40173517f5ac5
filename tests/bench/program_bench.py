"""The whole program, from start to files on disk: wall and CPU seconds (medians of several runs).

python tests/bench/program_bench.py PROGRAM: t1moco on the moving series of data/sample_study alone, and on
both of its series; the difference is what a further series costs in a batch.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STUDY = Path(__file__).resolve().parents[2] / "data" / "sample_study"
RUNS = 7


def seconds(command: list[str]) -> tuple[float, float]:
    """Wall and CPU time of one run."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, os.times()
    return wall, sum(after[2:4]) - sum(before[2:4])


def report(what: str, command: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        runs = [seconds([part.replace("OUT", f"{folder}/{run}") for part in command]) for run in range(RUNS)]
    wall, cpu = (statistics.median(times) for times in zip(*runs, strict=True))
    print(f"{what}: {wall:.2f} s wall, {cpu:.2f} s CPU")


if __name__ == "__main__":
    program = sys.argv[1]
    report("--help", [program, "--help"])
    for method in ("none", "model", "network", "auto"):
        for what, inputs in (("one series", [STUDY / "03_magnitude", STUDY / "04_phase"]), ("two series", [STUDY])):
            report(f"--method {method}, {what}", [program, "-q", "--method", method, *map(str, inputs), "-o", "OUT"])
