"""Registers the stress T1 map of a slice to its rest T1 map: three networks of one interface.

Each takes pairs [n, 2 (rest, stress), rows, columns], scaled by `scaled_maps`, rows and columns multiples of 32,
and returns fields [n, 2 (x, y), rows / s, columns / s], finest first, in pixels of the maps: stress(p + u(p))
shows what rest(p) shows. Fields are exponentials of stationary velocities: they do not fold.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .fields import compose, exponential, warp
from .moconet import GroupMocoNet
from .swin import SwinDecoderLevel, SwinEncoderLevel


class SymmetricPair(nn.Module):
    """MOCOnet's network for a group of two: each map moves to the middle, and the way is gone twice."""

    def __init__(self, **settings):
        super().__init__()
        self.group = GroupMocoNet(**settings)

    def forward(self, maps: Tensor) -> list[Tensor]:
        velocities = self.group.velocities(maps)
        fields: list[Tensor] = []
        stride = 4
        for velocity in velocities:
            of_stress = velocity.view(-1, 2, 2, velocity.shape[2], velocity.shape[3])[:, 1]
            fields.append(exponential(2 * of_stress) * stride)
            stride *= 2
        return fields


class VoxelMorphUNet(nn.Module):
    """VoxelMorph (Balakrishnan et al., IEEE Trans Med Imaging 2019;38:1788) in two dimensions: a U-Net sees both maps
    as channels and gives one velocity for every 2 x 2 pixels."""

    def __init__(self, encoder: tuple[int, ...] = (16, 32, 32, 32, 32), decoder: tuple[int, ...] = (32, 32, 32)):
        super().__init__()
        inputs = (2, *encoder[:-1])
        self.encoder = nn.ModuleList(
            _convolution(i, o, 1 if level == 0 else 2) for level, (i, o) in enumerate(zip(inputs, encoder))
        )
        carried, levels = encoder[-1], []
        for width, skip in zip(decoder, encoder[-2:0:-1]):
            levels.append(_convolution(carried + skip, width, 1))
            carried = width
        self.decoder = nn.ModuleList(levels)
        self.velocity = _to_velocity(carried)

    def forward(self, maps: Tensor) -> list[Tensor]:
        skips: list[Tensor] = []
        x = maps.to(self.velocity.weight.dtype)
        for level in self.encoder:
            x = level(x)
            skips.append(x)
        skips.pop()
        for level in self.decoder:
            x = level(torch.cat([F.interpolate(x, scale_factor=2.0, mode="nearest"), skips.pop()], 1))
        return [exponential(self.velocity(x).float()) * 2]


class SwinUNet(nn.Module):
    """Swin-UNet in VoxelMorph's frame, after Gonzales 2024, appendix A.2: patches of 4 x 4 pixels, four levels of two
    blocks, windows of 7 shifted by 3, concatenated skips.

    The thesis: width 128, heads 4, 8, 8, 8, a displacement for each pixel. Here one velocity for every 2 x 2 pixels.
    """

    def __init__(self, width: int = 128, heads: tuple[int, ...] = (4, 8, 8, 8), dropout: float = 0.1, tokens: int = 48):
        super().__init__()
        widths = [width * 2**level for level in range(len(heads))]
        self.embed = nn.Conv2d(2, width, 4, 4)
        self.position = nn.Parameter(0.02 * torch.randn(1, width, tokens, tokens))
        self.encoder = nn.ModuleList(SwinEncoderLevel(w, h, dropout) for w, h in zip(widths[:-1], heads))
        self.deepest = SwinEncoderLevel(widths[-1], heads[-1], dropout)
        self.merge = nn.ModuleList(nn.Conv2d(w, 2 * w, 2, 2) for w in widths[:-1])
        self.expand = nn.ModuleList(nn.ConvTranspose2d(2 * w, w, 2, 2) for w in widths[-2::-1])
        self.decoder = nn.ModuleList(SwinDecoderLevel(w, h, dropout) for w, h in zip(widths[-2::-1], heads[-2::-1]))
        self.enlarge = nn.ConvTranspose2d(width, 32, 2, 2)
        self.velocity = _to_velocity(32)

    def forward(self, maps: Tensor) -> list[Tensor]:
        x = self.embed(maps.to(self.velocity.weight.dtype))
        x = x + F.interpolate(self.position.float(), size=[x.shape[2], x.shape[3]], mode="bilinear").to(x.dtype)
        skips: list[Tensor] = []
        for level, merge in zip(self.encoder, self.merge):
            x = level(x)
            skips.append(x)
            x = merge(x)
        x = self.deepest(x)
        for expand, level in zip(self.expand, self.decoder):
            x = level(expand(x), skips.pop())
        return [exponential(self.velocity(F.gelu(self.enlarge(x))).float()) * 2]


class MapRegistration(nn.Module):
    """What dt1map runs: T1 maps [n, 2 (rest, stress), rows, columns] in ms to fields [n, 2, rows, columns] in pixels.

    Each pass after the first sees the stress map where the field so far puts it. Rows and columns are multiples of 32.
    """

    def __init__(self, network: nn.Module, passes: int = 2):
        super().__init__()
        self.network, self.passes = network, passes

    def forward(self, maps: Tensor) -> Tensor:
        maps = scaled_maps(maps.float())
        field = torch.zeros([maps.shape[0], 2, maps.shape[2], maps.shape[3]], device=maps.device)
        for _ in range(self.passes):
            seen = torch.cat([maps[:, :1], warp(maps[:, 1:], field)], 1)
            finest = self.network(seen)[0]
            step = F.interpolate(finest, size=[maps.shape[2], maps.shape[3]], mode="bilinear", align_corners=False)
            field = compose(step, field)
        return field


def scaled_maps(maps: Tensor) -> Tensor:
    """Pairs of maps in ms over twice the median of both in their middle half, cut at 1.5. Zeros are no tissue."""
    rows, columns = maps.shape[2], maps.shape[3]
    middle = maps[:, :, rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4].flatten(1).sort(1).values
    missing = (middle <= 0).sum(1)
    rank = (missing + (middle.shape[1] - missing) // 2).clamp(max=middle.shape[1] - 1)
    median = middle.gather(1, rank[:, None])[:, :, None, None]
    return (maps / (2 * median.clamp(min=1.0))).clamp(0, 1.5)


def _convolution(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1), nn.LeakyReLU(0.2))


def _to_velocity(inputs: int) -> nn.Conv2d:
    layer = nn.Conv2d(inputs, 2, 3, padding=1)
    nn.init.normal_(layer.weight, std=1e-3)
    nn.init.zeros_(layer.bias)
    return layer
