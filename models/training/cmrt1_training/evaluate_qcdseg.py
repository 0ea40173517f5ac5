"""Measures qcdseg on generated and on real images.

    python -m cmrt1_training.evaluate_qcdseg PATH/TO/qcdseg -o OUT [--data FOLDER]

The generated images show every contrast, with anatomies of which none trained; they are given as a scanner's files
and once more without their orientation; of another set a third are made to fail. FOLDER holds the public sets
`sunnybrook`, `preclinical_sax` and `anatomy/sunnybrook_endo`. OUT receives the images and what the program makes of
them. Prints Markdown tables.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.stats import rankdata, wilcoxon

from .legibility import Legibility, legibility
from .overlap import Overlap, overlap
from .qcdseg import Results, run_qcdseg
from .qcdseg_sets import ImageSet, failing_set, generated_set, real_sets, unplaced_set

PASS = 0.7
SINGLE = "unet_6"  # the network that the ensemble is compared with
DIAMETERS_PX, WALLS_PX, CONTRASTS = [0, 16, 24, 32, 48], [0, 2, 3, 4, 6], [0, 1, 2, 4, 8]
LEGIBLE = Legibility(diameter_px=24, wall_px=3, contrast=3)  # at least
ACCURACY_HEAD = ["| images (number) | myocardium, mean (median) | cavity, mean (median) | hearts missed | flagged "
                 "| error of the predicted Dice | pass or fail right |", "|---|---|---|---|---|---|---|"]  # fmt: skip
MODELS = Path(__file__).parents[2]


@dataclass(frozen=True)
class Measured:
    """One image. One that the program did not deliver counts as an empty mask, predicted 0 and flagged."""

    group: str
    delivered: Overlap
    single: Overlap
    predicted: float
    within: bool  # the interval of the prediction holds the true Dice
    flagged: bool
    shown: Legibility = Legibility()


def measure(images: ImageSet, results: Results) -> list[Measured]:
    only = {file: found for (file, _), found in results.items()}
    measured = []
    for case in images.cases:
        file = case.file.resolve()
        found = only.get(file) if case.slice is None else results.get((file, case.slice))
        labels = lambda *name, found=found: found.labels(*name) if found else None
        measured.append(Measured(
            case.group, overlap(labels(), case.truth), overlap(labels(SINGLE), case.truth),
            found.predicted if found else 0.0, _holds(found, overlap(labels(), case.truth).quality),
            found.flagged if found else True, legibility(case.image, case.truth),
        ))  # fmt: skip
    return measured


def _holds(found, dice: float) -> bool:
    """Where nothing was found, 0 is predicted without an interval."""
    nothing = {"low": 0.0, "high": 0.0}
    interval = found.entry.get("predicted_dice", {}).get(found.winner, nothing) if found else nothing
    return interval["low"] <= dice <= interval["high"]


def accuracy_table(sets: dict[str, list[Measured]], by_group: set[str]) -> str:
    """Dice where the truth has the class; the rest over all images, those without muscle counting as Dice 0."""
    lines = ACCURACY_HEAD.copy()
    for name, members in sets.items():
        groups = dict.fromkeys(one.group for one in members) if name in by_group else []
        rows = [(f"{name}, {group}", [one for one in members if one.group == group]) for group in groups]
        lines += [_accuracy_row(*row) for row in [*rows, (name, members)]]
    return "\n".join(lines)


def legibility_table(members: list[Measured]) -> str:
    """By how much the images show: a row each of the ventricle's diameter, the wall, the contrast; then all three."""
    rows = ACCURACY_HEAD.copy()
    for name, limits in (("diameter_px", DIAMETERS_PX), ("wall_px", WALLS_PX), ("contrast", CONTRASTS)):
        what, unit = name.removesuffix("_px"), " px" if name.endswith("_px") else ""
        for least, most in zip(limits, [*limits[1:], np.inf]):
            own = [one for one in members if least <= getattr(one.shown, name) < most]
            range_ = f"{least} to {most}{unit}" if np.isfinite(most) else f"{least}{unit} or more"
            rows += [_accuracy_row(f"{what} {range_}", own)] if own else []
    own = [one for one in members if is_legible(one.shown)]
    return "\n".join([*rows, _accuracy_row(_at_least(LEGIBLE), own)] if own else rows)


def _at_least(shown: Legibility) -> str:
    return f"diameter {shown.diameter_px} px, wall {shown.wall_px} px, contrast {shown.contrast} or more"


def is_legible(shown: Legibility) -> bool:
    return all(getattr(shown, name) >= least for name, least in vars(LEGIBLE).items())


def shown_table(sets: dict[str, list[Measured]]) -> str:
    """Median (10th percentile) of what the images of each set show of the ventricle."""
    lines = [f"| images | diameter, px | wall, px | contrast | {_at_least(LEGIBLE)} |", "|---|---|---|---|---|"]
    for name, members in sets.items():
        known = [one.shown for one in members if np.isfinite(one.shown.wall_px)]
        if known:
            columns = (np.array([getattr(one, name) for one in known]) for name in vars(LEGIBLE))
            cells = [f"{np.nanmedian(column):.1f} ({np.nanquantile(column, 0.1):.1f})" for column in columns]
            enough = _percent(np.array([is_legible(one) for one in known]))
            lines.append(f"| {name} ({len(known)}) | {' | '.join(cells)} | {enough} |")
    return "\n".join(lines)


def prediction_cells(members: list[Measured]) -> list[str]:
    """Mean error of the predicted Dice, share of images in which pass or fail is right; images without muscle count as 0."""
    quality = np.array([one.delivered.quality for one in members])
    predicted = np.array([one.predicted for one in members])
    known = np.isfinite(quality)
    error = np.where(known, np.abs(predicted - quality), np.nan)
    right = np.where(known, (predicted >= PASS) == (quality >= PASS), np.nan)
    return [mean_cell(error), _percent(right)]


