"""Label maps of hearts in chests. A map is drawn once and seen many times (views.py)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .canvas import ellipse, rotate, where
from .chest import paint_chest
from .draw import Draw
from .labels import NUMBER, TISSUES, LabelCanvas, TissueNumbers, class_of_tissue
from .short_axis import Landmarks, draw_slice_shape, landmarks, paint_short_axis

MAP_SIZE = 320  # points
HEART_REACH_MM = 105.0
WIDE_MM, NEAR_MM = 1.5, 0.8  # between points: of maps for whole images, and for crops about the heart
NO_HEART = "none"
LEVEL_WEIGHTS = {"apical": 6, "mid": 5, "basal": 4, "chest_model": 4, NO_HEART: 1}


@dataclass(frozen=True)
class LabelMaps:
    """Numbers of TISSUES on square lattices about the heart's position."""

    labels: Tensor  # [n, MAP_SIZE, MAP_SIZE] uint8
    points_mm: Tensor  # [n, 3, 2 (x, y)]: LV centre, anterior and inferior RV insertion; 0 is the map's centre
    valid: Tensor  # [n, 3]
    radius_mm: Tensor  # [n], mean LV epicardial radius; that of an absent heart too
    spacing_mm: Tensor  # [n]


def draw_label_maps(seed: int, batch: int, wide: bool, device: str = "cpu") -> LabelMaps:
    """`batch` maps of one level; the same for the same arguments."""
    draw = Draw(seed, batch, device)
    spacing = WIDE_MM if wide else NEAR_MM
    axis = (torch.arange(MAP_SIZE, device=device) - (MAP_SIZE - 1) / 2) * spacing
    y, x, noise = _mesh(axis, draw)
    weights = torch.tensor(list(LEVEL_WEIGHTS.values()), dtype=torch.float32, device=device)
    level = list(LEVEL_WEIGHTS)[int(torch.multinomial(weights, 1, generator=draw.generator))]
    shape = draw_slice_shape(level if level != NO_HEART else "mid", draw)

    canvas = LabelCanvas(torch.zeros(batch, MAP_SIZE, MAP_SIZE, dtype=torch.uint8, device=device))
    if draw.integer(1, 5) == 1:
        _paint_patchwork(canvas, draw, noise)
    else:
        paint_chest(canvas, x, y, shape.radius_mm, TissueNumbers(), draw, noise)
    _paint_others(canvas, x, y, spacing * MAP_SIZE, shape.radius_mm, draw, noise)
    _paint_gut(canvas, x, y, shape.radius_mm, draw, noise)
    at = landmarks(shape)
    points = torch.zeros_like(at.points_mm)
    if level == NO_HEART:
        at = Landmarks(at.points_mm, torch.zeros_like(at.valid))
    else:
        near = slice(int((axis < -HEART_REACH_MM).sum()), int((axis < HEART_REACH_MM).sum()))
        y, x, noise = _mesh(axis[near], draw)
        wobble = draw.uniform(0.2, 1.6)
        heart_x, heart_y = rotate(x + wobble * noise(20), y + wobble * noise(20), draw.normal(0, 0.3))
        paint_short_axis(canvas.part(near), heart_x, heart_y, shape, level, draw, noise)
        points = where(heart_x, heart_y, at.points_mm, x, y)
    return LabelMaps(
        canvas.labels, points, at.valid, shape.radius_mm.flatten(), torch.full([batch], spacing, device=device)
    )


def _mesh(axis: Tensor, draw: Draw):
    """Coordinates y, x [1, n, n] of the lattice's points in mm, and smooth noise on it."""
    y, x = (one[None] for one in torch.meshgrid(axis, axis, indexing="ij"))
    return y, x, lambda cell_mm: draw.smooth_noise(axis, axis, cell_mm)[:, 0]


def _paint_patchwork(canvas: LabelCanvas, draw: Draw, noise) -> None:
    """Arbitrary surroundings."""
    for _ in range(draw.integer(3, 8)):
        patch = noise(draw.integer(25, 120)) - draw.uniform(-0.5, 1)
        canvas.paint(patch, draw.integer(0, len(TISSUES) - 1))
    canvas.paint((class_of_tissue(canvas.labels.device)[canvas.labels.long()] > 0).float(), NUMBER["other_1"])


def _paint_others(canvas, x, y, field_mm: float, heart_radius: Tensor, draw: Draw, noise) -> None:
    """Blobs and rings anywhere, a vessel or atrium beside the heart: what may be taken for a heart."""
    anything = [NUMBER[name] for name in ("other_1", "other_2", "other_3", "blood", "fat", "liver", "lung", "fluid")]
    for number in range(6):
        if number < 4:
            px, py = (draw.uniform(-0.45, 0.45) * field_mm for _ in range(2))
            radius = draw.log_uniform(3, 32)
        else:
            angle, radius = draw.angle(), draw.uniform(6, 24)
            distance = heart_radius + radius * draw.uniform(0.8, 1.5) + draw.uniform(0, 8)
            px, py = distance * torch.cos(angle), distance * torch.sin(angle)
        bx, by = rotate(x - px, y - py, draw.angle())
        across, upright = radius * draw.uniform(0.7, 1.4), radius * draw.uniform(0.7, 1.4)
        blob = ellipse(bx, by, across, upright) + 0.08 * radius * noise(18)
        outer, inner = (anything[draw.integer(0, len(anything) - 1)] for _ in range(2))
        canvas.paint(blob, outer, present := draw.chance(0.35))
        canvas.paint(blob - radius * draw.uniform(0.1, 0.5), inner, present * draw.chance(0.5))


def _paint_gut(canvas, x, y, heart_radius: Tensor, draw: Draw, noise) -> None:
    """Stomach or bowel against the heart, mostly below: a ring with odd content, now and then with a gas level."""
    for presence, smallest, largest in ((0.5, 14, 42), (0.3, 8, 20)):
        angle, radius = draw.uniform(-0.3, 3.4), draw.uniform(smallest, largest)
        distance = heart_radius + radius + draw.uniform(-2, 22)
        gx, gy = x - distance * torch.cos(angle), y - distance * torch.sin(angle)
        stretch = draw.log_uniform(0.7, 1.4)
        ring = ellipse(gx, gy, radius * stretch, radius / stretch) + 0.1 * radius * noise(25)
        canvas.paint(ring, NUMBER["gut_wall"], present := draw.chance(presence))
        inside = ring - draw.uniform(1.5, 6)
        canvas.paint(inside, NUMBER["gut_content"], present)
        gas = torch.minimum(inside, -gy - radius * draw.uniform(-0.4, 0.6))
        canvas.paint(gas, NUMBER["gas"], present * draw.chance(0.35))
