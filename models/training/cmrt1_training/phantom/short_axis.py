"""Short-axis slices of every level and state of the heart, painted as labels for segmentation.

Beyond heart.py: apical slices with a tiny cavity or none, basal slices with the outflow tract (an open
ring), thin, hypertrophied and contracted walls, scars of every pattern, papillary muscles.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from .canvas import polar_curve
from .draw import Draw
from .heart import HeartShape, draw_shape
from .labels import NUMBER, LabelCanvas

LEVELS = ("apical", "mid", "basal", "chest_model")  # the last one: mid slices of heart_shapes.json
LEAST_RV_DEPTH_MM = 4.0  # a right ventricle that is shallower has no insertion points
ANGLES = 720
_SIZES = {"apical": (0.65, 1.2), "mid": (0.75, 1.35), "basal": (0.75, 1.3)}  # beyond the measured ones


@dataclass(frozen=True)
class Landmarks:
    """Points in mm in the heart's frame, [batch, 3 (LV centre, anterior, inferior insertion), 2 (x, y)]."""

    points_mm: Tensor
    valid: Tensor  # [batch, 3]


@cache
def _statistics() -> dict:
    return json.loads((Path(__file__).parent / "heart_slices.json").read_text())


def draw_slice_shape(level: str, draw: Draw) -> HeartShape:
    """Curves at a level, with size, wall thickness (thin, thick, contracted, uneven) and RV varied beyond them."""
    shape = draw_shape(draw) if level == "chest_model" else _draw_measured(level, draw)
    epi = shape.epicardium
    contraction = 1 + draw.chance(0.3, 1) * draw.uniform(0.2, 1.0, 1)
    wall = (epi - shape.endocardium) * draw.log_uniform(0.55, 1.6, 1) * contraction
    least_cavity = draw.uniform(0.15, 0.35, 1) * epi[:, :1]
    excess = (wall[:, :1] - (epi[:, :1] - least_cavity)).clamp(min=0)
    uneven = 0.08 * draw.chance(0.6, 1) * draw.normal(0, 1, 7)
    uneven = F.pad(uneven * torch.minimum(wall[:, :1], epi[:, :1] - wall[:, :1]).clamp(min=0), [0, wall.shape[1] - 7])
    wall = wall + uneven - F.pad(excess, [0, wall.shape[1] - 1])
    rv_depth = shape.rv_depth * draw.log_uniform(0.6, 1.4, 1)
    if level == "apical":  # the tip, without any cavity
        tip, size = draw.chance(0.12, 1), draw.uniform(0.35, 0.7, 1)
        wall = wall + F.pad(2 * tip * epi[:, :1], [0, wall.shape[1] - 1])
        scale = 1 + tip * (size - 1)
        return HeartShape(scale * epi, scale * (epi - wall), scale * rv_depth, scale[:, :, None] * shape.radius_mm)
    return HeartShape(epi, epi - wall, rv_depth, shape.radius_mm)


def _draw_measured(level: str, draw: Draw) -> HeartShape:
    statistics = _statistics()[level]
    tensor = lambda name: torch.tensor(statistics[name], dtype=draw.dtype, device=draw.device)
    modes, size = tensor("modes"), statistics["radius_mm"]
    curves = tensor("mean") + draw.normal(0, 1, len(modes)).clamp(-2, 2) @ modes
    radius = (size["mean"] + size["sd"] * draw.normal(0, 1, 1).clamp(-2, 2)) * draw.log_uniform(*_SIZES[level], 1)
    epicardium, endocardium, rv_depth = (curves * radius).unflatten(1, (3, -1)).unbind(1)
    return HeartShape(epicardium, endocardium, rv_depth, radius[:, :, None])


