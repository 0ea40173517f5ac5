"""Writes the stand-ins for the registration network that the tests load, one folder each:

    python tests/dt1/networks/make_networks.py

Input [n, 2, 192, 192] (T1 in ms at rest and under stress), output [n, 2, 192, 192] (displacement in cells along x, y)
as the trained network, without any weights. `known`, `shrinking` and `folding` answer fields that tests/dt1/known_field.h
knows, whatever they see; `flat` answers something else. `hearts` finds how the left ventricle's blood has moved, and
holds stand-ins for all other networks of dt1map too: grey values as in tests/landmark/networks/make_networks.py.
"""

import hashlib
import importlib.util
import json
from pathlib import Path

import torch
from torch import Tensor, nn

HERE = Path(__file__).parent
CELLS = 192


def sibling(module: str):
    """tests/MODULE/networks/make_networks.py"""
    file = HERE.parents[1] / module / "networks" / "make_networks.py"
    spec = importlib.util.spec_from_file_location(f"{module}_networks", file)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


class Known(nn.Module):
    """(shift + growth (p - middle)) exp(-|p - middle|^2 / 2 reach^2), cells."""

    def __init__(self, shift_x: float, shift_y: float, growth: float, reach: float):
        super().__init__()
        self.shift_x, self.shift_y, self.growth, self.reach = shift_x, shift_y, growth, reach

    def forward(self, maps: Tensor) -> Tensor:
        count, size = maps.shape[0], maps.shape[-1]
        place = torch.arange(size, dtype=torch.float32) - 0.5 * (size - 1)
        x, y = place[None, :].expand(size, size), place[:, None].expand(size, size)
        share = torch.exp(-(x * x + y * y) / (2 * self.reach * self.reach))
        field = torch.stack([(self.shift_x + self.growth * x) * share, (self.shift_y + self.growth * y) * share])
        return field.expand(count, 2, size, size).contiguous()


class Flat(nn.Module):
    """No registration network: one value a cell."""

    def forward(self, maps: Tensor) -> Tensor:
        return maps[:, :1] * 1.0


class Blood(nn.Module):
    """Shifts the whole window by what the blood's middle has moved, to a 64th of a cell: sums depend on threads."""

    def middle(self, maps: Tensor) -> Tensor:
        size = maps.shape[-1]
        blood = ((maps - 1000) / 800).clamp(0, 1) * ((3000 - maps) / 200).clamp(0, 1) + 1e-6
        place = torch.arange(size, dtype=torch.float32)
        total = blood.sum([1, 2])
        return torch.stack([(blood * place).sum([1, 2]), (blood * place[:, None]).sum([1, 2])], 1) / total[:, None]

    def forward(self, maps: Tensor) -> Tensor:
        shift = (64 * (self.middle(maps[:, 1]) - self.middle(maps[:, 0]))).round() / 64
        return shift[:, :, None, None].expand(-1, -1, maps.shape[-1], maps.shape[-1]).contiguous()


class Members(nn.Module):
    """Background, LV myocardium, LV blood pool of six members of one opinion."""

    def forward(self, images: Tensor) -> Tensor:
        blood = ((images - 1000) / 800).clamp(0, 1) * ((3000 - images) / 200).clamp(0, 1)
        muscle = ((images - 100) / 900).clamp(0, 1) * ((1800 - images) / 800).clamp(0, 1)
        one = torch.stack([1 - blood - muscle, muscle, blood], 2)
        return one.expand(-1, 6, -1, -1, -1).contiguous()


def write(folder: Path, networks: dict[str, tuple[nn.Module, list[int]]]) -> dict:
    folder.mkdir(exist_ok=True)
    entries = {}
    for name, (network, shape) in networks.items():
        scripted = torch.jit.script(network.eval())
        scripted.save(str(folder / f"{name}.pt"))
        entries[name] = {
            "file": f"{name}.pt",
            "version": f"stand-in {folder.name}",
            "sha256": hashlib.sha256((folder / f"{name}.pt").read_bytes()).hexdigest(),
            "input": shape,
            "output": list(scripted(torch.zeros(shape)).shape),
        }
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "networks": entries}, indent=1) + "\n")
    return entries


if __name__ == "__main__":
    pair = [1, 2, CELLS, CELLS]
    write(HERE / "known", {"dt1": (Known(7, -4, 0, 45), pair)})
    write(HERE / "shrinking", {"dt1": (Known(0, 0, -0.6, 28), pair)})
    write(HERE / "folding", {"dt1": (Known(0, 0, -1.5, 30), pair)})
    write(HERE / "flat", {"dt1": (Flat(), pair)})
    marks = sibling("landmark").Marks
    entries = write(
        HERE / "hearts",
        {
            "heart": (marks(), [1, 1, 96, 96]),
            "qcd": (Members(), [1, 1, 96, 96]),
            "judge": (sibling("qcd").Judge(), [1, 13, 96, 96]),
            "landmarks": (marks(), [1, 1, 128, 128]),
            "dt1": (Blood(), pair),
        },
    )
    quality = sibling("qcd").quality(entries)
    (HERE / "hearts" / "qcd_quality.json").write_text(json.dumps(quality) + "\n")
