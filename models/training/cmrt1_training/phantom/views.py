"""Views of label maps: each has a field of view, rotation, position and aspect of its own."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .draw import Draw
from .slices import MAP_SIZE, LabelMaps


@dataclass(frozen=True)
class View:
    labels: Tensor  # [n, oversampling * size, the same] uint8
    points_px: Tensor  # [n, 3, 2 (x, y)], pixel centres at 0...size-1
    valid: Tensor  # [n, 3], inside the image too
    spacing_mm: Tensor  # [n]


def draw_view(maps: LabelMaps, wide: bool, size: int, draw: Draw, fov_mm: tuple[float, float] = (230, 480),
              diameters: tuple[float, float] = (1.9, 4.2), oversampling: int = 2) -> View:  # fmt: skip
    """One view of each map: fields of view of `fov_mm` of wide ones, of `diameters` times the LV's of others."""
    if wide:
        fov, spread = draw.log_uniform(*fov_mm), 0.09
    else:
        diameter = 2 * maps.radius_mm[:, None, None].clamp(min=14)
        largest = 0.95 * MAP_SIZE * maps.spacing_mm[:, None, None]
        fov, spread = torch.minimum(diameter * draw.log_uniform(*diameters), largest), 0.06
    any_angle = draw.chance(0.35)
    angle = any_angle * draw.angle() + (1 - any_angle) * draw.normal(0, 0.35)
    aspect = torch.exp(draw.normal(0, 0.08).clamp(-0.2, 0.2))
    mirror = 1 - 2 * draw.chance(0.1)
    # mm in the map = turn @ (px - middle) * spacing; the heart lies `off` px from the image's middle
    spacing = fov / size
    c, s = torch.cos(angle), torch.sin(angle)
    along_x, along_y = torch.cat([c, s], 1) * aspect * mirror, torch.cat([-s, c], 1) / aspect
    turn = torch.cat([along_x, along_y], 2)
    off = (draw.normal(0, spread, 2).clamp(-2.5 * spread, 2.5 * spread)) * size
    fine = (torch.arange(size * oversampling, device=draw.device) + 0.5) / oversampling - 0.5 - (size - 1) / 2
    py, px = torch.meshgrid(fine, fine, indexing="ij")
    relative = torch.stack([px, py], -1) - off[:, None, None]
    mm = torch.einsum("nij,nhwj->nhwi", turn, relative) * spacing[..., None]
    half = (maps.spacing_mm * MAP_SIZE / 2)[:, None, None, None]
    labels = F.grid_sample(maps.labels[:, None].float(), mm / half, "nearest", "border", align_corners=False)
    back = torch.linalg.solve(turn, maps.points_mm.transpose(1, 2)).transpose(1, 2) / spacing
    points = back + off[:, None] + (size - 1) / 2
    inside = ((points >= 0) & (points <= size - 1)).all(-1)
    return View(labels[:, 0].to(torch.uint8), points, maps.valid & inside, spacing.flatten())
