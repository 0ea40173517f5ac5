"""Blocks of Swin transformers (Liu et al., ICCV 2021) on feature maps [n, channels, rows, columns]."""

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WINDOW: Final[int] = 7
SHIFT: Final[int] = 3


class WindowAttention(nn.Module):
    """Self-attention within windows of WINDOW x WINDOW tokens. Tokens that pad the map to whole windows, and those
    that a shift brought next to one another from opposite sides, do not see each other."""

    window: Final[int] = WINDOW

    def __init__(self, width: int, heads: int, shift: int):
        super().__init__()
        self.heads, self.shift = heads, shift
        self.qkv, self.join = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.bias = nn.Parameter(torch.zeros(heads, (2 * WINDOW - 1) ** 2))
        offset = torch.arange(WINDOW)
        apart = offset[:, None] - offset[None] + WINDOW - 1
        index = apart[:, None, :, None] * (2 * WINDOW - 1) + apart[None, :, None, :]
        self.register_buffer("index", index.reshape(WINDOW**4), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """x [n, rows, columns, width]."""
        n, rows, columns, width = x.shape
        below, right = -rows % self.window, -columns % self.window
        shift = self.shift if min(rows, columns) > self.window else 0
        x = F.pad(x, [0, 0, 0, right, 0, below])
        across, down = (columns + right) // self.window, (rows + below) // self.window
        if shift > 0:
            x = torch.roll(x, [-shift, -shift], [1, 2])
        tokens = _windows(x, self.window)
        q, k, v = self.qkv(tokens).view(-1, self.window * self.window, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        bias = self.bias[:, self.index].view(1, 1, self.heads, self.window * self.window, self.window * self.window)
        regions = _regions(rows, columns, below, right, shift, self.window, x.device)
        apart = (regions[:, None] != regions[:, :, None])[None, :, None]
        bias = bias.masked_fill(apart, -100.0).expand(n, -1, -1, -1, -1).flatten(0, 1).to(q.dtype)
        seen = F.scaled_dot_product_attention(q, k, v, bias)
        y = self.join(seen.transpose(1, 2).reshape(-1, self.window * self.window, width))
        y = y.view(n, down, across, self.window, self.window, width).transpose(2, 3).reshape(n, rows + below, columns + right, width)
        if shift > 0:
            y = torch.roll(y, [shift, shift], [1, 2])
        return y[:, :rows, :columns]


def _windows(x: Tensor, window: int) -> Tensor:
    """[n, rows, columns, width] to [n windows, window^2, width]."""
    n, rows, columns, width = x.shape
    cut = x.view(n, rows // window, window, columns // window, window, width)
    return cut.transpose(2, 3).reshape(-1, window * window, width)


def _regions(rows: int, columns: int, below: int, right: int, shift: int, window: int, device: torch.device) -> Tensor:
    """Of each window's tokens the number of the region whose tokens may see each other, [windows, window^2]."""
    y = _bands(rows, below, shift, device)
    x = _bands(columns, right, shift, device)
    return _windows((4 * y[:, None] + x[None])[None, :, :, None], window).squeeze(2)


def _bands(count: int, padding: int, shift: int, device: torch.device) -> Tensor:
    """0 in the map, 1 in its padding, 2 in what the shift brought from the other side."""
    band = torch.zeros(count + padding, dtype=torch.long, device=device)
    band[count:] = 1
    if shift > 0:
        band = torch.roll(band, -shift)
        band[count + padding - shift :] += 2
    return band


class SwinBlock(nn.Module):
    def __init__(self, width: int, heads: int, shift: int, dropout: float):
        super().__init__()
        self.before_attention, self.before_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = WindowAttention(width, heads, shift)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Dropout(dropout), nn.Linear(4 * width, width), nn.Dropout(dropout)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.before_attention(x))
        return x + self.mlp(self.before_mlp(x))


class SwinEncoderLevel(nn.Module):
    """Two blocks, the second one shifted."""

    def __init__(self, width: int, heads: int, dropout: float):
        super().__init__()
        self.blocks = nn.Sequential(SwinBlock(width, heads, 0, dropout), SwinBlock(width, heads, SHIFT, dropout))

    def forward(self, x: Tensor) -> Tensor:
        return self.blocks(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class SwinDecoderLevel(nn.Module):
    """Joins what came from the encoder, then two blocks."""

    def __init__(self, width: int, heads: int, dropout: float):
        super().__init__()
        self.join = nn.Conv2d(2 * width, width, 1)
        self.level = SwinEncoderLevel(width, heads, dropout)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return self.level(self.join(torch.cat([x, skip], 1)))
