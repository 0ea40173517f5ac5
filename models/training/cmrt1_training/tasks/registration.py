"""Learning to register stress T1 maps to rest T1 maps from generated pairs."""

import math
import random
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..networks import SwinUNet, SymmetricPair, VoxelMorphUNet, scaled_maps, warp
from ..phantom import Grid, PairSettings, generate_pairs

NETWORKS = {"symmetric": SymmetricPair, "swin": SwinUNet, "unet": VoxelMorphUNet}


@dataclass(frozen=True)
class PairBatch:
    maps: Tensor  # [batch, 2 (rest, stress), rows, columns], scaled
    field: Tensor  # [batch, 2, rows, columns], px, truth
    weight: Tensor  # [batch, rows, columns], 1 near the heart
    muscle: Tensor  # [batch, 2 (rest, stress), rows, columns], share of the LV's myocardium, 0...1

    def to(self, device: str) -> "PairBatch":
        return PairBatch(*(values.to(device) for values in vars(self).values()))


class RegistrationTask:
    """The configuration's [data] and [loss] (configs/dt1.toml explains them)."""

    def __init__(self, config: dict):
        self.network_settings, self.data, self.loss_settings = config["network"], config["data"], config["loss"]

    def network(self) -> nn.Module:
        settings = dict(self.network_settings)
        return NETWORKS[settings.pop("kind")](**settings)

    def batch(self, seed: int, device: str = "cpu") -> PairBatch:
        """The same for the same seed and device."""
        pair = generate_pairs(seed, self._draw_settings(random.Random(seed)), self.data["batch"], device)
        heart = pair.rest_masks["heart"]
        near = F.max_pool2d(F.interpolate(heart[:, None], scale_factor=0.25, mode="area"), 5, 1, 2) > 0.05
        near = F.interpolate(near.float(), size=heart.shape[-2:], mode="bilinear", align_corners=False)[:, 0]
        elsewhere = self.loss_settings["elsewhere"]
        muscle = torch.stack([masks["myocardium"] for masks in (pair.rest_masks, pair.stress_masks)], 1)
        maps = scaled_maps(torch.stack([pair.rest_ms, pair.stress_ms], 1))
        return PairBatch(maps, pair.field, elsewhere + (1 - elsewhere) * near, muscle)

    def _draw_settings(self, choice: random.Random) -> PairSettings:
        data = self.data
        spacing = math.exp(choice.uniform(*map(math.log, data["spacing_mm"])))
        return PairSettings(
            grid=Grid(data["size"], data["size"], spacing),
            randomised_tissues=choice.choice(data["randomised_tissues"]),
            response=tuple(data["response"]),
            noise=tuple(data["noise"]),
            still=data["still"],
            motion=choice.choice(data["motion"]),
            oversampling=1,
            pose_spread=data["pose_spread"],
            views=data["views"],
            field_step_px=4,
        )

    def loss(self, network: nn.Module, batch: PairBatch) -> Tensor:
        """Weighted distance to the true field, difference of the maps, and the roughness of the field."""
        settings = self.loss_settings
        fields = network(batch.maps)
        total = settings["roughness"] * _roughness(fields[0])
        if settings["distance"]:
            total = total + settings["distance"] * self._distance(fields, batch)
        if settings["difference"]:
            total = total + settings["difference"] * difference_of(fields[0], batch)
        return total

    def _distance(self, fields: list[Tensor], batch: PairBatch) -> Tensor:
        total = 0
        for share, field in zip(self.loss_settings["scales"], fields):
            stride = batch.field.shape[-1] // field.shape[-1]
            truth, weight = F.avg_pool2d(batch.field, stride), F.avg_pool2d(batch.weight, stride)
            distance = torch.sqrt((field - truth).square().sum(1) + 0.01)
            total = total + share * (distance * weight).sum() / weight.sum()
        return total

    @torch.no_grad()
    def figures(self, network: nn.Module, batch: PairBatch) -> dict[str, float]:
        """In the muscle at rest: displacement error in px, and the Dice with the muscle under stress."""
        field = _on_pixels(network(batch.maps)[0], batch.maps)
        inside = batch.muscle[:, 0] > 0.5
        moved = warp(batch.muscle[:, 1:], field)[:, 0]
        return {
            "before_px": float(batch.field.norm(dim=1)[inside].mean()),
            "after_px": float((field - batch.field).norm(dim=1)[inside].mean()),
            "dice_before": _dice(batch.muscle[:, 0], batch.muscle[:, 1]),
            "dice": _dice(batch.muscle[:, 0], moved),
        }


def _on_pixels(field: Tensor, maps: Tensor) -> Tensor:
    return F.interpolate(field, size=maps.shape[-2:], mode="bilinear", align_corners=False)


def _roughness(field: Tensor) -> Tensor:
    return torch.diff(field, dim=2).square().mean() + torch.diff(field, dim=3).square().mean()


def difference_of(field: Tensor, batch: PairBatch) -> Tensor:
    """Weighted mean square of what the maps differ by where `field` registers them."""
    moved = warp(batch.maps[:, 1:], _on_pixels(field, batch.maps))
    return ((moved - batch.maps[:, :1]).square()[:, 0] * batch.weight).sum() / batch.weight.sum()


def _dice(a: Tensor, b: Tensor) -> float:
    a, b = a > 0.5, b > 0.5
    both = (a & b).sum((1, 2))
    return float((2 * both / (a.sum((1, 2)) + b.sum((1, 2))).clamp(min=1)).mean())
