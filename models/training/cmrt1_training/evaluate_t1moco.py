"""Measures t1moco on synthetic series whose truth is known, and writes the accuracy table.

    python -m cmrt1_training.evaluate_t1moco PATH/TO/t1moco -o OUT --method auto network model

Makes the series (a third still, moderate and severe motion each), runs t1moco on each with every method
named, compares T1 and displacement with the truth, and writes OUT/accuracy.md, OUT/accuracy.csv (one row
a series and method) and OUT/accuracy.json. The first method is compared with each other one, series by series.
"""

import argparse
import csv
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.stats import wilcoxon

from .accuracy import Errors, compare, pool, summarise, uncorrected
from .make_study import make_study
from .truth import read_truth

MOTIONS = ("still", "moderate", "severe")


@dataclass(frozen=True)
class Case:
    seed: int
    motion: str
    study: Path
    truth: Path


@dataclass(frozen=True)
class Outcome:
    case: Case
    errors: Errors
    failure: str  # empty where t1moco delivered
    seconds: float

    def row(self) -> dict:
        head = {"seed": self.case.seed, "motion": self.case.motion, "status": "failed" if self.failure else "ok"}
        return head | {"reason": self.failure, "seconds": round(self.seconds, 3)} | summarise(self.errors)


def make_cases(folder: Path, first_seed: int, count: int) -> list[Case]:
    """One study of one series for each seed; made where it is not there yet."""
    cases = []
    for index in range(count):
        seed, motion = first_seed + index, MOTIONS[index % len(MOTIONS)]
        name = f"{seed}_{motion}"
        study, truth = folder / "studies" / name, folder / "truth" / name
        if not truth.exists():
            make_study(study, truth, seed, [motion])
        cases.append(Case(seed, motion, study, next(truth.iterdir())))
    return cases


