"""Makes the training package importable from the tree, and torch use one thread."""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models" / "training"))
torch.set_num_threads(1)
