"""Writes the stand-ins for the segmentation networks that the tests load, one folder each:

    python tests/qcd/networks/make_networks.py

Input [n, 1, 96, 96]; `heart` answers [n, 1, 7, 96, 96] and `qcd` [n, 6, 3, 96, 96] as the trained ones do; `judge`
answers [n, 13, 96, 96] with [n, 12]. They have no weights and look at grey values alone, which are taken as they come: 100 background, 400 right ventricle, 1000
myocardium, 1800 blood pool of the left ventricle, and shares in between where a pixel holds two of them. From 2200 on
the six members disagree: member m (1 to 6) takes 2200 + 100 m and more for myocardium, and less for background.
"""

import hashlib
import json
from pathlib import Path

import torch
from torch import Tensor, nn

HERE = Path(__file__).parent
MEMBERS = 6
NAMES = ["polar", "polar_unet_6", *(f"unet_{i + 1}" for i in range(2, MEMBERS)), *(f"votes_{i + 1}" for i in range(MEMBERS))]
LIMITS = {
    "myocardium_mm2": [300, 4000],
    "blood_pool_mm2": [100, 4000],
    "wall_thickness_mm": [4, 16],
    "ring_closure": 0.8,
    "components": 1,
    "centre_offset": 0.25,
}


class Heart(nn.Module):
    """Background, LV myocardium, LV blood pool, RV blood pool; three landmarks that may lie anywhere."""

    def forward(self, images: Tensor) -> Tensor:
        blood = ((images - 1000) / 800).clamp(0, 1)
        right = (1 - (images - 400).abs() / 150).clamp(0, 1)
        muscle = (((images - 100) / 900).clamp(0, 1) - blood) * (1 - right)
        anywhere = torch.full_like(images, 1 / 96**2)
        return torch.stack([1 - blood - muscle - right, muscle, blood, right, anywhere, anywhere, anywhere], dim=2)


class Members(nn.Module):
    """Background, LV myocardium, LV blood pool of six members."""

    def forward(self, images: Tensor) -> Tensor:
        first_doubt = 2200 + 100 * torch.arange(1, 7, dtype=torch.float32)[:, None, None]
        sure = ((2200 - images) / 200).clamp(0, 1)
        blood = (((images - 1000) / 800).clamp(0, 1) * sure).expand(-1, 6, -1, -1)
        muscle = ((images - 100) / 900).clamp(0, 1) * sure - blood
        muscle = muscle + ((images - first_doubt) / 100 + 0.5).clamp(0, 1)
        return torch.stack([1 - blood - muscle, muscle, blood], dim=2)


class Judge(nn.Module):
    """Expects of unet_m the mean share of member m's myocardium, of votes_m that of its blood pool; 0 of images below 1."""

    def forward(self, views: Tensor) -> Tensor:
        shares = views[:, 1:].mean([2, 3])
        return torch.cat([shares[:, ::2], shares[:, 1::2]], 1) * (views[:, 0].amax([1, 2]) >= 1)[:, None]


def quality(entries: dict) -> dict:
    """Predicted Dice: 0.05 + 0.9 times the mean agreement with the other candidates."""
    count = len(NAMES)
    gram = [[0.2 if i == j == 0 else 0 for j in range(count)] for i in range(count)]
    weights = [[0 if i == j else 0.9 / (count - 1) for j in range(count)] for i in range(count)]
    candidates = [
        {"name": name, "intercept": 0.05, "weights": own, "residual_sd": 0.02, "inverse_gram": gram}
        for name, own in zip(NAMES, weights)
    ]
    networks = {"network_sha256": "qcd", "heart_sha256": "heart", "judge_sha256": "judge"}
    networks = {key: entries[name]["sha256"] for key, name in networks.items()}
    head = {"format": 3, **networks, "level": 0.9, "t": 1.65, "limits": LIMITS}
    return head | {"candidates": candidates}


def write(folder: Path, networks: dict[str, nn.Module]) -> None:
    folder.mkdir(exist_ok=True)
    entries = {}
    for name, network in networks.items():
        scripted = torch.jit.script(network.eval())
        scripted.save(str(folder / f"{name}.pt"))
        example = torch.zeros(1, 13 if name == "judge" else 1, 96, 96)
        entries[name] = {
            "file": f"{name}.pt",
            "version": f"stand-in {folder.name}",
            "sha256": hashlib.sha256((folder / f"{name}.pt").read_bytes()).hexdigest(),
            "input": list(example.shape),
            "output": list(scripted(example).shape),
        }
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "networks": entries}, indent=1) + "\n")
    (folder / "qcd_quality.json").write_text(json.dumps(quality(entries)) + "\n")


if __name__ == "__main__":
    write(HERE / "ring", {"heart": Heart(), "qcd": Members(), "judge": Judge()})
    write(HERE / "wrong", {"heart": Heart(), "qcd": Heart(), "judge": Judge()})
