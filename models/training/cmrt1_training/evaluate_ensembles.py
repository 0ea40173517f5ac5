"""Compares ensembles that learned one contrast with such that learned several, and each with its deepest U-Net.

    python -m cmrt1_training.evaluate_ensembles PATH/TO/qcdseg -o OUT lge=MODELS vne=MODELS lge+vne=MODELS

Each MODELS is a folder of networks in which `qcd` learned what stands before the "=", one contrast or several joined
by "+", and to whose masks the quality prediction was fitted (fit_quality --kinds). The images, of all contrasts that
any of them learned, are generated as evaluate_qcdseg's. Prints a Markdown table as 4.1 of Gonzales 2024.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from .evaluate_qcdseg import SINGLE, Measured, mean_cell, measure, prediction_cells
from .learned import contrasts_of, networks_by_learned
from .qcdseg import run_qcdseg
from .qcdseg_sets import generated_set


def table(by_learned: dict[str, list[Measured]]) -> str:
    """Of each contrast and of all together: mean Dice of the muscle; of ensembles the prediction's error and right."""
    contrasts = list(dict.fromkeys(one.group for one in next(iter(by_learned.values()))))
    columns = [[name] for name in contrasts] + ([contrasts] if len(contrasts) > 1 else [])
    heads = [f"{' and '.join(names)}: {figure}" for names in columns for figure in ("Dice", "error", "right")]
    lines = [f"| model | learned | {' | '.join(heads)} |", "|---" * (len(heads) + 2) + "|"]
    for model, figures in ((SINGLE, _of_single), ("ensemble", _of_ensemble)):
        for learned, members in by_learned.items():
            cells = [cell for names in columns for cell in figures([one for one in members if one.group in names])]
            lines.append(f"| {model} | {' and '.join(contrasts_of(learned))} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _of_single(members: list[Measured]) -> list[str]:
    return [mean_cell(np.array([one.single.myocardium for one in members])), "–", "–"]


def _of_ensemble(members: list[Measured]) -> list[str]:
    return [mean_cell(np.array([one.delivered.myocardium for one in members])), *prediction_cells(members)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("qcdseg", type=Path, help="the program")
    parser.add_argument("networks", nargs="+", metavar="LEARNED=MODELS")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--images", type=int, default=200, help="generated ones of each contrast")
    options = parser.parse_args()
    torch.set_num_threads(1)
    try:
        print(evaluate(options))
    except (RuntimeError, ValueError) as error:
        raise SystemExit(str(error)) from error


def evaluate(options: argparse.Namespace) -> str:
    networks = networks_by_learned(options.networks)
    contrasts = tuple(sorted({name for learned in networks for name in contrasts_of(learned)}))
    images = generated_set(options.out / "images", options.images * len(contrasts), contrasts)
    run = lambda learned, models: run_qcdseg(options.qcdseg, images.inputs, options.out / f"results_{learned}", models)
    return table({learned: measure(images, run(learned, models)) for learned, models in networks.items()})


if __name__ == "__main__":
    main()
