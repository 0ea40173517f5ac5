"""What surrounds the heart in a short-axis view: chest wall, lungs, abdomen, spine, great vessels, arms."""

import math

import torch
from torch import Tensor

from .canvas import Canvas, ellipse, rotate
from .draw import Draw
from .tissue import TissueTable


def paint_chest(canvas: Canvas, x: Tensor, y: Tensor, heart_radius: Tensor, tissues: TissueTable, draw: Draw, noise):
    """Paints around a heart at the origin of x, y (mm). Front up, patient's right to the left.

    `noise(cell_mm)` gives smooth noise on the canvas. Returns how freely each point follows breathing:
    0 at the spine and the outer chest wall, 1 well inside the chest.
    """
    half_width, half_depth = draw.uniform(145, 200), draw.uniform(105, 140)
    front = draw.uniform(1.25, 1.8) * heart_radius + draw.uniform(12, 45)  # from heart to the skin in front
    bx, by = rotate(x - draw.uniform(-35, 35), y - (half_depth - front), draw.uniform(-0.3, 0.3))
    bx, by = bx + 5 * noise(90), by + 5 * noise(90)
    skin = ellipse(bx, by, half_width, half_depth, exponent=2.5)
    fat = (draw.log_uniform(6, 26) * (1 + 0.35 * noise(120))).clamp(min=2)
    wall = skin - fat
    muscle = draw.uniform(9, 16) * (1 + 0.3 * noise(70))
    cavity = wall - muscle.clamp(min=4)

    _paint_arms(canvas, bx, by, half_width, tissues, draw)
    canvas.paint(skin, tissues["fat"])
    canvas.paint(wall, tissues["skeletal_muscle"])
    _paint_wall_layers(canvas, wall, muscle, tissues, draw, noise)
    _paint_ribs(canvas, bx, by, wall - 0.55 * muscle, tissues, draw)
    canvas.paint(cavity, tissues["lung"])
    _paint_lung_vessels(canvas, cavity, tissues, draw, noise)
    _paint_mediastinum(canvas, x, y, cavity, heart_radius, tissues, draw, noise)
    _paint_abdomen(canvas, x, y, cavity, heart_radius, tissues, draw, noise)
    spine_x, spine_y = bx - draw.uniform(-30, 45), by - half_depth * draw.uniform(0.5, 0.62)
    spine = _paint_spine(canvas, spine_x, spine_y, skin - fat, tissues, draw, noise)
    return torch.sigmoid((torch.minimum(cavity, -spine) - 4) / 7)


def _paint_arms(canvas, bx, by, half_width, tissues: TissueTable, draw: Draw) -> None:
    for side in (-1, 1):
        ax, ay = bx - side * (half_width + draw.uniform(30, 60)), by - draw.uniform(-20, 60)
        radius = draw.uniform(24, 44)
        arm = ellipse(ax, ay, radius, radius * draw.uniform(0.9, 1.4))
        present = draw.chance(0.2)
        canvas.paint(arm, tissues["fat"], present)
        canvas.paint(arm - draw.uniform(3, 9), tissues["skeletal_muscle"], present)
        canvas.paint(arm - radius * 0.68, tissues["bone"], present)


def _paint_wall_layers(canvas, wall, muscle, tissues: TissueTable, draw: Draw, noise) -> None:
    """Fat between the muscles of the chest wall, breast tissue in the fat."""
    between = 2.5 * (noise(22) - draw.uniform(0.2, 1.2))
    canvas.paint(torch.minimum(torch.minimum(wall - 2, muscle - wall), between), tissues["fat"], 0.8)
    gland = torch.minimum(-wall - 2, 6 * (noise(28) - draw.uniform(0.9, 1.8)))
    canvas.paint(torch.minimum(gland, wall + 60), tissues["skeletal_muscle"], draw.chance(0.4) * canvas.fat)


def _paint_ribs(canvas, bx, by, depth, tissues: TissueTable, draw: Draw) -> None:
    """Rib cuts at even angles in the chest wall: marrow in a dark shell."""
    angle = torch.atan2(by, bx)
    phase = angle * draw.integer(6, 9) + draw.angle()
    along = torch.atan2(torch.sin(phase), torch.cos(phase)).abs()  # 0 in the middle of a rib, pi between two
    thickness, length = draw.uniform(3.5, 5.5), draw.uniform(0.8, 1.4)
    rib = ellipse(depth, thickness * along / length, thickness, thickness, exponent=3)
    canvas.paint(rib, tissues["cortical_bone"])
    canvas.paint(rib - 1.5, tissues["bone"])


def _paint_lung_vessels(canvas, cavity, tissues: TissueTable, draw: Draw, noise) -> None:
    for cell, rarity in ((6, 2.0), (13, 2.1)):
        vessels = torch.minimum(cavity - 6, cell / 3 * (noise(cell) - draw.uniform(rarity - 0.3, rarity + 0.5)))
        canvas.paint(vessels, tissues["blood"], draw.uniform(0.3, 0.9))