def _accuracy_row(name: str, members: list[Measured]) -> str:
    of = lambda value: np.array([value(one) for one in members], dtype=float)
    cells = [f"{name} ({len(members)})", _centre(of(lambda one: one.delivered.myocardium)),
             _centre(of(lambda one: one.delivered.cavity)), _percent(of(lambda one: one.delivered.missed)),
             _percent(of(lambda one: one.flagged)), *prediction_cells(members)]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def mean_cell(values: np.ndarray) -> str:
    return f"{np.nanmean(values):.3f}" if np.isfinite(values).any() else "–"


def _centre(values: np.ndarray) -> str:
    return f"{np.nanmean(values):.3f} ({np.nanmedian(values):.3f})" if np.isfinite(values).any() else "–"


def _percent(values: np.ndarray) -> str:
    return f"{100 * np.nanmean(values):.1f} %" if np.isfinite(values).any() else "–"


def flag_table(members: list[Measured]) -> str:
    """What the flag makes of images that were made to fail; an image fails whose Dice is below PASS."""
    failed = np.array([one.delivered.quality < PASS for one in members])
    flagged = np.array([one.flagged for one in members])
    predicted = np.array([one.predicted for one in members])
    group = np.array([one.group for one in members])
    lines = ["| made to fail by | images | Dice below 0.7 | of these flagged | of the others flagged |",
             "|---|---|---|---|---|"]  # fmt: skip
    for name in [*dict.fromkeys(group), "all"]:
        own = (group == name) | (name == "all")
        among = lambda chosen: f"{(flagged & chosen).sum()} of {chosen.sum()}"
        bad, good = own & failed, own & ~failed
        lines.append(f"| {name} | {own.sum()} | {bad.sum()} | {among(bad)} | {among(good)} |")
    lines += ["", f"Area under the ROC curve: {auc(flag_score(predicted, flagged), failed):.3f}; "
              f"of the predicted Dice alone: {auc(predicted, failed):.3f}."]  # fmt: skip
    return "\n".join(lines)


def flag_score(predicted: np.ndarray, flagged: np.ndarray) -> np.ndarray:
    """The predicted Dice, every flagged image below all others."""
    return predicted - 2.0 * flagged


def auc(score: np.ndarray, failed: np.ndarray) -> float:
    """Chance that of an image that failed and one that did not the failed one has the lower score."""
    low, high = failed.sum(), (~failed).sum()
    if not low or not high:
        return np.nan
    return float((rankdata(score)[~failed].sum() - high * (high + 1) / 2) / (low * high))


def comparison_table(sets: dict[str, list[Measured]]) -> str:
    """The delivered masks against those of one U-Net: Dice of the muscle, of the cavity where only that is known."""
    lines = [f"| images (number) | ensemble, mean (median) | {SINGLE}, mean (median) | below 0.7: ensemble | {SINGLE} "
             "| ensemble better / worse | p (Wilcoxon) |", "|---|---|---|---|---|---|---|"]  # fmt: skip
    for name, members in sets.items():
        pairs = np.array([(_best_known(one.delivered), _best_known(one.single)) for one in members])
        ours, theirs = pairs[np.isfinite(pairs).all(1)].T
        better, worse = (ours > theirs).sum(), (ours < theirs).sum()
        p = f"{wilcoxon(ours, theirs).pvalue:.2g}" if better + worse else "–"
        lines.append(f"| {name} ({len(ours)}) | {_centre(ours)} | {_centre(theirs)} | {_percent(ours < PASS)} "
                     f"| {_percent(theirs < PASS)} | {better} / {worse} | {p} |")  # fmt: skip
    return "\n".join(lines)


def _best_known(one: Overlap) -> float:
    return one.cavity if np.isnan(one.quality) else one.myocardium


def report(sets: list[ImageSet], measured: list[list[Measured]]) -> str:
    by_name = {images.name: members for images, members in zip(sets, measured)}
    accuracy = {name: members for name, members in by_name.items() if name != "failing"}
    return "\n\n".join([
        "Segmentation and its predicted quality:",
        accuracy_table(accuracy, {images.name for images in sets if images.by_group}),
        f"The intervals hold {100 * np.mean([one.within for one in by_name['generated']]):.0f} % of the generated set.",
        "The generated set by what the images show of the left ventricle:",
        legibility_table(by_name["generated"]),
        "What the images of the sets show of it:",
        shown_table({name: members for name, members in accuracy.items() if name != "generated, no orientation"}),
        "The flag, where a third of the images were made to fail:",
        flag_table(by_name["failing"]),
        f"The ensemble against the U-Net of depth 6 alone ({SINGLE}):",
        comparison_table(by_name),
    ]) + "\n"  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("qcdseg", type=Path, help="the program")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=MODELS)
    parser.add_argument("--data", type=Path, help="folder with the public real sets")
    parser.add_argument("--images", type=int, default=600, help="of each generated set")
    options = parser.parse_args()
    torch.set_num_threads(1)
    out, count = options.out, options.images
    sets = [generated_set(out / "generated", count), unplaced_set(out / "unplaced", count),
            failing_set(out / "failing", count)]  # fmt: skip
    if options.data:
        sets += real_sets(options.data, out / "sunnybrook_endo")
    run = lambda images: run_qcdseg(options.qcdseg, images.inputs, out / f"results_{images.name.replace(' ', '_')}", options.models)
    print(report(sets, [measure(images, run(images)) for images in sets]), end="")


if __name__ == "__main__":
    main()
