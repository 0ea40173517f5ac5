"""Makes the training package importable from the tree, and torch use one thread."""

import sys
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models" / "training"))
torch.set_num_threads(1)

from cmrt1_training.phantom import ScannerSettings  # noqa: E402


def perfect_scanner() -> ScannerSettings:
    """No noise, no limit to resolution, always the same brightness."""
    return ScannerSettings(
        snr=(1e9, 1e9), resolution_mm=0, ghosting=0, blood_counts=(200.0, 200.0), quantised=False
    )
