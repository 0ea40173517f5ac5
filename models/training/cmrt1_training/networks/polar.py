"""A U-Net on circles about the left ventricle: its wall, unrolled, is two borders that run across the image."""

import math
import re
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .unet import DownAndUp, UNetEnsemble


class _AcrossRays(nn.Module):
    """3 x 3 convolution of [n, inputs, circles, rays], whose last ray lies beside the first; normalised, ReLU."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.convolve = nn.Conv2d(inputs, outputs, 3, padding=[1, 0], bias=False)
        self.normalise = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.cat([x[..., -1:], x, x[..., :1]], 3)
        return self.normalise(self.convolve(x)).relu()


def _block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(_AcrossRays(inputs, outputs), _AcrossRays(outputs, outputs))


class PolarUNet(DownAndUp):
    """Normalised images [n, 1, rows, columns] to logits [n, classes, circles, rays] about a point.

    Circle i has (i + 1/2) / circles x `reach` x the ventricle's radius; ray j points from the image's right towards its
    down by 2 pi j / rays. The U-Net sees the image's values on them, these against mean and SD of all, and how far out
    a circle is.
    """

    def __init__(self, classes: int = 4, depth: int = 5, width: int = 32, widest: int = 128, circles: int = 48,
                 rays: int = 48, reach: float = 1.6):  # fmt: skip
        super().__init__()
        if circles % 2 ** (depth - 1) or rays % 2 ** (depth - 1):
            raise ValueError(f"{circles} circles of {rays} rays cannot be halved {depth - 1} times")
        filters = [min(width * 2**level, widest) for level in range(depth)]
        self.encoder = nn.ModuleList(_block(*one) for one in zip([3, *filters], filters))
        upwards = list(zip(filters[:0:-1], filters[-2::-1]))
        self.enlarge = nn.ModuleList(nn.ConvTranspose2d(deep, shallow, 2, 2) for deep, shallow in upwards)
        self.decoder = nn.ModuleList(_block(2 * shallow, shallow) for _, shallow in upwards)
        self.classify = nn.Conv2d(filters[0], classes, 1)
        self.circles, self.rays, self.reach = circles, rays, reach

    def forward(self, images: Tensor, centre_px: Tensor, radius_px: Tensor) -> Tensor:
        """`centre_px` [n, 2 (x, y)] in the image's pixels, `radius_px` [n] of the ventricle, both roughly."""
        seen = self.unrolled(images.float(), centre_px, radius_px)
        mean, sd = seen.mean((1, 2, 3), keepdim=True), seen.std((1, 2, 3), keepdim=True)
        outwards = torch.linspace(-1, 1, self.circles, device=seen.device)[None, None, :, None].expand_as(seen)
        x = torch.cat([seen, (seen - mean) / (sd + 1e-3), outwards], 1).to(self.classify.weight.dtype)
        return self.classify(self.through(x))

    def unrolled(self, images: Tensor, centre_px: Tensor, radius_px: Tensor, mode: str = "bilinear") -> Tensor:
        """Images [n, channels, rows, columns] on the circles: [n, channels, circles, rays]; beyond the image its edge."""
        out = (torch.arange(self.circles, device=images.device) + 0.5) * (self.reach / self.circles)
        angle = torch.arange(self.rays, device=images.device) * (2 * math.pi / self.rays)
        unit = torch.stack([angle.cos(), angle.sin()], 1)
        at = centre_px[:, None, None] + radius_px[:, None, None, None] * out[None, :, None, None] * unit[None, None]
        size = torch.tensor([images.shape[3], images.shape[2]], device=images.device)
        return F.grid_sample(images, (2 * at + 1) / size - 1, mode, "border", align_corners=False)

    def rolled(self, shares: Tensor, centre_px: Tensor, radius_px: Tensor, rows: int, columns: int) -> Tensor:
        """Shares [n, classes, circles, rays] back on the image: [n, classes, rows, columns]; beyond the circles the
        first class, background, has it all."""
        y = torch.arange(rows, device=shares.device)[None, :, None] - centre_px[:, 1, None, None]
        x = torch.arange(columns, device=shares.device)[None, None] - centre_px[:, 0, None, None]
        out = torch.hypot(x, y) / (self.reach * radius_px[:, None, None])  # 0 ... 1
        ray = torch.remainder(torch.atan2(y, x), 2 * math.pi) * (self.rays / (2 * math.pi))  # 0 ... rays
        closed = torch.cat([shares[..., -1:], shares, shares[..., :1]], 3)
        at = torch.stack([(2 * ray + 3) / (self.rays + 2) - 1, 2 * out - 1], 3)
        back = F.grid_sample(closed, at, "bilinear", "border", align_corners=False)
        inside = (out < 1)[:, None].to(back.dtype)
        return torch.cat([back[:, :1] * inside + 1 - inside, back[:, 1:] * inside], 1)

    @staticmethod
    def like(exported: nn.Module) -> "PolarUNet":
        """With the weights of one in a delivered file, in float32."""
        weights = {name: values.float() for name, values in exported.state_dict().items()}
        filters = [len(own) for name, own in weights.items() if re.fullmatch(r"encoder\.\d+\.0\.convolve\.weight", name)]
        network = PolarUNet(len(weights["classify.weight"]), len(filters), filters[0], max(filters), exported.circles,
                            exported.rays, exported.reach)  # fmt: skip
        network.load_state_dict(weights)
        return network


