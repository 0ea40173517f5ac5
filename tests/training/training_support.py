"""What the tests of the training package share."""

from pathlib import Path

from cmrt1_training.phantom import ScannerSettings

ROOT = Path(__file__).resolve().parents[2]


def perfect_scanner() -> ScannerSettings:
    """No noise, no limit to resolution, always the same brightness."""
    return ScannerSettings(snr=(1e9, 1e9), resolution_mm=0, ghosting=0, blood_counts=(200.0, 200.0), quantised=False)
