"""Learning the motion within T1-mapping series from generated ones."""

import math
import random
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..networks import EarlyFusion, GroupMocoNet
from ..networks.moconet import normalised
from ..phantom import FREE_SEQUENCES, AppearanceSettings, Grid, PhantomSettings, ScannerSettings, generate
from ..phantom.sequence import SEQUENCES

FIRST_VALIDATION_SEED = 1 << 40  # training seeds stay below


@dataclass(frozen=True)
class MotionBatch:
    images: Tensor  # [batch, K, rows, columns], normalised
    fields: Tensor  # [batch, K, 2, rows, columns], px, truth
    weight: Tensor  # [batch, rows, columns], 1 near the heart
    heart: Tensor  # [batch, rows, columns], share 0...1

    def to(self, device: str) -> "MotionBatch":
        return MotionBatch(*(values.to(device) for values in vars(self).values()))


class MotionTask:
    """`settings` is the configuration's [data] and [loss] (configs/moconet.toml explains them)."""

    def __init__(self, config: dict):
        self.network_settings, self.data, self.loss_settings = config["network"], config["data"], config["loss"]

    def network(self) -> nn.Module:
        settings = dict(self.network_settings)
        kind = settings.pop("kind")
        return {"group": GroupMocoNet, "early_fusion": EarlyFusion}[kind](**settings)

    def batch(self, seed: int, device: str = "cpu") -> MotionBatch:
        """The same for the same seed and device."""
        settings = self._draw_settings(random.Random(seed))
        sample = generate(seed, settings, self.data["batch"], device)
        heart = sample.masks["heart"]
        near = F.max_pool2d(F.interpolate(heart[:, None], scale_factor=0.25, mode="area"), 5, 1, 2) > 0.05
        near = F.interpolate(near.float(), size=heart.shape[-2:], mode="bilinear", align_corners=False)[:, 0]
        elsewhere = self.loss_settings["elsewhere"]
        return MotionBatch(normalised(sample.magnitude), sample.fields, elsewhere + (1 - elsewhere) * near, heart)

    def _draw_settings(self, choice: random.Random) -> PhantomSettings:
        data, any_range = self.data, lambda low, high: math.exp(choice.uniform(math.log(low), math.log(high)))
        names = [*SEQUENCES, *FREE_SEQUENCES]
        sequence = choice.choices(names, [data["sequences"].get(name, 0) for name in names])[0]
        size = data["size"]
        return PhantomSettings(
            grid=Grid(size, size, any_range(*data["spacing_mm"])),
            sequence=sequence,
            images=data.get("images") or choice.randint(5, 11),
            motion="any",
            randomised_tissues=choice.choice(data["randomised_tissues"]),
            scanner=ScannerSettings(snr=tuple(data["snr"]), resolution_mm=0, quantised=False),
            oversampling=1,
            margin_px=12,
            field_step_px=4,
            pose_spread=data["pose_spread"],
            appearance=AppearanceSettings(),
            views=data["views"],
        )

    def loss(self, network: nn.Module, batch: MotionBatch) -> Tensor:
        """Weighted distance to the true field at every scale, and the roughness of the finest."""
        outputs, settings = network(batch.images), self.loss_settings
        total = 0
        for share, fields in zip(settings["scales"], outputs):
            truth, weight = _at_scale(batch, fields.shape[-1])
            square = (fields - truth).square().sum(2)
            distance = torch.sqrt(square + 0.01) if settings["distance"] == "charbonnier" else square
            total = total + share * (distance * weight[:, None]).sum() / (weight.sum() * fields.shape[1])
        finest = outputs[0]
        rough = torch.diff(finest, dim=3).square().mean() + torch.diff(finest, dim=4).square().mean()
        return total + settings["roughness"] * rough

    @torch.no_grad()
    def figures(self, network: nn.Module, batch: MotionBatch) -> dict[str, float]:
        """Mean displacement error within the heart, px, before (no field) and after."""
        fields = network(batch.images)[0].flatten(0, 1)
        fields = F.interpolate(fields, size=batch.heart.shape[-2:], mode="bilinear", align_corners=False)
        inside = (batch.heart > 0.5)[:, None].expand(batch.images.shape)
        error = (fields.view_as(batch.fields) - batch.fields).norm(dim=2)[inside]
        return {"before_px": float(batch.fields.norm(dim=2)[inside].mean()), "after_px": float(error.mean())}


def _at_scale(batch: MotionBatch, columns: int) -> tuple[Tensor, Tensor]:
    """Truth and weight averaged over the cells of a coarser grid."""
    stride = batch.fields.shape[-1] // columns
    if stride == 1:
        return batch.fields, batch.weight
    truth = F.avg_pool2d(batch.fields.flatten(0, 2)[:, None], stride)[:, 0]
    return truth.unflatten(0, batch.fields.shape[:3]), F.avg_pool2d(batch.weight, stride)
