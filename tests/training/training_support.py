"""What the tests of the training package share."""

import tomllib
from pathlib import Path

import torch

from cmrt1_training.phantom import ScannerSettings
from cmrt1_training.tasks import PolarTask, SegmentationTask
from cmrt1_training.tasks.segmentation import SegmentationBatch
from cmrt1_training.train import CONFIGS, train

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


def toy_qcd_config(depths=(3, 4, 5, 6), **training) -> dict:
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


class PolarNoiseTask(PolarTask):
    """The same for a polar U-Net."""

    def batch(self, seed, device="cpu"):
        return self.with_circles(NoiseTask(toy_qcd_config()).batch(seed), seed, device)


def toy_polar_config(**network) -> dict:
    config = tomllib.loads((CONFIGS / "polar.toml").read_text())
    config["data"] |= {"size": 64, "batch": 4, "anatomies": 10}
    config["network"] |= {"width": 4, "widest": 8} | network
    config["training"] |= {"steps": 2, "validation_batches": 1}
    return config


def trained_on_noise(folder: Path, depths=(3, 4, 5, 6), seed: int = 4) -> Path:
    """network.pt of U-Nets whose weights do not matter."""
    config = toy_qcd_config(depths) | {"seed": seed}
    train(NoiseTask(config), config, folder)
    return folder / "network.pt"


def polar_trained_on_noise(folder: Path) -> Path:
    config = toy_polar_config()
    train(PolarNoiseTask(config), config, folder)
    return folder / "network.pt"
