"""Networks as training leaves them."""

from pathlib import Path

import torch

from .tasks import TASKS


def load_trained(path: Path) -> torch.nn.Module:
    """The network in a network.pt of train.py, ready to run."""
    saved = torch.load(path, map_location="cpu", weights_only=True)
    network = TASKS[saved["config"]["task"]](saved["config"]).network()
    network.load_state_dict(saved["weights"])
    return network.eval()
