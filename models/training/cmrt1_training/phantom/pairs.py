"""Rest and stress T1 maps of one slice, taken in two breath-holds: response and displacement are known.

The rest map shows the heart where it was drawn. The stress map shows it after the response, moved by
exp(w): stress(q) = responded(q + exp(w)(q)). The field that registers stress to rest is exp(-w); with the roles of
the maps exchanged it is exp(w).
"""

from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from .anatomy import Anatomy, draw_anatomy, in_views
from .draw import Draw
from .fields import Lattice, Sampling
from .grid import Grid
from .heart import towards_apex
from .motion import Level, elastic_deformation, heart_motion
from .tissue import PRIORS, TissueTable

LONGEST_T1_MS = 4000.0  # that a fit gives


@dataclass(frozen=True)
class PairSettings(Sampling):
    """What kind of pairs to make. `through_plane` holds for a whole batch."""

    grid: Grid = Grid(192, 192, 1.0)
    three_tesla: float = 0.3
    randomised_tissues: float = 0.0
    response: tuple[float, float] = (-0.05, 0.15)  # of the muscle's T1, relative
    ischaemic: float = 0.4  # share of samples in which a region does not respond
    shift_mm: float = 15.0  # longest
    still: float = 0.0  # share of samples in which nothing moves
    motion: float = 1.0  # of all displacements, as a multiple
    through_plane: bool = False  # the stress map shows another slice of the heart: no field registers it
    noise: tuple[float, float] = (0.006, 0.03)  # relative SD of T1 where the signal is as strong as blood's
    masked: float = 0.3  # share of samples whose maps are zero where there is little signal
    pose_spread: float = 1.0
    views: int = 1  # draws of response and motion for each anatomy
    level: tuple[float, float] | None = None  # size and wall of both maps' slice (heart.towards_apex); None: as drawn
    margin_px: int = 24


@dataclass
class Pair:
    """A batch of pairs; maps [batch, rows, columns]. stress(p + field(p)) shows what rest(p) shows."""

    rest_ms: Tensor  # as measured
    stress_ms: Tensor
    response: Tensor  # truth, % of the rest map's T1, at the rest map's position
    rest_masks: dict[str, Tensor]  # shares 0...1 of MASKS and "heart"
    stress_masks: dict[str, Tensor]
    field: Tensor  # [batch, 2 (x, y), rows, columns], px, truth
    landmarks_px: Tensor  # [batch, 3 (LV centre, anterior, inferior RV insertion), 2 (x, y)], at rest
    landmarks_valid: Tensor  # [batch, 3]
    exchanged_response: Tensor  # truth where the roles are exchanged, at the stress map's position
    exchanged_field: Tensor  # rest(p + exchanged_field(p)) shows what stress(p) shows
    three_tesla: Tensor  # [batch], 0 or 1