def run_case(t1moco: Path, case: Case, result: Path, method: str) -> Outcome:
    """Runs t1moco on one study. A failure of the program is an outcome, not an error."""
    command = [str(t1moco), str(case.study), "-o", str(result), "--method", method, "--threads", "1"]
    start = time.perf_counter()
    finished = subprocess.run(command, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if finished.returncode != 0:
        last_line = (finished.stderr.strip().splitlines() or [""])[-1]
        return _failed(case, f"exit code {finished.returncode}: {last_line}", seconds)
    return measure(case, result, seconds)


def measure(case: Case, result: Path, seconds: float = 0.0) -> Outcome:
    """Compares what lies in `result` (OUT of t1moco, with one series) with the truth."""
    maps = list(result.glob("*/*/t1.nii.gz"))
    if len(maps) != 1:
        return _failed(case, f"{len(maps)} T1 maps instead of one", seconds)
    try:
        return Outcome(case, compare(read_truth(case.truth), maps[0].parent), "", seconds)
    except (OSError, ValueError) as error:
        return _failed(case, str(error), seconds)


def _failed(case: Case, reason: str, seconds: float) -> Outcome:
    return Outcome(case, uncorrected(read_truth(case.truth)), reason, seconds)


def markdown_table(outcomes: list[Outcome]) -> str:
    """Pixels of all series of a motion class pooled. Failed series count as uncorrected motion without T1."""
    lines = [
        "| motion | series (failed) | T1 error, median (ms) | T1 error, 95th pct. (ms) | T1 bias, median (ms) "
        "| displacement error, median (mm; px) | 95th pct. (mm; px) |",
        "|---|---|---|---|---|---|---|",
    ]
    classes = [(motion, [o for o in outcomes if o.case.motion == motion]) for motion in MOTIONS]
    for motion, members in [*classes, ("all", outcomes)]:
        if not members:
            continue
        s = summarise(pool([o.errors for o in members]))
        t1 = lambda name, f: f"{s[f't1_before_{name}_ms']:{f}} → {s[f't1_after_{name}_ms']:{f}}"
        shift = lambda name: " → ".join(
            f"{s[f'displacement_{stage}_{name}_mm']:.2f}; {s[f'displacement_{stage}_{name}_px']:.2f}"
            for stage in ("before", "after")
        )
        failed = sum(bool(o.failure) for o in members)
        cells = [motion, f"{len(members)} ({failed})", t1("median_absolute", ".1f"), t1("p95_absolute", ".0f")]
        cells += [t1("bias", "+.1f"), shift("median"), shift("p95")]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def comparison_table(by_method: dict[str, list[Outcome]]) -> str:
    """Rows before and a method each, columns a motion class each (the layout of the thesis's table 2.1)."""
    first = next(iter(by_method.values()))
    classes = {"all": first} | {motion: [o for o in first if o.case.motion == motion] for motion in reversed(MOTIONS)}
    heads = [f"{name} (n = {len(members)})" for name, members in classes.items() if members]
    lines = [f"| | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for name, outcomes, stage in [("before", first, "before"), *((m, o, "after") for m, o in by_method.items())]:
        cells = []
        for motion, members in classes.items():
            if members:
                errors = [_median_px(o, stage) for o in outcomes if motion in ("all", o.case.motion)]
                cells.append(f"{np.mean(errors):.2f} ± {np.std(errors):.2f} ({np.max(errors):.2f})")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def paired_tests(by_method: dict[str, list[Outcome]]) -> list[str]:
    """Wilcoxon's signed-rank test of the first method's error against each other's, in each motion class."""
    (first, ours), *others = by_method.items()
    lines = []
    for name, theirs in others:
        for motion in MOTIONS:
            pairs = [
                (_median_px(a, "after"), _median_px(b, "after")) for a, b in zip(ours, theirs) if a.case.motion == motion
            ]
            better, worse = sum(a < b for a, b in pairs), sum(a > b for a, b in pairs)
            found = f"better in {better}, worse in {worse}, p = {_p_value(pairs):.2g}" if better + worse else "the same"
            lines.append(f"- {first} against {name}, {motion}: {found}")
    return lines


def _p_value(pairs: list[tuple[float, float]]) -> float:
    return wilcoxon(*zip(*pairs)).pvalue


def _median_px(outcome: Outcome, stage: str) -> float:
    return summarise(outcome.errors)[f"displacement_{stage}_median_px"]


def write_report(folder: Path, by_method: dict[str, list[Outcome]]) -> None:
    first = next(iter(by_method.values()))
    parts = [
        f"Synthetic data: {len(first)} phantom series (ShMOLLI, 384 x 288, seeds "
        f"{first[0].case.seed}...{first[-1].case.seed}). T1 in the core of the left ventricular muscle, displacement "
        "within the heart. A failed series counts with all of its motion and without T1.\n"
    ]
    for method, outcomes in by_method.items():
        parts.append(f"`--method {method}`, before → after correction, pixels of a class pooled:\n\n{markdown_table(outcomes)}")
    parts.append(
        "Median displacement error of each series in px, mean ± SD (maximum) over the series:\n\n"
        + comparison_table(by_method)
    )
    if len(by_method) > 1:
        parts.append("Wilcoxon's signed-rank test on that error:\n\n" + "\n".join(paired_tests(by_method)) + "\n")
    (folder / "accuracy.md").write_text("\n".join(parts))
    rows = [{"method": method} | outcome.row() for method, outcomes in by_method.items() for outcome in outcomes]
    with (folder / "accuracy.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    (folder / "accuracy.json").write_text(json.dumps({"synthetic": True, "series": rows}, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m cmrt1_training.evaluate_t1moco",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("t1moco", type=Path, help="the program")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--method", nargs="+", default=["auto"], metavar="METHOD", help="t1moco's (default: auto)")
    parser.add_argument("--series", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=1, help="series at a time, one thread each")
    parser.add_argument("--first-seed", type=int, default=1000)
    options = parser.parse_args()
    torch.set_num_threads(1)
    start = time.perf_counter()
    cases = make_cases(options.out, options.first_seed, options.series)
    print(f"{len(cases)} series made in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    by_method = {}
    for method in options.method:
        results = options.out / f"results_{method}"
        run = lambda case, method=method, results=results: run_case(options.t1moco, case, results / case.study.name, method)
        with ThreadPoolExecutor(options.jobs) as pool_of_jobs:
            by_method[method] = list(pool_of_jobs.map(run, cases))
        failed = sum(bool(outcome.failure) for outcome in by_method[method])
        print(f"{method}: {len(cases)} series, {failed} failed", file=sys.stderr, flush=True)
    write_report(options.out, by_method)
    print((options.out / "accuracy.md").read_text(), end="")


if __name__ == "__main__":
    main()
