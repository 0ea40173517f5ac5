"""Breathing and heart motion of a series as stationary velocity fields with an exact inverse.

Image k shows the common position p moved: image_k(q) = rest(q + exp(w_k)(q)). The field that corrects it
is u_k = exp(-w_k): rest(p) = image_k(p + u_k(p)). The w_k are chosen so that the u_k have zero mean over
the images: the common position is the mean one.
"""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from .anatomy import Mobility
from .draw import Draw
from .fields import Lattice
from .grid import Grid
from .sequence import Timing


@dataclass(frozen=True)
class Level:
    """Ranges of motion. Distances in mm."""

    breathing_mm: tuple[float, float]  # between the extreme positions of the series
    heart_mm: float  # SD of the heart's own shift
    contraction: float  # SD of the relative change of radius
    twist: float  # SD of the heart's rotation, radians
    elastic_mm: float  # SD of irregular deformation


LEVELS = {
    "mild": Level((1.0, 4.0), 0.3, 0.010, 0.01, 0.2),
    "moderate": Level((4.0, 8.0), 0.8, 0.025, 0.03, 0.4),
    "severe": Level((8.0, 15.0), 1.2, 0.035, 0.05, 0.6),
}
# "any", for training: every sample its own amplitudes from nothing to beyond severe, in any direction.
MOTION_NAMES = ("still", *LEVELS, "any")


@dataclass(frozen=True)
class Motion:
    """Fields [batch, images, 2, h, w] on `lattice`, px, in order of acquisition."""

    lattice: Lattice
    moving: Tensor  # exp(w): where in the common position each point of the image comes from
    correcting: Tensor  # exp(-w): the truth


def draw_motion(name: str, grid: Grid, lattice: Lattice, anatomy: Mobility, timing: Timing, draw: Draw) -> Motion:
    """Motion of one of MOTION_NAMES; "still" means that nothing moves."""
    if name == "still" or (name == "any" and draw.integer(1, 25) == 1):
        zero = torch.zeros(
            *timing.ti_ms.shape, 2, len(lattice.y), len(lattice.x), dtype=draw.dtype, device=draw.device
        )
        return Motion(lattice, zero, zero)
    of_kind = _any_velocity if name == "any" else partial(_velocity, LEVELS[name])
    velocity = of_kind(grid, lattice, anatomy, timing, draw)
    velocity = velocity - velocity.mean(1, keepdim=True)
    for _ in range(3):  # exp(-w) = -w to first order, so this takes the mean of the correcting fields away
        velocity = velocity + _exponential(lattice, -velocity).mean(1, keepdim=True)
    return Motion(lattice, _exponential(lattice, velocity), _exponential(lattice, -velocity))


def _exponential(lattice: Lattice, velocity: Tensor) -> Tensor:
    return lattice.exponential(velocity.flatten(0, 1)).view_as(velocity)


def _velocity(level: Level, grid: Grid, lattice: Lattice, anatomy: Mobility, timing: Timing, draw: Draw) -> Tensor:
    images = timing.ti_ms.shape[1]
    freedom = anatomy.lattice.resample(anatomy.freedom[:, None], lattice)[:, None]
    path = _breathing_path(timing, draw) * draw.uniform(*level.breathing_mm, 1)
    direction = torch.stack([torch.sin(angle := draw.normal(0, 0.45, 1)), torch.cos(angle)], 2)
    breathing = (path[:, :, None] * direction)[..., None, None] * (0.08 + 0.92 * freedom)

    heart = heart_motion(level, draw.uniform(1.4, 2.0), grid, lattice, anatomy, images, draw)
    elastic = elastic_deformation(level.elastic_mm, grid, lattice, images, draw)
    return (breathing + elastic * (0.3 + 0.7 * freedom)) / grid.spacing_mm + heart


