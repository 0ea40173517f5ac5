"""Measures dt1map on generated pairs of T1 maps whose truth is known.

    python -m cmrt1_training.evaluate_dt1map build/release/bin/dt1map -o OUT --method network model none

Runs the program on pairs that a field registers, also with the roles of the maps exchanged and, for the first method,
with the true masks given, on pairs at three levels of the heart, and on pairs of different slices, which no field
registers and which must be flagged. Prints Markdown tables, among them tables 3.2 and 3.3 of Gonzales (2024), and writes
OUT/pairs.csv, a row a pair and way. "true field" is what a perfect registration would leave; "bad" a pair with a Dice
below 0.7 or a dT1 more than 2 percentage points off.

    --also "none, regular=MODELS"
        runs the first method with the networks of another folder, too: a row of table 3.3 where it is named after one
"""

import argparse
import csv
import shutil
import subprocess
from pathlib import Path

import numpy as np
import torch

from .agreement import Agreement, agreement, paired_test
from .pair_set import FIRST_SEED, LEVELS, PairFiles, write_pairs
from .reactivity_accuracy import LEAST_DICE, MOST_ERROR, Measured, measure, perfect

MODELS = Path(__file__).parents[2]
THROUGH_PLANE_SEED = FIRST_SEED + 500_000  # beyond those of the pairs that a field registers
LEVELS_SEED = FIRST_SEED + 700_000
NOT_GENERATED = {name: "the generator knows no agents" for name in
                 ("Adenosine", "Regadenoson", "Dobutamine", "Dipyridamole")}  # fmt: skip
NOT_GENERATED |= {name: "the generator knows no sexes" for name in ("Female", "Male")}
POSITIONS = {"basal": "Basal", "mid": "Mid-ventricular", "apical": "Apical"}  # rows of table 3.2, by LEVELS
AUGMENTATIONS, PAIRINGS = ("none", "rot + flip", "rot + flip + DVF"), ("regular", "permuted")


def run(program: Path, pairs: list[PairFiles], out: Path, models: Path, method: str,
        masks: bool = False) -> list[Measured]:  # fmt: skip
    """What the program delivers for `pairs`, all in one call."""
    if out.exists():
        shutil.rmtree(out)
    table = out.with_suffix(".csv")
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["rest", "stress", *["mask"] * masks])
        writer.writerows([one.rest, one.stress, *[one.mask] * masks] for one in pairs)
    command = [program, "--pairs", table, "-o", out, "--models", models, "--method", method, "-q"]
    finished = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if not (out / "summary.csv").exists():
        last_line = (finished.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"{program} ended with exit code {finished.returncode}: {last_line}")
    with (out / "summary.csv").open(newline="") as file:
        flagged = {name for row in csv.DictReader(file) if row["flag"] == "true" for name in _names_in(row, pairs)}
    return [measure(one, out / one.name, one.name in flagged) for one in pairs]


def _names_in(row: dict[str, str], pairs: list[PairFiles]) -> set[str]:
    """Of the pairs that a row of summary.csv speaks of: their names are parts of no other cell."""
    cells = " ".join(value for value in row.values() if isinstance(value, str))
    return {one.name for one in pairs if one.name in cells}


def alignment_table(ways: dict[str, list[Measured]]) -> str:
    lines = ["| pairs (failed) | Dice before → after | Dice below 0.7 | displacement error, mean ± SD; 95 % (mm) "
             "| dT1 undefined in the myocardium | flagged |", "|---|---|---|---|---|---|"]  # fmt: skip
    for name, members in ways.items():
        of = lambda figure, members=members: np.array([getattr(one, figure) for one in members], float)
        before, after = of("dice_before"), of("dice")
        length = lambda which: f"{which.mean():.2f} ± {which.std():.2f}; {np.quantile(which, 0.95):.2f}"
        cells = [f"{name}: {len(members)} ({sum(bool(one.failure) for one in members)})",
                 f"{before.mean():.3f} ± {before.std():.3f} → {after.mean():.3f} ± {after.std():.3f}",
                 f"{(before < LEAST_DICE).sum()} → {(after < LEAST_DICE).sum()}",
                 f"{length(of('displacement_before_mm'))} → {length(of('displacement_mm'))}",
                 f"{100 * of('undefined').mean():.1f} %", f"{100 * of('flagged').mean():.1f} %"]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def slices(members: list[Measured], truth: str = "true_dt1", found: str = "dt1") -> Agreement:
    return agreement(*(np.array([getattr(one, name) for one in members]) for name in (found, truth)))


