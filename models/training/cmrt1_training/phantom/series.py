"""Series of T1-mapping images with everything about them known."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from .anatomy import draw_anatomy, in_views
from .appearance import AppearanceSettings, vary_image, vary_signal, vary_tissue
from .draw import Draw
from .fields import Sampling
from .grid import Grid
from .heart import HeartShape
from .motion import draw_motion
from .scanner import ScannerSettings, coil_shading, receive
from .sequence import draw_timing, signed_signal
from .tissue import TissueTable


@dataclass(frozen=True)
class PhantomSettings(Sampling):
    """What kind of series to make. One sequence and one motion level hold for a whole batch."""

    sequence: str = "shmolli"
    motion: str = "moderate"
    three_tesla: float = 0.3  # share of samples at 3 T; the others are at 1.5 T
    opposed_fat: float = 0.5  # share of samples in which fat is out of phase with water
    randomised_tissues: float = 0.0  # share of tissues with arbitrary T1 and strength
    scanner: ScannerSettings = field(default_factory=ScannerSettings)
    images: int = 7  # of the sequences that leave it open
    pose_spread: float = 1.0  # of position and rotation, as a multiple
    appearance: AppearanceSettings | None = None  # effects beyond the signal model
    views: int = 1  # draws of motion and contrast for each anatomy, in views of it; square grids
    reshaped: Callable[[HeartShape], HeartShape] | None = None  # another slice of the same heart
    response: float = 0.0  # relative change of the muscle's T1, under stress
    acquisition: int = 0  # another recording of the same person: motion and noise are drawn anew


@dataclass
class Sample:
    """A batch of series, images in order of inversion time. Fields: corrected(p) = image(p + u(p))."""

    magnitude: Tensor  # [batch, images, rows, columns], stored units
    phase: Tensor  # the same shape, radians
    ti_ms: Tensor  # [batch, images], ascending
    acquired_ms: Tensor  # [batch, images], since the first image was taken
    rr_ms: Tensor  # [batch], mean heart-beat interval
    three_tesla: Tensor  # [batch], 1 at 3 T, 0 at 1.5 T
    t1_ms: Tensor  # [batch, rows, columns], truth at the common position
    masks: dict[str, Tensor]  # shares 0...1 at the common position: myocardium, lv_blood, rv_blood, heart
    fields: Tensor  # [batch, images, 2 (x, y), rows, columns], px, truth


def generate(seed: int, settings: PhantomSettings = PhantomSettings(), batch: int = 1, device: str = "cpu",
             dtype: torch.dtype = torch.float32) -> Sample:  # fmt: skip
    """`batch` series that depend on seed, settings, batch size, device and precision alone."""
    draw = Draw(seed, batch // settings.views, device, dtype)
    options = {"device": draw.device, "dtype": dtype}
    grid = settings.grid
    fine, coarse, native = settings.lattices(**options)

    three_tesla = draw.chance(settings.three_tesla)
    tissues = TissueTable(draw, three_tesla, settings.randomised_tissues)
    if settings.views > 1:
        anatomy = in_views(draw_anatomy(grid, fine, tissues, draw, settings.pose_spread), settings.views)
        draw = draw.for_batch(batch)
        timing = draw_timing(settings.sequence, draw, settings.images)
    else:
        timing = draw_timing(settings.sequence, draw, settings.images)
        anatomy = draw_anatomy(grid, fine, tissues, draw, settings.pose_spread, settings.reshaped)
    look_locker = draw.uniform(0.84, 0.96)
    water_sign = 1 - 2 * draw.chance(settings.opposed_fat) * anatomy.fat
    shading = coil_shading(grid, native, anatomy.pose.centre_x, anatomy.pose.centre_y, draw)
    if settings.acquisition:
        draw.generator.manual_seed(seed + 1_000_003 * settings.acquisition)
    # Drawn after all that describes the person and the coils: a seed gives one person at any motion.
    motion = draw_motion(settings.motion, grid, coarse, anatomy, timing, draw)

    t1_ms, vary = anatomy.t1_ms * (1 + settings.response * anatomy.masks["myocardium"]), settings.appearance
    if vary:
        noise = lambda cell_mm: draw.smooth_noise(fine.y, fine.x, cell_mm / grid.spacing_mm)[:, 0]
        t1_ms = vary_tissue(t1_ms, vary, noise, draw, anatomy.fat)
    signal = signed_signal(t1_ms, anatomy.strength * water_sign, look_locker, timing)
    if vary:
        signal = vary_signal(signal, anatomy, grid, vary, draw)
    images = settings.average(_move(signal, motion.moving, coarse, fine))
    magnitude, phase = receive(images, shading, grid, native, settings.scanner, draw)
    if vary:
        magnitude = vary_image(magnitude, grid, native, vary, draw)

    truth = coarse.resample(motion.correcting.flatten(0, 1), native).unflatten(0, timing.ti_ms.shape)
    order = timing.ti_ms.argsort(1)
    by_ti = lambda values: torch.stack([v[o] for v, o in zip(values, order)])
    at_rest = lambda values: settings.average(values[:, None])[:, 0]
    return Sample(
        magnitude=by_ti(magnitude),
        phase=by_ti(phase),
        ti_ms=by_ti(timing.ti_ms),
        acquired_ms=by_ti(timing.acquired_ms),
        rr_ms=timing.rr_ms,
        three_tesla=three_tesla.flatten().repeat(settings.views),
        t1_ms=at_rest(t1_ms),
        masks={name: at_rest(mask) for name, mask in anatomy.masks.items()},
        fields=by_ti(truth),
    )


def _move(signal: Tensor, moving: Tensor, coarse, fine) -> Tensor:
    """Each image's signal moved by its field, on the fine lattice."""
    if not moving.any():
        return signal
    field = coarse.resample(moving.flatten(0, 1), fine)
    return fine.warp(signal.flatten(0, 1)[:, None], field)[:, 0].view_as(signal)