def generate_pairs(seed: int, settings: PairSettings = PairSettings(), batch: int = 1, device: str = "cpu",
                   dtype: torch.dtype = torch.float32) -> Pair:  # fmt: skip
    """`batch` pairs that depend on seed, settings, batch size, device and precision alone."""
    draw = Draw(seed, batch // settings.views, device, dtype)
    options = {"device": draw.device, "dtype": dtype}
    grid = settings.grid
    fine, coarse, native = settings.lattices(**options)

    three_tesla = draw.chance(settings.three_tesla)
    tissues = TissueTable(draw, three_tesla, settings.randomised_tissues)
    for name in PRIORS:
        tissues[name]
    rest, stress = _draw_anatomies(grid, fine, tissues, draw, settings)
    draw = draw.for_batch(batch)
    ratio = _draw_ratio(rest, grid, draw, settings)
    velocity = _draw_velocity(rest, grid, coarse, draw, settings)
    moving = coarse.exponential(velocity)
    on_fine = coarse.resample(moving, fine)
    moved = lambda image: fine.warp(image[:, None], on_fine, "bilinear")[:, 0]

    noise = draw.log_uniform(*settings.noise)
    blur_px = draw.uniform(0.5, 0.9) / grid.spacing_mm
    masked = draw.chance(settings.masked)
    measure = lambda t1, strength: _measured(t1, strength, noise, blur_px, masked, settings, draw)
    average = settings.average
    responded = moved(stress.t1_ms * ratio)
    return Pair(
        rest_ms=measure(rest.t1_ms, rest.strength),
        stress_ms=measure(responded, moved(stress.strength)),
        response=100 * (average(rest.t1_ms * ratio) / average(rest.t1_ms) - 1),
        rest_masks={name: average(mask) for name, mask in rest.masks.items()},
        stress_masks={name: average(moved(mask)) for name, mask in stress.masks.items()},
        field=coarse.resample(coarse.exponential(-velocity), native),
        landmarks_px=rest.landmarks_px,
        landmarks_valid=rest.landmarks_valid,
        exchanged_response=100 * (average(moved(stress.t1_ms)) / average(responded) - 1),
        exchanged_field=coarse.resample(moving, native),
        three_tesla=three_tesla.flatten().repeat(settings.views),
    )


def _draw_anatomies(grid: Grid, fine: Lattice, tissues: TissueTable, draw: Draw, settings: PairSettings):
    """The slice at rest, and the one that the stress map shows: the same, or a neighbour in the same chest."""
    state = draw.generator.get_state()
    here = partial(towards_apex, size=settings.level[0], wall=settings.level[1]) if settings.level else None
    rest = in_views(draw_anatomy(grid, fine, tissues, draw, settings.pose_spread, here), settings.views)
    if not settings.through_plane:
        return rest, rest
    size, wall = draw.uniform(0.65, 0.85, 1), draw.uniform(1.0, 1.6, 1)

    after = draw.generator.get_state()
    draw.generator.set_state(state)
    beyond = lambda shape: towards_apex(here(shape) if here else shape, size, wall)
    other = in_views(draw_anatomy(grid, fine, tissues, draw, settings.pose_spread, beyond), settings.views)
    draw.generator.set_state(after)
    return rest, other


def _draw_ratio(anatomy: Anatomy, grid: Grid, draw: Draw, settings: PairSettings) -> Tensor:
    """T1 under stress over T1 at rest, on the anatomy's lattice."""
    on = anatomy.lattice
    noise = lambda cell_mm: draw.smooth_noise(on.y, on.x, cell_mm / grid.spacing_mm)[:, 0]
    heart, blood = anatomy.masks["heart"], anatomy.masks["lv_blood"] + anatomy.masks["rv_blood"]
    muscle = torch.maximum(anatomy.masks["myocardium"], (heart - blood).clamp(min=0))
    response = draw.uniform(*settings.response)
    without = torch.sigmoid((noise(45) - draw.uniform(0.2, 1.4)) / 0.15) * draw.chance(settings.ischaemic)
    response = response * (1 - draw.uniform(0.7, 1.0) * without) * (1 + 0.15 * noise(20))
    elsewhere = draw.uniform(0, 0.08) * noise(60) + draw.uniform(-0.04, 0.06)
    return 1 + muscle * response + blood * draw.uniform(-0.03, 0.06) + (1 - heart).clamp(min=0) * elsewhere


def _draw_velocity(anatomy: Anatomy, grid: Grid, coarse: Lattice, draw: Draw, settings: PairSettings) -> Tensor:
    """Breathing, the heart's own shift, turn, size and filling, irregular deformation; [batch, 2, h, w], px."""
    freedom = anatomy.lattice.resample(anatomy.freedom[:, None], coarse)
    everything = draw.chance(0.3)[:, None]
    reach = everything + (1 - everything) * (0.08 + 0.92 * freedom)
    far = draw.chance(0.4)
    length = far * draw.uniform(0, settings.shift_mm) + (1 - far) * draw.normal(0, 0.2 * settings.shift_mm)
    angle = draw.angle()
    shift = torch.cat([length * torch.cos(angle), length * torch.sin(angle)], 1)[..., None] * reach
    level = Level(
        (0, 0),
        heart_mm=draw.log_uniform(0.2, 4)[..., 0],
        contraction=draw.uniform(0, 0.07)[..., 0],
        twist=draw.uniform(0, 0.15)[..., 0],
        elastic_mm=0,
    )
    heart = heart_motion(level, draw.uniform(1.2, 2.8), grid, coarse, anatomy, 1, draw)[:, 0]
    elastic = elastic_deformation(draw.log_uniform(0.1, 1.5)[:, None, None], grid, coarse, 1, draw)[:, 0]
    velocity = (shift + elastic * (0.3 + 0.7 * reach)) / grid.spacing_mm + heart + _filling(anatomy, coarse, draw)
    return settings.motion * velocity * (1 - draw.chance(settings.still))[:, None]


def _filling(anatomy: Anatomy, coarse: Lattice, draw: Draw) -> Tensor:
    """The cavity larger or smaller by up to about a fifth, the wall thinner or thicker for it."""
    y, x = coarse.mesh()
    x, y = x - anatomy.pose.centre_x, y - anatomy.pose.centre_y
    window = torch.exp(-((torch.hypot(x, y) / (draw.uniform(0.7, 0.95) * anatomy.pose.radius_px)) ** 4))
    grow = draw.normal(0, 0.08).clamp(-0.2, 0.2) * window
    return torch.stack([grow * x, grow * y], 1)


def _measured(t1_ms: Tensor, strength: Tensor, noise: Tensor, blur_px: Tensor, masked: Tensor, settings: PairSettings,
              draw: Draw) -> Tensor:  # fmt: skip
    """A T1 map as a scanner gives it: limited resolution, noise where the signal is weak, perhaps masked."""
    strong = strength + 0.01
    signal, weighted = _blurred(settings.average(strong), blur_px), _blurred(settings.average(strong * t1_ms), blur_px)
    clean = weighted / signal
    white = _blurred(draw.white(*clean.shape), blur_px)
    white = white / white.std((1, 2), keepdim=True)
    spread = (noise / signal).clamp(max=1.2)
    value = (clean * torch.exp(spread * white - spread.square() / 2)).clamp(0, LONGEST_T1_MS)
    return value * (1 - masked * (signal < 0.12))


def _blurred(image: Tensor, sigma_px: Tensor) -> Tensor:
    """Gaussian of an SD of its own for each sample."""
    reach = 3
    offsets = torch.arange(-reach, reach + 1, dtype=image.dtype, device=image.device)
    kernel = torch.exp(-0.5 * (offsets / sigma_px[:, 0]).square())
    kernel = kernel / kernel.sum(1, keepdim=True)
    batch = len(image)
    padded = F.pad(image[None], [reach] * 4, mode="replicate")
    across = F.conv2d(padded, kernel[:, None, None, :], groups=batch)
    return F.conv2d(across, kernel[:, None, :, None], groups=batch)[0]