def _paint_mediastinum(canvas, x, y, cavity, heart_radius, tissues: TissueTable, draw: Draw, noise) -> None:
    """Fat between heart and chest wall, and a great vessel or atrium beside the heart now and then."""
    pad = ellipse(
        x + heart_radius * draw.uniform(0.2, 1.0),
        y + heart_radius * draw.uniform(0.5, 1.2),
        heart_radius * draw.uniform(0.7, 1.5),
        heart_radius * draw.uniform(0.6, 1.2),
    )
    canvas.paint(torch.minimum(pad + 4 * noise(25), cavity), tissues["fat"], draw.chance(0.7))
    angle, radius = draw.uniform(0.2, 2.2), draw.uniform(8, 20)
    distance = heart_radius + radius + draw.uniform(4, 22)
    vessel = radius - torch.hypot(x - distance * torch.cos(angle), y - distance * torch.sin(angle)) + 1.5 * noise(20)
    canvas.paint(torch.minimum(vessel + 2, cavity), tissues["skeletal_muscle"], present := draw.chance(0.35))
    canvas.paint(torch.minimum(vessel, cavity), tissues["blood"], present)


def _paint_abdomen(canvas, x, y, cavity, heart_radius, tissues: TissueTable, draw: Draw, noise) -> None:
    """Liver on the patient's right, stomach and spleen on the left, both under the domes of the diaphragm."""
    below = heart_radius * draw.uniform(0.8, 1.25) + draw.uniform(0, 25)
    tilt, bend = draw.uniform(-0.35, 0.15), draw.uniform(0.0005, 0.0022)
    crest = x + draw.uniform(10, 70)
    liver = torch.minimum(y - below - tilt * crest - bend * crest**2 + 3 * noise(45), cavity)
    canvas.paint(liver + draw.uniform(1.5, 4), tissues["skeletal_muscle"], present := draw.chance(0.85))
    canvas.paint(liver, tissues["liver"], present)
    veins = torch.minimum(liver - 6, 2.5 * (noise(11) - draw.uniform(1.2, 2.2)))
    canvas.paint(veins, tissues["blood"], 0.6 * present)

    sx, sy = x - draw.uniform(35, 85), y - heart_radius - draw.uniform(25, 65)
    across, upright = draw.uniform(22, 45), draw.uniform(18, 38)
    stomach = torch.minimum(ellipse(sx, sy, across, upright) + 3 * noise(30), cavity)
    present = draw.chance(0.6)
    canvas.paint(stomach + draw.uniform(1, 6), tissues["fat"], present)
    canvas.paint(stomach, tissues["skeletal_muscle"], present)
    inside = stomach - draw.uniform(3, 6)
    canvas.paint(inside, tissues["stomach"], present)
    gas = torch.minimum(inside, -sy - upright * draw.uniform(-0.2, 0.7))
    canvas.paint(gas, tissues["gas"], present * draw.chance(0.6))

    px, py = rotate(x - draw.uniform(85, 130), y - heart_radius - draw.uniform(20, 70), draw.uniform(0.2, 1.2))
    spleen = torch.minimum(ellipse(px, py, draw.uniform(20, 35), draw.uniform(35, 55)) + 2 * noise(30), cavity)
    canvas.paint(spleen, tissues["spleen"], draw.chance(0.5))


def _paint_spine(canvas, sx, sy, limit, tissues: TissueTable, draw: Draw, noise) -> Tensor:
    """Vertebra with canal, back muscles, descending aorta. Returns the distance to the vertebra."""
    radius = draw.uniform(15, 21)
    vertebra = ellipse(sx, sy, radius * draw.uniform(1.0, 1.25), radius, exponent=2.5)
    back = torch.minimum(ellipse(sx, sy - 1.9 * radius, 3.6 * radius, 1.7 * radius) + 3 * noise(30), limit)
    canvas.paint(back + 4, tissues["fat"])
    canvas.paint(torch.minimum(back, (sx.abs() - 3) + 2 * noise(20)), tissues["skeletal_muscle"])
    canvas.paint(vertebra + 1.5, tissues["cortical_bone"])
    canvas.paint(vertebra, tissues["bone"])
    canal = ellipse(sx, sy - 1.55 * radius, 0.55 * radius, 0.45 * radius)
    canvas.paint(canal + 2.5, tissues["cortical_bone"])
    canvas.paint(canal, tissues["fluid"])
    canvas.paint(canal - 3, tissues["disc"])
    angle = draw.uniform(-math.pi * 0.45, 0.1)
    aorta_radius = draw.uniform(10, 14)
    distance = radius * 1.1 + aorta_radius + draw.uniform(1, 8)
    aorta = aorta_radius - torch.hypot(sx - distance * torch.cos(angle), sy - distance * torch.sin(angle))
    canvas.paint(aorta + 1.5, tissues["skeletal_muscle"])
    canvas.paint(aorta, tissues["blood"])
    return vertebra + 3
