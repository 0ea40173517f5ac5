"""What the tests of the training package share."""

from pathlib import Path

import torch

from cmrt1_training.phantom import ScannerSettings

ROOT = Path(__file__).resolve().parents[2]


def perfect_scanner() -> ScannerSettings:
    """No noise, no limit to resolution, always the same brightness."""
    return ScannerSettings(snr=(1e9, 1e9), resolution_mm=0, ghosting=0, blood_counts=(200.0, 200.0), quantised=False)


def losses_on_one_batch(task, steps: int = 40) -> tuple[float, float]:
    """First and last loss of a network of the task that sees one batch again and again."""
    torch.manual_seed(0)
    network, batch = task.network().train(), task.batch(1)
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(steps):
        optimiser.zero_grad()
        losses.append(task.loss(network, batch))
        losses[-1].backward()
        optimiser.step()
    return float(losses[0]), float(losses[-1])
