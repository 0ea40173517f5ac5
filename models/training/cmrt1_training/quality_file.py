"""models/qcd_quality.json: how qcdseg predicts the Dice of its candidates, and what it flags.

predicted_i = intercept + sum of weights_j times feature j of candidate i: its agreement with each candidate (the own
one does not count), then the evidence that the file names, as segmentation.json has both. Its interval is
predicted ± t residual_sd sqrt(1 + z' G z) with z = (1, agreement of i with the others in order, evidence) and
G = inverse_gram = (Z'Z)^-1 of the images it was fitted on. with_heart has an intercept and weights that were fitted to
the images that show myocardium: the program delivers the candidate of which they predict most, unless that is no more
than a margin above what they predict of the preferred one. The file belongs to the three networks that qcdseg runs, by
their SHA-256.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from .export import write_whole

FILE, FORMAT, LEVEL = "qcd_quality.json", 3, 0.9
NETWORKS = {"network_sha256": "qcd", "heart_sha256": "heart", "judge_sha256": "judge"}
NAMES = ("polar", "polar_unet_6", *(f"unet_{depth}" for depth in range(3, 7)), *(f"votes_{votes}" for votes in range(1, 7)))
# Nothing is flagged for its shape.
NO_LIMITS = {"myocardium_mm2": [0, 1e9], "blood_pool_mm2": [0, 1e9], "wall_thickness_mm": [0, 1e9], "ring_closure": 0,
             "components": 1e9, "centre_offset": 1e9}  # fmt: skip


@dataclass(frozen=True)
class Preference:
    """Delivered is the candidate unless more than `margin` more is predicted of another one (with_heart)."""

    candidate: str
    margin: float


@dataclass(frozen=True)
class Linear:
    intercept: float
    weights: list[float]  # of each candidate, the own one 0; then of the evidence


@dataclass(frozen=True)
class Regressor(Linear):
    name: str
    residual_sd: float
    inverse_gram: list[list[float]]
    with_heart: Linear


def networks_sha256(models: Path) -> dict[str, str]:
    """As the file says them."""
    networks = json.loads((models / "manifest.json").read_text())["networks"]
    if missing := set(NETWORKS.values()) - networks.keys():
        raise ValueError(f"{models / 'manifest.json'} lists no network {min(missing)}: export it first")
    return {key: networks[name]["sha256"] for key, name in NETWORKS.items()}


def write_quality(models: Path, regressors: list[Regressor], t: float, limits: dict, evidence: list[str],
                  preferred: Preference | None = None) -> Path:  # fmt: skip
    """`evidence`: names of what takes part besides agreement."""
    head = {"format": FORMAT, **networks_sha256(models), "level": LEVEL, "t": t, "limits": limits, "evidence": evidence}
    if preferred:
        head["preferred"] = asdict(preferred)
    lines = json.dumps(head, indent=1).removesuffix("\n}")
    candidates = ",\n  ".join(json.dumps(asdict(one)) for one in regressors)
    write_whole(models / FILE, f'{lines},\n "candidates": [\n  {candidates}\n ]\n}}\n'.encode())
    return models / FILE


def write_neutral(models: Path) -> None:
    """Predicts each candidate's mean agreement with the others: what runs before anything has been fitted."""
    weights = (1 - np.eye(len(NAMES))) / (len(NAMES) - 1)
    no_spread = np.zeros((len(NAMES), len(NAMES))).tolist()
    regressors = [Regressor(0.0, own.tolist(), name, 0.1, no_spread, Linear(0.0, own.tolist()))
                  for name, own in zip(NAMES, weights)]  # fmt: skip
    write_quality(models, regressors, 1.645, NO_LIMITS, [])


def ensure_quality(models: Path) -> None:
    """A neutral file where there is none for the networks that are there."""
    file, wanted = models / FILE, {"format": FORMAT, **networks_sha256(models)}
    if not file.exists() or not wanted.items() <= json.loads(file.read_text()).items():
        write_neutral(models)
