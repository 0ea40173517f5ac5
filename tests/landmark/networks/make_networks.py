"""Writes the stand-ins for the landmark networks that the tests load:

    python tests/landmark/networks/make_networks.py

`heart` takes [n, 1, 128, 128], `landmarks` [n, 1, 128, 128]; both answer 7 planes as the trained ones do. They have no
weights and look at grey values alone: 100 background, 1000 myocardium, 1800 blood pool of the left ventricle; discs of
2600 at its centre (blood pool too), of 3200 at the anterior and of 3800 at the inferior insertion. Where no disc of a
value is seen the landmark may lie anywhere. `wrong` holds networks that answer the class shares alone.
"""

import hashlib
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

HERE = Path(__file__).parent


class Marks(nn.Module):
    def __init__(self, landmarks: bool = True):
        super().__init__()
        self.landmarks = landmarks

    def forward(self, images: Tensor) -> Tensor:
        blood = ((images - 1000) / 800).clamp(0, 1) * ((3000 - images) / 200).clamp(0, 1)
        muscle = ((images - 100) / 900).clamp(0, 1) * ((1800 - images) / 800).clamp(0, 1)
        planes = [1 - blood - muscle, muscle, blood, torch.zeros_like(images)]
        if self.landmarks:
            for value in (2600.0, 3200.0, 3800.0):
                like = (1 - (images - value).abs() / 250).clamp(0, 1)
                near = F.avg_pool2d(like, 5, 1, 2) ** 4 + 1e-9
                planes.append(near / near.sum([2, 3], keepdim=True))
        return torch.stack(planes, 2)


def write(folder: Path, landmarks: bool) -> None:
    folder.mkdir(exist_ok=True)
    entries = {}
    for name, size in (("heart", 128), ("landmarks", 128)):
        scripted = torch.jit.script(Marks(landmarks).eval())
        scripted.save(str(folder / f"{name}.pt"))
        example = torch.zeros(1, 1, size, size)
        entries[name] = {
            "file": f"{name}.pt",
            "version": f"stand-in {folder.name}",
            "sha256": hashlib.sha256((folder / f"{name}.pt").read_bytes()).hexdigest(),
            "input": list(example.shape),
            "output": list(scripted(example).shape),
        }
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "networks": entries}, indent=1) + "\n")


if __name__ == "__main__":
    write(HERE / "marks", True)
    write(HERE / "wrong", False)