def segments(members: list[Measured]) -> Agreement:
    return agreement(*(np.concatenate([getattr(one, name) for one in members]) for name in ("segments", "true_segments")))


def performance_table(ways: dict[str, list[Measured]], exchanged: dict[str, list[Measured]],
                      levels: dict[str, list[Measured]]) -> str:  # fmt: skip
    """Table 3.2 of the thesis, once a way. Slice positions are pairs of their own (`levels`). What the generator does
    not tell apart is named once."""
    lines = ["| Results | # hearts | # dT1 maps | Error (mean ± SD) | ICC |", "|---|---|---|---|---|"]

    def row(name: str, members: list[Measured], found: Agreement) -> None:
        lines.append(f"| {name} | {sum(not one.failure for one in members)} | {found.count} | {found} |")

    for number, (way, members) in enumerate(ways.items()):
        lines.append(f"| **{way}** | | | | |")
        row("Slice", members, slices(members))
        row("Slice, medians", members, slices(members, "true_median_dt1", "median_dt1"))
        row("Slice, against the contours of both maps", members, slices(members, "contour_dt1"))
        if way in exchanged:
            row("Slice – reversed", exchanged[way], slices(exchanged[way]))
        row("Segments", members, segments(members))
        for name, strong in (("1.5 T", False), ("3 T", True)):
            own = [one for one in members if one.pair.three_tesla == strong]
            row(name, own, slices(own))
        for level, name in POSITIONS.items():
            own = [one for one in levels.get(way, []) if one.pair.kind == level]
            if own:
                row(name, own, slices(own))
        if number == 0:
            lines += [f"| {name} | – | – | {why} | – |" for name, why in NOT_GENERATED.items()]
    return "\n".join(lines)


def training_table(trained: dict[str, list[Measured]]) -> str:
    """Table 3.3 of the thesis: a row for each of its six ways to train, and for each that was measured."""
    lines = ["| Data augmentation | Pairing | Slice: error | ICC | Segments: error | ICC |", "|---|---|---|---|---|---|"]
    names = [f"{augmentation}, {pairing}" for pairing in PAIRINGS for augmentation in AUGMENTATIONS]
    for name in [*names, *(name for name in trained if name not in names)]:
        figures = f"{slices(trained[name])} | {segments(trained[name])}" if name in trained else "not trained | – | – | –"
        augmentation, _, pairing = name.rpartition(", ") if name in names else (name, "", "–")
        lines.append(f"| {augmentation} | {pairing} | {figures} |")
    return "\n".join(lines)


def flag_table(ways: dict[str, list[Measured]]) -> str:
    lines = ["| pairs | bad | of these flagged | good | of these flagged |", "|---|---|---|---|---|"]
    for name, members in ways.items():
        parts = [[one.flagged for one in members if one.bad == bad] for bad in (True, False)]
        lines.append(f"| {name} ({len(members)}) | {' | '.join(f'{len(part)} | {sum(part)}' for part in parts)} |")
    return "\n".join(lines)


