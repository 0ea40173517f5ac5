"""The chain over a cohort: series and subjects a second, where the time goes, and the memory of all processes together.

    python3 tests/bench/cohort_bench.py COHORT OUT [-- options of cohort.sh]

Runs scripts/cohort.sh from nothing (OUT must not exist). Memory is the largest sum over the running processes of the
proportional set size, looked at five times a second.
"""

import csv
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "cohort.sh"
PROGRAMS = ("t1moco", "qcdseg", "ahalandmarks", "dt1map")
TOKEN = "CMRT1_COHORT_BENCH"


def resident_mb(token: bytes) -> float:
    """Of all processes that inherited `token` in their environment."""
    total = 0.0
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and token in (entry / "environ").read_bytes():
                total += int(re.search(r"^Pss: *(\d+) kB", (entry / "smaps_rollup").read_text(), re.M)[1]) / 1024
        except (OSError, TypeError):  # it has ended
            pass
    return total


class Peak(threading.Thread):
    """Largest memory until it is told to stop."""

    def __init__(self, token: bytes):
        super().__init__(daemon=True)
        self.token, self.mb, self.done = token, 0.0, threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.2):
            self.mb = max(self.mb, resident_mb(self.token))


def row_count(table: Path, column: str) -> tuple[int, int]:
    """Rows, and different values of a column."""
    with table.open(newline="", encoding="utf-8") as file:
        values = [row[column] for row in csv.DictReader(file)]
    return len(values), len(set(values))


def main() -> None:
    cohort, out, *more = sys.argv[1:]
    options = more[1:] if more[:1] == ["--"] else more
    if Path(out).exists():
        raise SystemExit(f"{out} exists: give a new folder, or nothing would have to be done")
    token = f"{os.getpid()}-{time.time_ns()}"
    peak = Peak(f"{TOKEN}={token}".encode())
    peak.start()
    start = time.perf_counter()
    run = subprocess.run([SCRIPT, cohort, out, *options], env=os.environ | {TOKEN: token}, text=True,
                         stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)  # fmt: skip
    seconds = time.perf_counter() - start
    peak.done.set()
    print(run.stderr, end="")
    if run.returncode not in (0, 4):
        raise SystemExit(run.returncode)
    spent = {name: int(time_s) for name, time_s in re.findall(r"^cohort: (\w+): .* in (\d+) s$", run.stderr, re.M)}
    series, subjects = row_count(Path(out) / "t1moco" / "summary.csv", "study_uid")
    print(f"t1moco: {series / max(1, spent['t1moco']):.1f} series/s")
    print(f"chain: {subjects} subjects, {series} series in {seconds:.0f} s: {subjects / seconds:.2f} subjects/s")
    print("share of the time: " + ", ".join(f"{name} {100 * spent.get(name, 0) / seconds:.0f} %" for name in PROGRAMS))
    print(f"memory: {peak.mb:.0f} MB at most, all processes together")


if __name__ == "__main__":
    main()
