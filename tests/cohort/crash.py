"""Kills the chain at random moments and lets it go on, until its tables are those of an undisturbed run.

    python tests/cohort/crash.py --kills 50 [--cohort FOLDER] [-- options of cohort.sh]

Every kill is a SIGKILL of scripts/cohort.sh and of all its processes at once, as when a machine loses power (but for
what the disk's cache would lose). After some kills a run comes to its end: its tables are compared byte for byte, and
it begins anew from nothing. Without --cohort a small cohort is generated (models/training must be on PYTHONPATH).
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "cohort.sh"
TABLES = ("t1moco/summary.csv", "qcdseg/qcd.csv", "qcdseg/flagged.csv", "ahalandmarks/landmarks.csv",
          "ahalandmarks/segments.csv", "dt1map/summary.csv", "dt1map/segments.csv")  # fmt: skip


def tables_of(out):
    return {name: (out / name).read_bytes() for name in TABLES if (out / name).exists()}


def processes_with(token):
    """Process ids of all that inherited an environment with `token`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and token in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:  # it has ended
            pass
    return found


def kill_all(token):
    while pids := processes_with(token):
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.01)


def start(command):
    token = f"CMRT1_CRASH_TEST={uuid.uuid4()}"
    name, value = token.split("=")
    process = subprocess.Popen(command, env=os.environ | {name: value}, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)  # fmt: skip
    return process, token.encode()


def finish(command):
    """Seconds that the command takes; what it says where it fails."""
    began = time.monotonic()
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode not in (0, 4):
        sys.exit(f"crash: the chain ended with code {run.returncode}:\n{run.stderr}")
    return time.monotonic() - began


def killed(command, seconds):
    """True where it was killed, False where it ended before."""
    process, token = start(command)
    try:
        process.communicate(timeout=seconds)
        return False
    except subprocess.TimeoutExpired:
        kill_all(token)
        process.communicate()
        return True


def crash(cohort, folder, kills, seed, options):
    """The numbers of kills, of runs that came to their end, and of those whose tables differed."""
    out, chance = folder / "out", random.Random(seed)
    command = ["bash", str(SCRIPT), str(cohort), str(out), *options]
    lasted = finish(command)
    expected = tables_of(out)
    if "t1moco/summary.csv" not in expected:
        sys.exit("crash: the undisturbed run left no tables")
    shutil.rmtree(out)
    done = ended = differing = 0
    while done < kills:
        for _ in range(chance.randint(1, 6)):  # several in a row, then the end
            done += killed(command, chance.uniform(0, lasted))
        finish(command)
        ended += 1
        tables = tables_of(out)
        stray = [path for path in out.rglob(".cmrt1-*-*")]
        wrong = [name for name in expected if tables.get(name) != expected[name]] + [str(path) for path in stray]
        differing += bool(wrong)
        print(f"crash: {done} kills, {ended} runs ended" + (f", WRONG: {wrong}" if wrong else ""), flush=True)
        if wrong:
            shutil.copytree(out, folder / f"wrong_{ended}")
        shutil.rmtree(out)
    return done, ended, differing


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cohort", type=Path)
    parser.add_argument("options", nargs="*", help="options of cohort.sh, after --")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cmrt1-crash-"))
    cohort = given.cohort
    if cohort is None:
        cohort = folder / "cohort"
        subprocess.run([sys.executable, "-m", "cmrt1_training.make_cohort", str(cohort), "--subjects", "4", "--slices",
                        "2", "--columns", "96", "--rows", "96", "--rest-only", "4"], check=True)  # fmt: skip
    done, ended, differing = crash(cohort, folder, given.kills, given.seed, given.options)
    print(f"crash: {done} kills, {ended} runs ended, tables differed in {differing}")
    if not differing:
        shutil.rmtree(folder)
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
