"""Compares networks that register stress T1 maps to rest T1 maps, by themselves.

    python -m cmrt1_training.evaluate_registration NAME=network.pt ...

Each network.pt of a training run, or exported dt1.pt, registers the same generated pairs (192 x 192 pixels of 1 mm,
the heart anywhere near the middle), whose seeds training never uses, with one pass and with two. Prints Markdown
tables: Dice of the LV's myocardium before and after, displacement error, error of dT1 within its true mask and within
six segments of it, and tests between the networks, pair by pair. "true field" is what a perfect registration would
leave.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .agreement import agreement, paired_test
from .networks import MapRegistration
from .overlap import dice
from .pair_set import landmarks_of
from .phantom import Pair, PairSettings, generate_pairs
from .phantom.fields import jacobian_determinant, lattice
from .phantom.grid import Grid
from .reactivity_accuracy import LEAST_T1_MS, segment_means, segments_about
from .trained import load_trained

FIRST_SEED = 6_000_000  # below the seeds of every training run

Register = Callable[[Pair], Tensor]  # field [1, 2, rows, columns], px


@dataclass(frozen=True)
class Registered:
    """One pair."""

    dice_before: float
    dice: float
    error_mm: float  # mean distance from the true field over the myocardium at rest
    dt1: float  # mean in the true mask, %
    true_dt1: float
    segments: np.ndarray  # mean dT1 of each, NaN where it has none
    true_segments: np.ndarray
    folds: bool


def measure(pair: Pair, field: Tensor, spacing_mm: float) -> Registered:
    """`field` against the truth of the only sample of `pair`."""
    rows, columns = pair.rest_ms.shape[1:]
    native = lattice(Grid(rows, columns, spacing_mm), dtype=field.dtype)
    inside = (pair.rest_masks["myocardium"][0] > 0.5).numpy()
    stress_mask = pair.stress_masks["myocardium"][:, None]
    moved_mask = native.warp(stress_mask, field, "bilinear")[0, 0].numpy() > 0.5
    rest, moved = pair.rest_ms[0].numpy(), native.warp(pair.stress_ms[:, None], field)[0, 0].numpy()
    known = inside & (rest >= LEAST_T1_MS) & (moved > 0)
    dt1, response = 100 * (moved / np.maximum(rest, 1) - 1), pair.response[0].numpy()
    numbers = segments_about(landmarks_of(pair), rest.shape)
    return Registered(
        dice_before=dice(stress_mask[0, 0].numpy() > 0.5, inside),
        dice=dice(moved_mask, inside),
        error_mm=spacing_mm * float((field - pair.field)[0].norm(dim=0).numpy()[inside].mean()),
        dt1=float(dt1[known].mean()) if known.any() else np.nan,
        true_dt1=float(response[inside].mean()),
        segments=segment_means(dt1, known, numbers),
        true_segments=segment_means(response, inside, numbers),
        folds=bool(jacobian_determinant(field).min() <= 0),
    )


def registration_of(network: torch.nn.Module, passes: int) -> Register:
    module = MapRegistration(network, passes).eval()

    def register(pair: Pair) -> Tensor:
        with torch.inference_mode():
            return module(torch.stack([pair.rest_ms, pair.stress_ms], 1))

    return register


def load(file: Path) -> torch.nn.Module:
    """What one pass of registration runs."""
    try:
        exported = torch.jit.load(file)
    except RuntimeError:  # a run's network.pt
        return load_trained(file)
    return exported.float().network


def measure_all(ways: dict[str, Register], settings: PairSettings, count: int) -> dict[str, list[Registered]]:
    results: dict[str, list[Registered]] = {name: [] for name in ways}
    for number in range(count):
        pair = generate_pairs(FIRST_SEED + number, settings)
        for name, register in ways.items():
            results[name].append(measure(pair, register(pair), settings.grid.spacing_mm))
    return results


def table(results: dict[str, list[Registered]]) -> str:
    lines = ["| | Dice before → after | Dice below 0.7, before → after | displacement error, mean ± SD; 95 % (mm) "
             "| dT1 error (points) | ICC | segments: error | ICC | folded |",
             "|---|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for name, members in results.items():
        of = lambda figure, members=members: np.array([getattr(one, figure) for one in members])
        before, after, error = of("dice_before"), of("dice"), of("error_mm")
        cells = [f"{name} ({len(members)})",
                 f"{before.mean():.3f} ± {before.std():.3f} → {after.mean():.3f} ± {after.std():.3f}",
                 f"{(before < 0.7).sum()} → {(after < 0.7).sum()}",
                 f"{error.mean():.2f} ± {error.std():.2f}; {np.quantile(error, 0.95):.2f}",
                 str(agreement(of("dt1"), of("true_dt1"))),
                 str(agreement(of("segments").ravel(), of("true_segments").ravel())),
                 str(of("folds").sum())]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def tests(results: dict[str, list[Registered]]) -> list[str]:
    """The first network against each other one."""
    (first, ours), *others = results.items()
    dices = lambda members: np.array([one.dice for one in members])
    errors = lambda members: np.abs([one.dt1 - one.true_dt1 for one in members])
    return [f"- {first} less {name}: {what} {paired_test(of(ours), of(theirs))}"
            for name, theirs in others for what, of in (("Dice", dices), ("|dT1 error|", errors))]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="+", metavar="NAME=FILE", help="network.pt of a run, or an exported network")
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--passes", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    torch.set_num_threads(1)
    trained = {name: load(Path(file)) for name, file in (text.split("=", 1) for text in options.networks)}
    ways: dict[str, Register] = {f"{name}, {passes} pass{'es' * (passes > 1)}": registration_of(network, passes)
                                 for passes in options.passes for name, network in trained.items()}  # fmt: skip
    references: dict[str, Register] = {"no registration": lambda pair: 0 * pair.field, "true field": lambda pair: pair.field}
    results = measure_all(references | ways, PairSettings(), options.pairs)
    print(table(results), "", sep="\n")
    for passes in options.passes:
        ending = f", {passes} pass{'es' * (passes > 1)}"
        print("\n".join(tests({name: own for name, own in results.items() if name.endswith(ending)})))


if __name__ == "__main__":
    main()
