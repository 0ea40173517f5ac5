"""What anatomy is painted on, and the shapes it is painted with.

A shape is a signed distance in mm to its border, positive inside; `coverage` turns it into the share of a
sampling cell that the shape fills. All images are [batch, rows, columns].
"""

import torch
from torch import Tensor

from .tissue import Tissue


class Canvas:
    """Tissue maps that later strokes cover, with named masks that follow what stays visible."""

    def __init__(self, like: Tensor, cell_mm: float, masks: tuple[str, ...]):
        self.cell_mm = cell_mm
        self.t1_ms = torch.full_like(like, 1000.0)
        self.strength = torch.zeros_like(like)
        self.fat = torch.zeros_like(like)
        self.masks = {name: torch.zeros_like(like) for name in masks}

    def coverage(self, distance_mm: Tensor) -> Tensor:
        """Share of a cell that lies inside a straight border at this distance, 0...1."""
        return (0.5 + distance_mm / self.cell_mm).clamp(0, 1)

    def paint(self, distance_mm: Tensor, tissue: Tissue, opacity: Tensor | float = 1.0, mask: str = "") -> None:
        """Fills a shape with a tissue; `mask` is the named mask that the shape belongs to."""
        cover = self.coverage(distance_mm) * opacity
        self.t1_ms += cover * (tissue.t1_ms - self.t1_ms)
        self.strength += cover * (tissue.strength - self.strength)
        self.fat += cover * (tissue.fat - self.fat)
        for name, values in self.masks.items():
            values += cover * ((1.0 if name == mask else 0.0) - values)


def ellipse(x: Tensor, y: Tensor, radius_x: Tensor, radius_y: Tensor, exponent: float = 2) -> Tensor:
    """Distance to an ellipse (exponent 2) or a rounder rectangle (more) about the origin; near its border."""
    level = ((x / radius_x).abs() ** exponent + (y / radius_y).abs() ** exponent + 1e-9) ** (1 / exponent)
    return (1 - level) * torch.minimum(radius_x, radius_y)


def rotate(x: Tensor, y: Tensor, angle: Tensor) -> tuple[Tensor, Tensor]:
    """The point (x, y) in a frame that is turned by `angle`."""
    c, s = torch.cos(angle), torch.sin(angle)
    return c * x + s * y, c * y - s * x


def where(heart_x: Tensor, heart_y: Tensor, points: Tensor, x: Tensor, y: Tensor, reach_mm: float = 1.5) -> Tensor:
    """Where the lattice's points (x, y) have these coordinates in the heart's frame; mean over a small window."""
    found = []
    for k in range(points.shape[1]):
        square = (heart_x - points[:, k, 0, None, None]) ** 2 + (heart_y - points[:, k, 1, None, None]) ** 2
        weight = torch.softmax(-square.flatten(1) / (2 * reach_mm**2), 1).view_as(square)
        found.append(torch.stack([(weight * x).sum((1, 2)), (weight * y).sum((1, 2))], -1))
    return torch.stack(found, 1)


def polar_curve(coefficients: Tensor, cos_angle: Tensor, sin_angle: Tensor) -> Tensor:
    """Radius of a closed curve at each point's angle.

    `coefficients` [batch, 1 + 2 n] hold the constant, then the cosine and sine weights of harmonics 1...n.
    """
    c, s = cos_angle, sin_angle
    radius = coefficients[:, 0, None, None].expand_as(c)
    for k in range(1, coefficients.shape[1], 2):
        radius = radius + coefficients[:, k, None, None] * c + coefficients[:, k + 1, None, None] * s
        c, s = c * cos_angle - s * sin_angle, s * cos_angle + c * sin_angle
    return radius
