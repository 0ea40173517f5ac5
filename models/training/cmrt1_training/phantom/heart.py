"""A heart in short-axis view: right ventricle to the left, anterior up, before it is turned."""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from .canvas import Canvas, polar_curve
from .draw import Draw
from .tissue import TissueTable


@cache
def _statistics() -> dict:
    return json.loads((Path(__file__).parent / "heart_shapes.json").read_text())


@dataclass(frozen=True)
class HeartShape:
    """One short-axis slice: three curves around the centre of the left ventricle, mm."""

    epicardium: Tensor  # polar_curve coefficients, [batch, 13]
    endocardium: Tensor
    rv_depth: Tensor  # of the right ventricular cavity beyond the epicardium; negative: none there
    radius_mm: Tensor  # mean epicardial radius, [batch, 1, 1]


def towards_apex(shape: HeartShape, size, wall) -> HeartShape:
    """A slice nearer the apex: smaller, its wall relatively thicker, its right ventricle shallower. `size` above 1 and
    `wall` below it: nearer the base."""
    epicardium = shape.epicardium * size
    thickness = (shape.epicardium - shape.endocardium) * size * wall
    return HeartShape(epicardium, epicardium - thickness, shape.rv_depth * size - 12 * (1 - size), shape.radius_mm)


def draw_shape(draw: Draw) -> HeartShape:
    """A shape from the measured statistics, with its size and wall thickness varied beyond them."""
    statistics = _statistics()
    tensor = lambda name: torch.tensor(statistics[name], dtype=draw.dtype, device=draw.device)
    modes = tensor("modes")
    curves = tensor("mean") + draw.normal(0, 1, len(modes)).clamp(-2, 2) @ modes
    size = statistics["radius_mm"]
    radius = (size["mean"] + size["sd"] * draw.normal(0, 1, 1).clamp(-2, 2)) * draw.log_uniform(0.85, 1.2, 1)
    epicardium, endocardium, rv_depth = (curves * radius).unflatten(1, (3, -1)).unbind(1)
    wall = (epicardium - endocardium) * draw.log_uniform(0.75, 1.5, 1)
    return HeartShape(epicardium, epicardium - wall, rv_depth * draw.log_uniform(0.7, 1.2, 1), radius[:, :, None])


def paint_heart(canvas: Canvas, x: Tensor, y: Tensor, shape: HeartShape, tissues: TissueTable, draw: Draw, noise):
    """Paints the heart about the origin of x, y (mm). `noise(cell_mm)` gives smooth noise on the canvas.

    Returns the signed distance in mm to the outline of both ventricles.
    """
    r = torch.sqrt(x * x + y * y + 1e-9)
    c, s = x / r, y / r
    epi = polar_curve(shape.epicardium, c, s)
    endo = torch.maximum(polar_curve(shape.endocardium, c, s), 0.2 * epi)
    rv = torch.minimum(r - epi, epi + polar_curve(shape.rv_depth, c, s) - r)
    rv_wall = rv + draw.uniform(2.0, 4.0)
    outline = torch.maximum(epi - r, rv_wall)
    muscle, blood = tissues["myocardium"], tissues["blood"]

    fat_width = draw.uniform(-2, 6) + draw.uniform(1, 4) * noise(40)
    canvas.paint(torch.minimum(outline + fat_width, outline + 9), tissues["fat"], draw.chance(0.9))
    canvas.paint(rv_wall, muscle)
    canvas.paint(rv, blood, mask="rv_blood")
    trabeculae = torch.minimum(rv, 2.5 * (noise(7) - draw.uniform(1.0, 2.0)))
    canvas.paint(trabeculae, muscle, draw.chance(0.7))
    canvas.paint(epi - r, muscle, mask="myocardium")
    canvas.paint(endo - r, blood, mask="lv_blood")
    _paint_papillary_muscles(canvas, x, y, endo - r, shape, tissues, draw)
    _paint_trabecular_layer(canvas, endo - r, tissues, draw, noise)
    _paint_lesion(canvas, torch.minimum(epi - r, r - endo), tissues, draw, noise)
    return outline


def _paint_papillary_muscles(canvas, x, y, cavity, shape: HeartShape, tissues: TissueTable, draw: Draw) -> None:
    mean_endo = shape.endocardium[:, 0, None, None]
    for middle in (-math.pi / 3, math.pi / 3):
        angle = middle + draw.uniform(-0.4, 0.4)
        distance = mean_endo * draw.uniform(0.55, 0.85)
        radius = (mean_endo * draw.uniform(0.12, 0.22)).clamp(1.5, 5.5)
        spot = radius - torch.hypot(x - distance * torch.cos(angle), y - distance * torch.sin(angle))
        canvas.paint(torch.minimum(spot, cavity), tissues["myocardium"], draw.chance(0.8))


def _paint_trabecular_layer(canvas, cavity, tissues: TissueTable, draw: Draw, noise) -> None:
    """Muscle strands between the compact wall and the cavity."""
    depth = draw.uniform(1, 5)
    strands = torch.minimum(torch.minimum(cavity, depth - cavity), 2.0 * (noise(5) - draw.uniform(0.3, 1.5)))
    canvas.paint(strands, tissues["myocardium"], draw.uniform(0.4, 1.0) * draw.chance(0.6))


def _paint_lesion(canvas, wall, tissues: TissueTable, draw: Draw, noise) -> None:
    """A region of raised T1 (oedema, fibrosis) in the left ventricular wall; it stays myocardium."""
    region = torch.minimum(wall + 1, 8 * (noise(25) - draw.uniform(0.6, 1.4)))
    inside = canvas.masks["myocardium"]
    canvas.paint(region, tissues["lesion"], inside * draw.uniform(0.5, 1.0) * draw.chance(0.3), mask="myocardium")