def lv_circle(lv: Tensor, usual_radius: float = 1 / 5.4, least_radius_px: float = 4,
              least_area_px: float = 60, stray: float = 1.4, ring: float = 0.2) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Centre of mass [n, 2 (x, y)] and radius [n] of a disc of the area of masks [n, rows, columns], px.

    What lies further than `stray` such radii away does not count: first from the median row and column, then from the
    centre of mass of what is left, twice. Where less than `ring` of the mask would count, it is a thin ring without its
    cavity: of that the centre of mass and the mean distance from it. Where a mask is next to empty, the middle and the
    usual share of the image's width.
    """
    rows, columns = lv.shape[1], lv.shape[2]
    x, y = (torch.arange(count, device=lv.device, dtype=torch.float32) for count in (columns, rows))
    centre_of_all, area_of_all = _centre_and_area(lv, x, y)
    centre, area = torch.stack([_median(lv.sum(1)), _median(lv.sum(2))], 1), area_of_all
    for _ in range(3):
        centre, area = _centre_and_area(lv & (_away(x, y, centre) <= stray * _disc_radius(area)[:, None, None]), x, y)
    is_ring = area < ring * area_of_all
    mean_away = (lv * _away(x, y, centre_of_all)).sum((1, 2)) / area_of_all.clamp(min=1)
    centre = torch.where(is_ring[:, None], centre_of_all, centre)
    radius = torch.where(is_ring, mean_away, _disc_radius(area))
    middle = torch.tensor([(columns - 1) / 2, (rows - 1) / 2], device=lv.device)
    seen = torch.where(is_ring, area_of_all, area) >= least_area_px
    radius = torch.where(seen, radius, torch.full_like(area, usual_radius * columns))
    return torch.where(seen[:, None], centre, middle), radius.clamp(min=least_radius_px)


def _away(x: Tensor, y: Tensor, centre: Tensor) -> Tensor:
    """Distance of each pixel from centres [n, 2 (x, y)]: [n, rows, columns]."""
    return torch.hypot(x[None, None] - centre[:, 0, None, None], y[None, :, None] - centre[:, 1, None, None])


def _centre_and_area(mask: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Of masks [n, rows, columns]: centre of mass [n, 2 (x, y)] and number of pixels [n]."""
    mass = mask.float()
    area = mass.sum((1, 2))
    return torch.stack([(mass.sum(1) * x).sum(1), (mass.sum(2) * y).sum(1)], 1) / area.clamp(min=1)[:, None], area


def _disc_radius(area: Tensor) -> Tensor:
    return (area / math.pi).sqrt()


def _median(counts: Tensor) -> Tensor:
    """Of places 0, 1, ... that were counted [n, places]: [n]."""
    return (2 * counts.cumsum(1) >= counts.sum(1, keepdim=True)).float().argmax(1)


class PolarEnsemble(nn.Module):
    """A polar U-Net about what U-Nets find of the left ventricle, the mean of it and the last of them, and those.

    Logits [n, 2 + members, 3, rows, columns] as UNetEnsemble gives them; the first two are logarithms of shares. Where
    the ventricle lies is told by the last three U-Nets together.
    """

    def __init__(self, ensemble: UNetEnsemble, polar: PolarUNet):
        super().__init__()
        self.members, self.polar, self.classes = ensemble.members, polar, ensemble.classes

    @staticmethod
    def delivered(file: Path) -> "PolarEnsemble":
        """Of a file of export.py, in float32. ValueError where it holds no polar U-Net."""
        exported = torch.jit.load(file, "cpu").network
        if not hasattr(exported, "polar"):
            raise ValueError(f"{file} holds no polar U-Net")
        return PolarEnsemble(UNetEnsemble.delivered(file), PolarUNet.like(exported.polar))

    def forward(self, images: Tensor) -> Tensor:
        logits = torch.stack([member(images) for member in self.members], 1).float()
        deep = logits[:, -3:].softmax(2)
        centre, radius = lv_circle(deep.mean(1)[:, 0] < 0.5)
        polar = self.polar(images, centre, radius).float().softmax(1)
        polar = self.polar.rolled(polar, centre, radius, images.shape[2], images.shape[3])
        polar = torch.cat([1 - polar[:, 1:3].sum(1, keepdim=True), polar[:, 1:3]], 1)  # of two ventricles the left one
        of_polar = torch.stack([polar, (polar + deep[:, -1]) / 2], 1)
        return torch.cat([of_polar.clamp(min=1e-6).log(), logits], 1)