def landmarks(shape: HeartShape) -> Landmarks:
    """Centre of the epicardium, and where the right ventricle's cavity begins and ends on it."""
    angle = torch.arange(ANGLES, device=shape.epicardium.device, dtype=shape.epicardium.dtype) * 2 * math.pi / ANGLES
    c, s = (f(angle).expand(len(shape.epicardium), 1, ANGLES) for f in (torch.cos, torch.sin))
    curve = lambda coefficients: polar_curve(coefficients, c, s)[:, 0]
    epi, depth = curve(shape.epicardium), curve(shape.rv_depth)
    ends = []
    for step in (1, -1):  # from the deepest point upwards (anterior: y is negative), then downwards
        turned = depth if step > 0 else depth.flip(1)
        deepest = turned.argmax(1, keepdim=True)
        along = torch.gather(turned, 1, (deepest + torch.arange(ANGLES, device=angle.device)) % ANGLES)
        end = (deepest[:, 0] + (along <= 0).to(torch.uint8).argmax(1)) % ANGLES
        ends.append(end if step > 0 else ANGLES - 1 - end)
    radius = torch.stack([torch.gather(epi, 1, end[:, None])[:, 0] for end in ends], 1)
    theta = torch.stack([angle[end] for end in ends], 1)
    insertions = torch.stack([radius * torch.cos(theta), radius * torch.sin(theta)], -1)
    area = (0.5 * epi.square()).sum(1, keepdim=True)
    centroid = torch.stack([(epi**3 / 3 * f(angle)).sum(1, keepdim=True) / area for f in (torch.cos, torch.sin)], -1)
    there = (depth.amax(1) > LEAST_RV_DEPTH_MM) & (depth <= 0).any(1)
    return Landmarks(
        torch.cat([centroid, insertions], 1), torch.stack([torch.ones_like(there), there, there], 1)
    )


def paint_short_axis(canvas: LabelCanvas, x, y, shape: HeartShape, level: str, draw: Draw, noise) -> None:
    """Paints the heart about the origin of x, y (mm); right ventricle to the left, anterior up."""
    r = torch.sqrt(x * x + y * y + 1e-9)
    c, s = x / r, y / r
    epi = polar_curve(shape.epicardium, c, s)
    endo = polar_curve(shape.endocardium, c, s)
    rv = torch.minimum(r - epi, epi + polar_curve(shape.rv_depth, c, s) - r)
    rv_wall = rv + draw.uniform(1.0, 4.0)
    outline = torch.maximum(epi - r, rv_wall)

    fat_width = draw.uniform(-7, 7) + draw.uniform(2, 6) * noise(40)
    canvas.paint(outline + fat_width + draw.uniform(1.0, 2.5), NUMBER["pericardium"], draw.chance(0.5))
    canvas.paint(torch.minimum(outline + fat_width, outline + 12), NUMBER["epicardial_fat"], draw.chance(0.75))
    canvas.paint(rv_wall, NUMBER["rv_muscle"])
    canvas.paint(rv, NUMBER["rv_blood"])
    _paint_rv_trabeculae(canvas, rv, draw, noise)
    canvas.paint(epi - r, NUMBER["myocardium"])
    _paint_scars(canvas, x, y, (epi - r) / (epi - endo).clamp(min=1), draw, noise)
    canvas.paint(endo - r, NUMBER["lv_blood"])
    cavity = torch.minimum(endo, epi) - r
    _paint_papillary_muscles(canvas, x, y, cavity, shape, draw)
    _paint_trabeculae(canvas, cavity, draw, noise)
    if level == "basal":
        _open_ring(canvas, c, s, epi - r, draw)


def _paint_rv_trabeculae(canvas, rv, draw: Draw, noise) -> None:
    strands = torch.minimum(rv, 2.0 * (noise(6) - draw.uniform(1.0, 2.2)))
    canvas.paint(strands, NUMBER["rv_trabeculae"], draw.chance(0.5))


def _angle_from(x: Tensor, y: Tensor, middle: Tensor) -> Tensor:
    """|angle| between each direction and `middle`, 0...pi."""
    angle = torch.atan2(y, x) - middle
    return torch.atan2(torch.sin(angle), torch.cos(angle)).abs()