def _any_velocity(grid: Grid, lattice: Lattice, anatomy: Mobility, timing: Timing, draw: Draw) -> Tensor:
    """Breathing or jumps of single images in any direction, of the chest's inside or of everything."""
    images = timing.ti_ms.shape[1]
    freedom = anatomy.lattice.resample(anatomy.freedom[:, None], lattice)[:, None]
    everything = draw.chance(0.2)[:, None, None]
    reach = everything + (1 - everything) * (0.08 + 0.92 * freedom)
    jumps = draw.normal(0, 0.5, images) * draw.chance(0.7, images)
    jumping = draw.chance(0.5, 1)
    path = jumping * jumps + (1 - jumping) * _breathing_path(timing, draw)
    angle = draw.normal(0, 0.45, 1) + draw.chance(0.5, 1) * draw.angle(1)
    length_mm = draw.log_uniform(1, 24, 1)
    direction = torch.stack([torch.sin(angle), torch.cos(angle)], 2)
    sideways = 0.2 * draw.normal(0, 1, images, 2) * draw.chance(0.6, images)[..., None]
    breathing = (length_mm[:, :, None] * (path[:, :, None] * direction + sideways))[..., None, None] * reach
    bulk = draw.log_uniform(0.05, 3, 1)[:, :, None] * draw.normal(0, 1, images, 2)
    level = Level(
        (0, 0),
        heart_mm=draw.log_uniform(0.2, 8)[..., 0],
        contraction=draw.uniform(0, 0.07)[..., 0],
        twist=draw.uniform(0, 0.07)[..., 0],
        elastic_mm=0,
    )
    heart = heart_motion(level, draw.uniform(1.2, 2.8), grid, lattice, anatomy, images, draw)
    elastic = elastic_deformation(draw.log_uniform(0.1, 1.5)[:, None, None], grid, lattice, images, draw)
    return (breathing + bulk[..., None, None] + elastic * (0.3 + 0.7 * reach)) / grid.spacing_mm + heart


def heart_motion(level: Level, extent: Tensor, grid: Grid, lattice: Lattice, anatomy: Mobility, images: int,
                  draw: Draw) -> Tensor:  # fmt: skip
    """The heart's own shift, contraction and rotation within `extent` radii of its centre, px."""
    y, x = lattice.mesh()
    x, y = (x - anatomy.pose.centre_x)[:, None], (y - anatomy.pose.centre_y)[:, None]
    radius = anatomy.pose.radius_px[:, None]
    window = torch.exp(-((torch.sqrt(x * x + y * y) / (extent[:, None] * radius)) ** 4))
    per_image = lambda sd: (sd * draw.normal(0, 1, images).clamp(-2, 2))[..., None, None]
    grow, turn = per_image(level.contraction), per_image(level.twist)
    return torch.stack(
        [
            window * (grow * x - turn * y + per_image(level.heart_mm) / grid.spacing_mm),
            window * (grow * y + turn * x + per_image(level.heart_mm) / grid.spacing_mm),
        ],
        2,
    )


def elastic_deformation(sd_mm: float | Tensor, grid: Grid, lattice: Lattice, images: int, draw: Draw) -> Tensor:
    """Irregular deformation, mm."""
    elastic = 0
    for cell_mm, share in ((90, 1.0), (45, 0.6), (25, 0.3)):
        noise = draw.smooth_noise(lattice.y, lattice.x, cell_mm / grid.spacing_mm, 2 * images)
        elastic = elastic + share * sd_mm * noise.unflatten(1, (images, 2))
    return elastic


def _breathing_path(timing: Timing, draw: Draw) -> Tensor:
    """Position of the diaphragm for each image, 1 between its extremes, [batch, images].

    One of three habits for each sample: a slow drift in a breath-hold, a breath-hold that fails at some
    image, free breathing.
    """
    time_s = timing.acquired_ms / 1000
    share = time_s / time_s[:, -1:]
    drift = share ** draw.uniform(0.6, 1.6, 1)
    jump = torch.sigmoid((share - draw.uniform(0.1, 0.9, 1)) / 0.02)
    back = torch.sigmoid((share - draw.uniform(0.5, 1.3, 1)) / 0.02)
    fails = 0.3 * drift + jump * (1 - 0.8 * back)
    free = torch.cos(2 * torch.pi * time_s / draw.uniform(2.5, 6.0, 1) + draw.angle(1))
    habit = draw.uniform(0, 1, 1)
    path = torch.where(habit < 0.3, drift, torch.where(habit < 0.65, fails, free))
    path = path + draw.normal(0, 0.05, path.shape[1])
    low, high = path.amin(1, keepdim=True), path.amax(1, keepdim=True)
    return (path - low) / (high - low) * (1 - 2 * draw.chance(0.3, 1))