def tests(ways: dict[str, list[Measured]]) -> list[str]:
    """The first way against each other one."""
    (first, ours), *others = ways.items()
    dices = lambda members: np.array([one.dice for one in members])
    errors = lambda members: np.abs([one.dt1 - one.true_dt1 for one in members])
    lines = []
    for name, theirs in others:
        both = np.isfinite(errors(ours)) & np.isfinite(errors(theirs))
        lines.append(f"- {first} less {name}: Dice {paired_test(dices(ours), dices(theirs))}")
        lines.append(f"- {first} less {name}: |dT1 error| {paired_test(errors(ours)[both], errors(theirs)[both])}")
    return lines


def write_rows(path: Path, ways: dict[str, list[Measured]]) -> None:
    numbers = ("dice_before", "dice", "displacement_before_mm", "displacement_mm", "dt1", "true_dt1", "median_dt1",
               "true_median_dt1", "contour_dt1", "undefined")  # fmt: skip
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["way", "name", "kind", "exchanged", *numbers, "flagged", "bad", "failure"])
        for way, members in ways.items():
            for one in members:
                writer.writerow([way, one.pair.name, one.pair.kind, one.pair.exchanged,
                                 *(round(getattr(one, number), 4) for number in numbers),
                                 one.flagged, one.bad, one.failure])  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dt1map", type=Path, help="the program")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=MODELS)
    parser.add_argument("--method", nargs="+", default=["network", "network+model", "model", "none"], metavar="METHOD")
    parser.add_argument("--also", nargs="*", default=[], metavar="NAME=MODELS")
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--through-plane", type=int, default=40, help="pairs of different slices")
    parser.add_argument("--levels", type=int, default=150, help="pairs at base, middle and apex in turn")
    options = parser.parse_args()
    torch.set_num_threads(1)
    out = options.out
    pairs = write_pairs(out / "in_plane", options.pairs)
    displaced = write_pairs(out / "through_plane", options.through_plane, ("through_plane",), THROUGH_PLANE_SEED)
    of_levels = write_pairs(out / "levels", options.levels, tuple(LEVELS), LEVELS_SEED)
    exchanged = [one.with_roles_exchanged() for one in pairs]
    first = options.method[0]

    def delivered(name: str, of: list[PairFiles], method: str, models: Path = options.models, masks: bool = False):
        return run(options.dt1map, of, out / f"results_{name}", models, method, masks)

    ways = {method: delivered(method, pairs, method) for method in options.method}
    with_masks = {f"{first}, masks given": delivered(f"{first}_masks", pairs, first, masks=True)}
    reversed_ = {method: delivered(f"{method}_reversed", exchanged, method) for method in options.method}
    others = {name: delivered(f"also_{k}", pairs, first, Path(models))
              for k, (name, models) in enumerate(text.split("=", 1) for text in options.also)}  # fmt: skip
    apart = {method: delivered(f"{method}_through_plane", displaced, method) for method in options.method}
    levels = {method: delivered(f"{method}_levels", of_levels, method) for method in options.method}
    ways |= with_masks
    labelled = lambda found, what: {f"{name}, {what}": members for name, members in found.items()}
    reference = {"true field": [perfect(one) for one in pairs]}
    levels |= {"true field": [perfect(one) for one in of_levels]}
    everything = (reference | ways | others | labelled(reversed_, "reversed") | labelled(levels, "three levels")
                  | labelled(apart, "through plane"))  # fmt: skip
    write_rows(out / "pairs.csv", everything)
    for title, text in (
        ("Alignment", alignment_table(everything)),
        ("dT1 (table 3.2)", performance_table(ways | others | reference, reversed_, levels)),
        ("Ways to train (table 3.3)", training_table({f"{first}: generated pairs": ways[first]} | others)),
        (f"Flags; bad: Dice below {LEAST_DICE}, or dT1 off by more than {MOST_ERROR:g} points", flag_table(everything)),
        ("Pair by pair", "\n".join(tests(ways | others))),
    ):
        print(f"{title}:\n", text, "", sep="\n")


if __name__ == "__main__":
    main()
