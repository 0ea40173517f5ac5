"""Runs qcdseg and reads what it delivers."""

import csv
import json
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from .nifti import read_slices

DELIVERED = "segmentation"


@dataclass(frozen=True)
class Segmented:
    """One image as the program left it. A failed one has neither label maps nor agreement, and is flagged."""

    status: str  # ok, flagged, failed
    predicted: float  # Dice of the delivered mask; 0 where there is none
    flagged: bool
    reasons: tuple[str, ...]
    winner: str
    folder: Path | None  # with the label maps
    slice: int
    entry: dict = field(repr=False)  # of segmentation.json

    def labels(self, name: str = DELIVERED) -> np.ndarray | None:
        """[rows, columns] of what is delivered, or of a candidate."""
        if self.folder is None:
            return None
        file = f"{name}.nii.gz" if name == DELIVERED else f"candidate_{name}.nii.gz"
        return _label_maps(self.folder / file)[self.slice]

    @property
    def agreement(self) -> np.ndarray | None:
        """Dice of the muscle between every two candidates; 0 where it is not defined."""
        if "agreement" not in self.entry:
            return None
        return np.nan_to_num(np.array(self.entry["agreement"], dtype=float))

    @property
    def evidence(self) -> dict[str, list[float]]:
        """By kind, a number a candidate."""
        return self.entry.get("evidence", {})


Results = dict[tuple[Path, int], Segmented]  # by input file, with its links resolved, and slice


def run_qcdseg(program: Path, inputs: list[Path], out: Path, models: Path, candidates: bool = True) -> Results:
    """One call for all inputs; `out` is made anew. An image that fails is a result, not an error."""
    if out.exists():
        shutil.rmtree(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    command = [program, *inputs, "-o", out, "--models", models, "-q"]
    command += ["--candidates"] if candidates else []
    finished = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if not (out / "qcd.csv").exists():
        last_line = (finished.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"{program} ended with exit code {finished.returncode}: {last_line}")
    return read_results(out)


def read_results(out: Path) -> Results:
    with (out / "qcd.csv").open(newline="") as file:
        return {(Path(row["input"]).resolve(), int(row["slice"] or 0)): _read(out, row) for row in csv.DictReader(file)}


def _read(out: Path, row: dict) -> Segmented:
    slice_number, reasons = int(row["slice"] or 0), tuple(filter(None, row["reasons"].split(";")))
    if row["status"] == "failed":
        return Segmented("failed", 0.0, True, reasons, "", None, slice_number, {})
    folder = out / row["folder"]
    return Segmented(
        row["status"], float(row["predicted_dice"] or 0), row["flag"] == "true", reasons, row["winner"], folder,
        slice_number, _entries(folder / "segmentation.json")[slice_number],
    )  # fmt: skip


def candidate_names(results: Results) -> list[str]:
    """In the order of the agreement matrix."""
    folder = next(one.folder for one in results.values() if one.folder)
    return json.loads((folder / "segmentation.json").read_text())["candidates"]


@lru_cache(maxsize=32)
def _entries(file: Path) -> dict[int, dict]:
    return {entry["slice"]: entry for entry in json.loads(file.read_text())["images"]}


@lru_cache(maxsize=32)
def _label_maps(file: Path) -> np.ndarray:
    return read_slices(file).astype(np.uint8)
