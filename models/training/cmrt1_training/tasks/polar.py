"""Learning to draw the LV's wall on circles about it."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..networks import PolarUNet
from ..networks.polar import lv_circle
from ..phantom.draw import Draw
from ..phantom.labels import LV_BLOOD, MYOCARDIUM
from .endocardial import UNKNOWN
from .own_masks import OwnMasksTask
from .segmentation import SegmentationBatch, SegmentationTask, class_figures, segmentation_loss

CAVITY_TO_LV = 1.4  # radius, where only the cavity is labelled
CIRCLES_SEED = 1 << 61  # apart from those of the images


@dataclass(frozen=True)
class PolarBatch(SegmentationBatch):
    centre_px: Tensor | None = None  # [n, 2 (x, y)] of the LV, as a first look would tell it
    radius_px: Tensor | None = None  # [n]


class PolarTask(SegmentationTask):
    """SegmentationTask's samples, each with a centre and a radius that are as far `off` as [data] says: SD of the
    centre in LV diameters along each axis; 1.6 times that of the radius' logarithm. Computes in float32 everywhere."""

    def network(self) -> nn.Module:
        return PolarUNet(**self.network_settings)

    def batch(self, seed: int, device: str = "cpu") -> PolarBatch:
        return self.with_circles(super().batch(seed, device), seed, device)

    def with_circles(self, batch: SegmentationBatch, seed: int, device: str) -> PolarBatch:
        draw, off = Draw(CIRCLES_SEED + seed, len(batch.classes), device), self.data["off"]
        some = lambda count: draw.normal(0, off, count).clamp(-2.5 * off, 2.5 * off)
        centre, radius = known_circle(batch.classes)
        centre = centre + 2 * radius[:, None] * some(2)
        return PolarBatch(**vars(batch), centre_px=centre, radius_px=radius * torch.exp(1.6 * some(1)[:, 0]))

    def loss(self, network: nn.Module, batch: PolarBatch) -> Tensor:
        about = batch.centre_px, batch.radius_px
        truth = network.unrolled(batch.classes[:, None].float(), *about, "nearest")[:, 0].round().long()
        return segmentation_loss(network(batch.images, *about).float(), truth)

    @torch.no_grad()
    def figures(self, network: nn.Module, batch: PolarBatch) -> dict[str, float]:
        about, size = (batch.centre_px, batch.radius_px), batch.classes.shape[1]
        shares = network(batch.images, *about).float().softmax(1)
        return class_figures(network.rolled(shares, *about, size, size).argmax(1), batch.classes)


class OwnPolarTask(PolarTask, OwnMasksTask):
    """PolarTask on OwnMasksTask's samples."""


def known_circle(classes: Tensor) -> tuple[Tensor, Tensor]:
    """lv_circle of classes [n, size, size], some of which know the cavity alone."""
    partial = (classes <= UNKNOWN).flatten(1).any(1)
    cavity = classes == LV_BLOOD
    centre, radius = lv_circle(cavity | ((classes == MYOCARDIUM) & ~partial[:, None, None]))
    return centre, radius * torch.where(partial, CAVITY_TO_LV, 1.0)
