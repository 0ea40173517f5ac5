"""Writes the stand-ins for the motion network that the tests load, one folder each:

    python tests/moco/networks/make_networks.py

Input [views, K, rows, columns], output [views, K, 2, rows, columns] as models/moconet.pt, without any
weights: known fields, wrong fields, and one that really finds shifts of the whole image.
"""

import hashlib
import json
from pathlib import Path

import torch
from torch import Tensor, nn

HERE = Path(__file__).parent
EXAMPLE = (1, 5, 48, 64)


class Ramps(nn.Module):
    """Fields that grow with column and row: image k gets (k - mean k) times (0.5 + x / 50, y / 40 - 1)."""

    def forward(self, images: Tensor) -> Tensor:
        views, count, rows, columns = images.shape
        step = torch.arange(count, dtype=torch.float32) - (count - 1) / 2
        x = (0.5 + torch.arange(columns, dtype=torch.float32) / 50).expand(rows, columns)
        y = (torch.arange(rows, dtype=torch.float32) / 40 - 1)[:, None].expand(rows, columns)
        return (step[:, None, None, None] * torch.stack([x, y])).expand(views, count, 2, rows, columns).contiguous()


class Wrong(nn.Module):
    """Waves of five pixels, to and fro from image to image, whatever is in the images."""

    def forward(self, images: Tensor) -> Tensor:
        views, count, rows, columns = images.shape
        sign = 1 - 2 * (torch.arange(count) % 2).to(torch.float32)
        x = 5 * torch.sin(torch.arange(rows, dtype=torch.float32) / 12)[:, None].expand(rows, columns)
        y = 5 * torch.cos(torch.arange(columns, dtype=torch.float32) / 12).expand(rows, columns)
        fields = (sign - sign.mean())[:, None, None, None] * torch.stack([x, y])
        return fields.expand(views, count, 2, rows, columns).contiguous()


class Shifts(nn.Module):
    """The shift of each whole image against the mean of the others' edges, by correlation, three times over."""

    def edges(self, images: Tensor) -> Tensor:
        smooth = torch.nn.functional.avg_pool2d(images, 3, 1, 1)
        dx = (smooth[..., 2:] - smooth[..., :-2])[..., 1:-1, :]
        dy = (smooth[..., 2:, :] - smooth[..., :-2, :])[..., 1:-1]
        edges = torch.nn.functional.pad(torch.sqrt(dx * dx + dy * dy + 1e-6), [1, 1, 1, 1])
        rows, columns = images.shape[-2], images.shape[-1]
        window = torch.hann_window(rows)[:, None] * torch.hann_window(columns)
        return window * edges / (edges.mean(dim=[-2, -1], keepdim=True) + 1e-6)

    def shifted(self, images: Tensor, shift: Tensor) -> Tensor:
        rows, columns = images.shape[-2], images.shape[-1]
        y = torch.linspace(-1, 1, rows)[:, None].expand(rows, columns)
        x = torch.linspace(-1, 1, columns).expand(rows, columns)
        scale = torch.tensor([2.0 / (columns - 1), 2.0 / (rows - 1)])
        grid = torch.stack([x, y], dim=-1) + (shift * scale)[:, None, None, :]
        return torch.nn.functional.grid_sample(images[:, None], grid, padding_mode="border", align_corners=True)[:, 0]

    def step(self, edges: Tensor) -> Tensor:
        """How far each image lies from the mean: the peak of their correlation, refined by parabolas."""
        spectrum = torch.fft.rfft2(edges)
        rows, columns = edges.shape[-2], edges.shape[-1]
        mean = spectrum.mean(dim=0, keepdim=True)
        peaks = torch.fft.irfft2(spectrum * mean.conj(), s=[rows, columns])
        peaks = torch.roll(peaks, [rows // 2, columns // 2], [-2, -1])
        shifts = []
        for peak in peaks:
            best = int(peak.argmax())
            row, column = min(max(best // columns, 1), rows - 2), min(max(best % columns, 1), columns - 2)
            here = peak[row, column]
            left, right = peak[row, column - 1], peak[row, column + 1]
            above, below = peak[row - 1, column], peak[row + 1, column]
            dx = 0.5 * (left - right) / (left - 2 * here + right - 1e-9)
            dy = 0.5 * (above - below) / (above - 2 * here + below - 1e-9)
            shifts.append(torch.stack([column - columns // 2 + dx, row - rows // 2 + dy]))
        return torch.stack(shifts)

    def forward(self, images: Tensor) -> Tensor:
        views, count, rows, columns = images.shape
        fields = []
        for view in images:
            shift = torch.zeros(count, 2)
            for _ in range(4):
                shift = shift + self.step(self.edges(self.shifted(view, shift)))
            fields.append((shift - shift.mean(dim=0))[:, :, None, None].expand(count, 2, rows, columns))
        return torch.stack(fields).contiguous()


class Flat(nn.Module):
    """Not a motion network: gives the images back."""

    def forward(self, images: Tensor) -> Tensor:
        return 1.0 * images


def write(name: str, network: nn.Module) -> None:
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    scripted = torch.jit.script(network.eval())
    scripted.save(str(folder / "moconet.pt"))
    output = scripted(torch.zeros(EXAMPLE))
    entry = {
        "file": "moconet.pt",
        "version": f"stand-in {name}",
        "sha256": hashlib.sha256((folder / "moconet.pt").read_bytes()).hexdigest(),
        "input": list(EXAMPLE),
        "output": list(output.shape),
    }
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "networks": {"moconet": entry}}, indent=1) + "\n")


if __name__ == "__main__":
    for name, network in {"ramps": Ramps(), "wrong": Wrong(), "shifts": Shifts(), "flat": Flat()}.items():
        write(name, network)
