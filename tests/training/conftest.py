"""Makes the training package importable from the tree, and torch use one thread."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models" / "training"))
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def library_folder(tmp_path_factory):
    """Label maps of the tests lie in a folder of their own."""
    from cmrt1_training import slice_library

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slice_library, "FOLDER", tmp_path_factory.mktemp("slices"))
        yield
