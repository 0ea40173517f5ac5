"""What the tests of the training package share."""

import tomllib
from pathlib import Path

import torch

from cmrt1_training.phantom import ScannerSettings
from cmrt1_training.tasks import SegmentationTask
from cmrt1_training.tasks.segmentation import SegmentationBatch
from cmrt1_training.train import CONFIGS

ROOT = Path(__file__).resolve().parents[2]


def perfect_scanner() -> ScannerSettings:
    """No noise, no limit to resolution, always the same brightness."""
    return ScannerSettings(snr=(1e9, 1e9), resolution_mm=0, ghosting=0, blood_counts=(200.0, 200.0), quantised=False)


def losses_on_one_batch(task, steps: int = 40, rate: float = 3e-3) -> tuple[float, float]:
    """First and last loss of a network of the task that sees one batch again and again."""
    torch.manual_seed(0)
    network, batch = task.network().train(), task.batch(1)
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    losses = []
    for _ in range(steps):
        optimiser.zero_grad()
        losses.append(task.loss(network, batch))
        losses[-1].backward()
        optimiser.step()
    return float(losses[0]), float(losses[-1])


def toy_qcd_config(depths=(1, 2, 3, 4, 5, 6), **training) -> dict:
    config = tomllib.loads((CONFIGS / "qcd.toml").read_text())
    config["data"] |= {"size": 32, "batch": 4}
    config["network"] |= {"depths": list(depths), "width": 4, "widest": 8}
    config["training"] |= {"steps": 2, "validation_batches": 1} | training
    return config


class NoiseTask(SegmentationTask):
    """For runs whose weights do not matter."""

    def batch(self, seed, device="cpu"):
        noise = torch.rand(2, 1, 32, 32, generator=torch.Generator().manual_seed(seed % 1000))
        return SegmentationBatch(noise, (noise[:, 0] > 0.5).long(), torch.zeros(2, 3, 2), torch.zeros(2, 3))
