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
    turned_rad: Tensor  # [n], by how much the image was turned against the patient, 0 where the heart lies as it does
    mirrored: Tensor  # [n] bool: seen from the other side


def draw_view(maps: LabelMaps, wide: bool, size: int, draw: Draw, fov_mm: tuple[float, float] = (230, 480),
              diameters: tuple[float, float] = (1.9, 4.2), oversampling: int = 2, turned_share: float = 0.35,
              mirrored_share: float = 0.1) -> View:  # fmt: skip
    """One view of each map: fields of view of `fov_mm` of wide ones, of `diameters` times the LV's of others.

    `turned_share` of them lie at any angle, the others as hearts do, give or take 20 degrees.
    """
    if wide:
        fov, spread = draw.log_uniform(*fov_mm), 0.09
    else:
        diameter = 2 * maps.radius_mm[:, None, None].clamp(min=14)
        largest = 0.95 * MAP_SIZE * maps.spacing_mm[:, None, None]
        fov, spread = torch.minimum(diameter * draw.log_uniform(*diameters), largest), 0.06
    any_angle = draw.chance(turned_share)
    turned = any_angle * draw.angle()
    turn, mirrored = _turn(turned + (1 - any_angle) * draw.normal(0, 0.35), draw, "x", mirrored_share)
    off = draw.normal(0, spread, 2).clamp(-2.5 * spread, 2.5 * spread) * size
    return _seen(maps, fov / size, turn, off, size, oversampling, turned.flatten(), mirrored)


def draw_standard_view(maps: LabelMaps, size: int, draw: Draw, diameters: tuple[float, float] = (1.8, 2.9),
                       oversampling: int = 2) -> View:  # fmt: skip
    """Patches for a second look, after Gonzales 2024, 5.2, as far off as a first look may be.

    The line from the anterior insertion to the LV's centre is level, the insertion left, the patch's middle between
    the two; without an insertion the line is where it usually is. Fields of view are `diameters` times the LV's.
    """
    diameter = 2 * maps.radius_mm[:, None].clamp(min=14)
    spacing = (diameter * draw.log_uniform(*diameters, 1) / size)[:, :, None]
    centre = maps.points_mm[:, 0]
    usual = (diameter / 2) * torch.full_like(centre, 0.5**0.5)
    line = torch.where(maps.valid[:, 1:2] > 0, centre - maps.points_mm[:, 1], usual)
    any_angle = draw.chance(0.25, 1)
    off_by = any_angle * draw.angle(1) + (1 - any_angle) * draw.normal(0, 0.25, 1)
    turned = torch.atan2(line[:, 1:], line[:, :1]) + off_by
    turn, mirrored = _turn(turned[:, :, None], draw, "y")
    middle = centre - line / 2
    off = 0.05 * size * draw.normal(0, 1, 2) - torch.linalg.solve(turn, middle[:, :, None])[:, :, 0] / spacing[:, :, 0]
    return _seen(maps, spacing, turn, off, size, oversampling, turned.flatten(), mirrored)


def draw_stray_view(maps: LabelMaps, size: int, draw: Draw, diameters: tuple[float, float], stray_mm: float = 120,
                    oversampling: int = 2) -> View:  # fmt: skip
    """Windows as large as those about the heart, of wide maps, up to `stray_mm` beside it along x and y."""
    spacing = 2 * maps.radius_mm[:, None, None].clamp(min=14) * draw.log_uniform(*diameters) / size
    turn, mirrored = _turn(draw.normal(0, 0.35), draw, "x")
    off = draw.uniform(-stray_mm, stray_mm, 2) / spacing[:, :, 0]
    return _seen(maps, spacing, turn, off, size, oversampling, torch.zeros_like(maps.radius_mm), mirrored)


def _turn(angle: Tensor, draw: Draw, along: str, mirrored_share: float = 0.1) -> tuple[Tensor, Tensor]:
    """[n, 2, 2]: by `angle` [n, 1, 1], some mirrored along their own x or y, none quite in proportion; [n] which."""
    aspect = torch.exp(draw.normal(0, 0.08).clamp(-0.2, 0.2))
    mirror = 1 - 2 * draw.chance(mirrored_share)
    c, s = torch.cos(angle), torch.sin(angle)
    turn = torch.cat([torch.cat([c, s], 1) * aspect * mirror, torch.cat([-s, c], 1) / aspect], 2)
    return turn if along == "x" else turn * mirror, mirror.flatten() < 0


def _seen(maps: LabelMaps, spacing: Tensor, turn: Tensor, off: Tensor, size: int, oversampling: int,
          turned_rad: Tensor, mirrored: Tensor) -> View:  # fmt: skip
    """mm in the map = turn @ (px - middle - off) * spacing; `spacing` [n, 1, 1], `off` [n, 2] px."""
    fine = (torch.arange(size * oversampling, device=turn.device) + 0.5) / oversampling - 0.5 - (size - 1) / 2
    py, px = torch.meshgrid(fine, fine, indexing="ij")
    relative = torch.stack([px, py], -1) - off[:, None, None]
    mm = torch.einsum("nij,nhwj->nhwi", turn, relative) * spacing[..., None]
    half = (maps.spacing_mm * MAP_SIZE / 2)[:, None, None, None]
    labels = F.grid_sample(maps.labels[:, None].float(), mm / half, "nearest", "border", align_corners=False)
    back = torch.linalg.solve(turn, maps.points_mm.transpose(1, 2)).transpose(1, 2) / spacing
    points = back + off[:, None] + (size - 1) / 2
    inside = ((points >= 0) & (points <= size - 1)).all(-1)
    return View(labels[:, 0].to(torch.uint8), points, maps.valid & inside, spacing.flatten(), turned_rad, mirrored)