def _paint_scars(canvas, x, y, inward, draw: Draw, noise) -> None:
    """`inward`: 0 at the epicardium, 1 at the endocardium.

    Subendocardial to transmural, with or without a core of microvascular obstruction; mid-wall; patchy.
    """
    share = inward.clamp(max=1)
    for presence in (0.4, 0.12):
        away = _angle_from(x, y, draw.angle()) / draw.uniform(0.25, 1.5)
        arc = (1 - away.square()).clamp(min=0).sqrt()
        depth = draw.uniform(0.25, 1.2) * arc + 0.1 * noise(10)
        ragged = torch.where(draw.chance(0.3) > 0, 3 * (noise(7) + 0.5), torch.ones_like(share))
        scar = torch.minimum(torch.minimum(share - 1 + depth, 1 - away), ragged)
        present = draw.chance(presence)
        canvas.paint(scar, NUMBER["scar"], present)
        within = torch.minimum(share - 0.2, draw.uniform(0.7, 0.97) - share)
        core = torch.minimum(torch.minimum(scar, 0.65 - away), within)
        canvas.paint(core, NUMBER["obstruction"], present * draw.chance(0.3))
    away = _angle_from(x, y, draw.angle()) / draw.uniform(0.3, 1.5)
    band = draw.uniform(0.08, 0.22) * (1 - away.square()).clamp(min=0).sqrt() - (share - draw.uniform(0.3, 0.7)).abs()
    canvas.paint(torch.minimum(band, 1 - away), NUMBER["scar"], draw.chance(0.12) * (share > 0))
    patches = torch.minimum(noise(9) - draw.uniform(0.8, 1.8), share)
    canvas.paint(patches, NUMBER["scar"], draw.chance(0.12))


def _paint_papillary_muscles(canvas, x, y, cavity, shape: HeartShape, draw: Draw) -> None:
    mean_endo = shape.endocardium[:, 0, None, None].clamp(min=1)
    for middle in (-math.pi / 3, math.pi / 3, math.pi / 6):
        angle = middle + draw.uniform(-0.5, 0.5)
        distance = mean_endo * draw.uniform(0.5, 0.95)
        radius = (mean_endo * draw.uniform(0.1, 0.25)).clamp(1.2, 6)
        px, py = x - distance * torch.cos(angle), y - distance * torch.sin(angle)
        spot = radius - torch.hypot(px * draw.uniform(0.75, 1.3), py * draw.uniform(0.75, 1.3))
        present = draw.chance(0.6 if abs(middle) > 1 else 0.2)
        canvas.paint(torch.minimum(spot, cavity), NUMBER["papillary"], present)


def _paint_trabeculae(canvas, cavity, draw: Draw, noise) -> None:
    """Between compact wall and cavity: strands of muscle, or a layer that looks like muscle mixed with blood."""
    layer = torch.minimum(cavity, draw.uniform(0.5, 5) * (1 + 0.4 * noise(12)) - cavity)
    canvas.paint(layer, NUMBER["trabeculae"], draw.chance(0.4))
    strands = torch.minimum(torch.minimum(cavity, draw.uniform(1, 6) - cavity), 2 * (noise(5) - draw.uniform(0.3, 1.5)))
    canvas.paint(strands, NUMBER["papillary"], draw.chance(0.4))


def _open_ring(canvas, c, s, inside_epi, draw: Draw) -> None:
    """The outflow tract: a sector between anterior wall and septum without muscle.

    Blood up to the epicardium, which counts as blood pool; or fat and valve tissue, which counts as nothing.
    """
    sector = draw.uniform(0.25, 0.9) - _angle_from(c, s, -2.2 + draw.normal(0, 0.5))
    muscle = canvas.where("myocardium", "scar", "obstruction")
    gap = torch.minimum(sector, inside_epi)
    present, blood = draw.chance(0.35), draw.chance(0.6)
    canvas.paint(torch.where(muscle, gap, -1), NUMBER["lv_blood"], present * blood)
    canvas.paint(torch.where(muscle, gap, -1), NUMBER["epicardial_fat"], present * (1 - blood))
