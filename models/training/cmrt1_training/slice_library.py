"""Label maps drawn once and kept, so that training does not wait for the painter.

The file's name holds a hash of the painter's sources: a changed painter draws again.
"""

import hashlib
import os
import random
import sys
from pathlib import Path

import torch

from .phantom.slices import LabelMaps, draw_label_maps

FOLDER = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "cmrt1" / "slices"
AT_ONCE = 4  # maps of one level; more would not fit the processor's cache
_SOURCES = ("slices.py", "short_axis.py", "heart_slices.json", "heart.py", "heart_shapes.json", "chest.py", "canvas.py",
            "draw.py", "labels.py")  # fmt: skip


def load_label_maps(count: int, wide: bool, seed: int) -> LabelMaps:
    """`count` maps, drawn (0.1 s each) if FOLDER does not hold them yet; labels stay on disk until they are used."""
    path = FOLDER / f"{'wide' if wide else 'near'}-{count}-{seed}-{_fingerprint()}.pt"
    if not path.exists():
        print(f"drawing {count} label maps into {path}", file=sys.stderr, flush=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        torch.save(vars(_draw(count, wide, seed)), part)
        os.replace(part, path)
    return LabelMaps(**torch.load(path, mmap=True, weights_only=True))


def chosen(maps: LabelMaps, numbers: list[int], device: str = "cpu") -> LabelMaps:
    index = torch.tensor(numbers)
    return LabelMaps(**{name: values[index].to(device) for name, values in vars(maps).items()})


class Anatomies:
    """The label maps that a configuration's [data] names; its `validation_share` of them never trains."""

    def __init__(self, data: dict):
        self.count, self.seed, self.kept = data["anatomies"], data["anatomy_seed"], data["validation_share"]
        self._maps: dict[bool, LabelMaps] = {}

    def choose(self, count: int, wide: bool, validating: bool, choice: random.Random, device: str = "cpu") -> LabelMaps:
        if wide not in self._maps:
            self._maps[wide] = load_label_maps(self.count, wide, self.seed)
        first_kept = round((1 - self.kept) * self.count)
        numbers = range(first_kept, self.count) if validating else range(first_kept)
        return chosen(self._maps[wide], choice.choices(numbers, k=count), device)


def _draw(count: int, wide: bool, seed: int) -> LabelMaps:
    first = 2 * (seed * 1_000_000_000) + wide
    parts = [draw_label_maps(first + 2 * k, min(AT_ONCE, count - k), wide) for k in range(0, count, AT_ONCE)]
    return LabelMaps(**{name: torch.cat([getattr(part, name) for part in parts]) for name in vars(parts[0])})


def _fingerprint() -> str:
    phantom = Path(__file__).parent / "phantom"
    return hashlib.sha256(b"".join((phantom / name).read_bytes() for name in _SOURCES)).hexdigest()[:12]
