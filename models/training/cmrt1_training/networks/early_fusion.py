"""The network of the thesis (Gonzales 2024, appendix A.1): all images enter as channels of one image."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .fields import resize_field, warp
from .moconet import convolution

IMAGES = 7


def _block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(convolution(inputs, outputs), convolution(outputs, outputs), convolution(outputs, outputs))


class EarlyFusion(nn.Module):
    """Seven images [batch, 7, rows, columns] to 14 channels of displacement at strides 1, 2, 4, 8.

    Encoder and decoder with 16/32/64/128/256 filters. Between scales each image's field warps its share of
    the feature channels, the reading of the text's warping layers for a network that mixes the images in
    its first convolution. Returns fields [batch, 7, 2, ...] in pixels of the images, finest first.
    """

    def __init__(self, filters: tuple[int, ...] = (16, 32, 64, 128, 256)):
        super().__init__()
        pairs = list(zip(filters[:-1], filters[1:]))
        self.encoder = nn.ModuleList([_block(IMAGES, filters[0])] + [_block(a, b) for a, b in pairs])
        self.reduce = nn.ModuleList([nn.Conv2d(b, a, 3, padding=1) for a, b in reversed(pairs)])
        self.field = nn.ModuleList([nn.Conv2d(a, 2 * IMAGES, 3, padding=1) for a, _ in reversed(pairs)])
        self.decoder = nn.ModuleList([_block(2 * a + 2 * IMAGES, a) for a, _ in reversed(pairs)])

    def forward(self, images: Tensor) -> list[Tensor]:
        skips: list[Tensor] = []
        x = images
        for i, block in enumerate(self.encoder):
            x = block(x if i == 0 else F.max_pool2d(x, 2))
            skips.append(x)
        outputs: list[Tensor] = []
        stride = 8
        for i, (reduce, to_field, block) in enumerate(zip(self.reduce, self.field, self.decoder)):
            x = reduce(F.interpolate(x, scale_factor=2.0, mode="nearest"))
            fields = to_field(x)
            x = block(torch.cat([_warp_shares(x, fields), skips[3 - i], fields], 1))
            outputs.insert(0, fields.view(-1, IMAGES, 2, fields.shape[2], fields.shape[3]) * stride)
            stride = stride // 2
        return outputs


def _warp_shares(features: Tensor, fields: Tensor) -> Tensor:
    """Channels k n ... k n + n - 1 warped by field k; the few that are left over stay."""
    batch, channels, rows, columns = features.shape
    share = channels // IMAGES
    moving = features[:, : share * IMAGES].reshape(batch * IMAGES, share, rows, columns)
    warped = warp(moving, fields.reshape(batch * IMAGES, 2, rows, columns))
    return torch.cat([warped.reshape(batch, share * IMAGES, rows, columns), features[:, share * IMAGES :]], 1)
