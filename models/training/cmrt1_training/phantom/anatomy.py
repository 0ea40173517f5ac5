"""A short-axis heart in its chest, as tissue maps on a fine lattice."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from .canvas import Canvas, rotate, where
from .chest import paint_chest
from .draw import Draw
from .fields import Lattice
from .grid import Grid
from .heart import HeartShape, draw_shape, paint_heart
from .short_axis import Landmarks, landmarks
from .tissue import TissueTable

MASKS = ("myocardium", "lv_blood", "rv_blood")


@dataclass(frozen=True)
class Pose:
    """Where the heart lies, [batch, 1, 1] each."""

    centre_x: Tensor  # px
    centre_y: Tensor
    angle: Tensor  # radians by which heart and chest are turned in the image
    radius_px: Tensor  # mean epicardial radius


@dataclass(frozen=True)
class Mobility:
    """What motion needs to know."""

    lattice: Lattice
    freedom: Tensor  # [batch, rows, columns]: 0 where breathing moves nothing, 1 where it moves freely
    pose: Pose


@dataclass(frozen=True)
class Anatomy(Mobility):
    """Maps [batch, rows, columns] on `lattice`."""

    t1_ms: Tensor
    strength: Tensor
    fat: Tensor  # share of fat, 0...1
    masks: dict[str, Tensor]  # shares 0...1: those of MASKS, and "heart" (both ventricles with their walls)
    landmarks_px: Tensor  # [batch, 3 (LV centre, anterior, inferior RV insertion), 2 (x, y)]
    landmarks_valid: Tensor  # [batch, 3]


def draw_anatomy(grid: Grid, lattice: Lattice, tissues: TissueTable, draw: Draw, spread: float = 1,
                 reshaped: Callable[[HeartShape], HeartShape] | None = None) -> Anatomy:  # fmt: skip
    """`spread` widens the range of the heart's position and of the chest's rotation in the image. `reshaped` changes
    the heart within a chest that stays as large."""
    shape = draw_shape(draw)
    pose = Pose(
        centre_x=(grid.columns - 1) / 2 + spread * draw.uniform(-0.08, 0.08) * grid.columns,
        centre_y=(grid.rows - 1) / 2 + spread * draw.uniform(-0.10, 0.06) * grid.rows,
        angle=spread * draw.normal(0, 0.25),
        radius_px=shape.radius_mm / grid.spacing_mm,
    )
    noise = lambda cell_mm: draw.smooth_noise(lattice.y, lattice.x, cell_mm / grid.spacing_mm)[:, 0]
    y, x = lattice.mesh()
    x, y = rotate(
        (x - pose.centre_x) * grid.spacing_mm,
        (y - pose.centre_y) * grid.spacing_mm,
        pose.angle,
    )
    canvas = Canvas(x, _cell_mm(grid, lattice), MASKS)
    freedom = paint_chest(canvas, x, y, shape.radius_mm, tissues, draw, noise)
    wobble = draw.uniform(0.3, 1.2)
    heart_x, heart_y = rotate(x + wobble * noise(18), y + wobble * noise(18), draw.normal(0, 0.3))
    heart_shape = reshaped(shape) if reshaped else shape
    outline = paint_heart(canvas, heart_x, heart_y, heart_shape, tissues, draw, noise)
    landmarks_px, valid = _landmarks(heart_shape, heart_x, heart_y, lattice)
    heart = canvas.coverage(outline)

    # Tissue is not uniform: up to 2 % in T1 on two scales, a few percent in strength, more outside the heart.
    t1 = canvas.t1_ms * torch.exp(draw.uniform(0.0, 0.02) * noise(8) + draw.uniform(0.0, 0.02) * noise(25))
    outside = 1 + 1.5 * (1 - heart)
    texture = draw.uniform(0.005, 0.03) * noise(4) + draw.uniform(0.005, 0.03) * noise(12)
    strength = canvas.strength * torch.exp(outside * texture)
    return Anatomy(lattice, freedom, pose, t1, strength, canvas.fat, canvas.masks | {"heart": heart},
                   landmarks_px, valid)  # fmt: skip


def _landmarks(shape: HeartShape, heart_x: Tensor, heart_y: Tensor, lattice: Lattice) -> tuple[Tensor, Tensor]:
    """Positions in the image of the shape's landmarks, and whether it has them."""
    of: Landmarks = landmarks(shape)
    y, x = lattice.mesh()
    return where(heart_x, heart_y, of.points_mm, x, y), of.valid


def in_views(anatomy: Anatomy, views: int) -> Anatomy:
    """Each sample `views` times, of up to 8 views that flips and an exchange of the axes give; a square grid.

    Sample i of view v is sample v * batch + i. For training only: one anatomy serves several draws of motion.
    """
    last = float(anatomy.lattice.x[0] + anatomy.lattice.x[-1])  # where coordinate 0 comes to lie in a flip

    def viewed(image: Tensor, view: int) -> Tensor:
        image = image.transpose(1, 2) if view & 1 else image
        return image.flip([axis for axis, bit in ((2, 2), (1, 4)) if view & bit])

    def centre(view: int) -> tuple[Tensor, Tensor]:
        x, y = anatomy.pose.centre_x, anatomy.pose.centre_y
        x, y = (y, x) if view & 1 else (x, y)
        return (last - x if view & 2 else x), (last - y if view & 4 else y)

    def points(view: int) -> Tensor:
        at = anatomy.landmarks_px.flip(-1) if view & 1 else anatomy.landmarks_px
        return torch.stack([last - at[..., i] if view & bit else at[..., i] for i, bit in ((0, 2), (1, 4))], -1)

    stacked = lambda image: torch.cat([viewed(image, v) for v in range(views)])
    pose = Pose(
        torch.cat([centre(v)[0] for v in range(views)]),
        torch.cat([centre(v)[1] for v in range(views)]),
        anatomy.pose.angle.repeat(views, 1, 1),
        anatomy.pose.radius_px.repeat(views, 1, 1),
    )
    return Anatomy(
        anatomy.lattice,
        stacked(anatomy.freedom),
        pose,
        stacked(anatomy.t1_ms),
        stacked(anatomy.strength),
        stacked(anatomy.fat),
        {name: stacked(mask) for name, mask in anatomy.masks.items()},
        torch.cat([points(v) for v in range(views)]),
        anatomy.landmarks_valid.repeat(views, 1),
    )


def _cell_mm(grid: Grid, lattice: Lattice) -> float:
    return float(lattice.x[1] - lattice.x[0]) * grid.spacing_mm
