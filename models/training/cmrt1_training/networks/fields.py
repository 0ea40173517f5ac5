"""Displacement fields inside networks: [n, 2 (x, y), rows, columns], in cells of their own grid.

A field says where to look: warped(p) = image(p + u(p)). Cells are areas: cell i of a grid at stride s
covers the pixels s i ... s i + s - 1.
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def warp(image: Tensor, field: Tensor, padding: str = "border") -> Tensor:
    """image(p + u(p)), bilinear; image [n, channels, rows, columns]."""
    rows, columns = field.shape[-2], field.shape[-1]
    y = torch.arange(rows, device=field.device, dtype=field.dtype)[:, None]
    x = torch.arange(columns, device=field.device, dtype=field.dtype)[None]
    at = torch.stack([(x + field[:, 0]) * 2 / (columns - 1) - 1, (y + field[:, 1]) * 2 / (rows - 1) - 1], -1)
    return F.grid_sample(image, at.to(image.dtype), mode="bilinear", padding_mode=padding, align_corners=True)


def compose(outer: Tensor, inner: Tensor) -> Tensor:
    """Looks along `outer` first, then along `inner`: outer(p) + inner(p + outer(p))."""
    return outer + warp(inner, outer)


def exponential(velocity: Tensor, squarings: int = 4) -> Tensor:
    """exp(velocity) by scaling and squaring (Arsigny et al., MICCAI 2006)."""
    field = velocity / 2.0**squarings
    for _ in range(squarings):
        field = compose(field, field)
    return field


def resize_field(field: Tensor, rows: int, columns: int) -> Tensor:
    """The field on another grid over the same area, in that grid's cells."""
    scale = torch.tensor(
        [columns / field.shape[-1], rows / field.shape[-2]], device=field.device, dtype=field.dtype
    )
    larger = F.interpolate(field, size=[rows, columns], mode="bilinear", align_corners=False)
    return larger * scale[:, None, None]
