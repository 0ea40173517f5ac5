"""What scans show beyond the plain signal model, for training that must not be surprised by it.

Every effect has a chance for each sample. `vary_signal` acts on the signal before anything moves,
`vary_image` on the magnitudes that come out of the scanner.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .anatomy import Anatomy
from .draw import Draw
from .fields import Lattice
from .grid import Grid


@dataclass(frozen=True)
class AppearanceSettings:
    """Chances 0...1 that a sample shows the effect, at a strength that is drawn as well."""

    contrast_agent: float = 0.3
    texture: float = 0.7  # T1 and strength that vary within a tissue
    weighting: float = 0.7  # an image's own smooth weighting (slice, heart beat, inversion that fell short)
    through_plane: float = 0.5  # structures outside the heart that come and go from image to image
    flow: float = 0.4  # blood brighter or darker than its magnetisation, from image to image
    banding: float = 0.2  # off-resonance stripes
    gain: float = 0.5  # brightness and contrast of single images
    blur: float = 0.2
    ghosting: float = 0.3
    burned_in: float = 0.05  # a bar of constant brightness that does not move


def vary_tissue(t1_ms: Tensor, settings: AppearanceSettings, noise, draw: Draw, fat: Tensor) -> Tensor:
    """T1 after contrast agent (R1 rises everywhere but in fat, unevenly) and with texture."""
    relaxation = 1000 / t1_ms + (1 - fat) * (
        draw.chance(settings.contrast_agent) * draw.log_uniform(0.5, 4) * torch.exp(0.3 * noise(40))
    )
    uneven = draw.uniform(0, 0.10) * noise(9) + draw.uniform(0, 0.10) * noise(25)
    return 1000 / relaxation * torch.exp(draw.chance(settings.texture) * uneven)


def vary_signal(signal: Tensor, anatomy: Anatomy, grid: Grid, settings: AppearanceSettings, draw: Draw) -> Tensor:
    """Signed signal [batch, images, rows, columns] on the anatomy's lattice."""
    images, on = signal.shape[1], anatomy.lattice

    def noise(cell_mm: float) -> Tensor:
        return draw.smooth_noise(on.y, on.x, cell_mm / grid.spacing_mm, images)

    some = lambda chance: (draw.chance(chance) * draw.uniform(0, 1))[:, None]
    signal = signal * torch.exp(0.12 * some(settings.weighting) * noise(45))
    blood = (anatomy.masks["lv_blood"] + anatomy.masks["rv_blood"])[:, None]
    signal = signal * (1 + 0.4 * some(settings.flow) * blood * noise(30)).clamp(min=0.1)
    outside = 1 - F.avg_pool2d(anatomy.masks["heart"], 5, 1, 2)[:, None]
    coming = torch.sigmoid((noise(draw.integer(12, 45)) - draw.uniform(1.0, 2.2)[:, None]) / 0.15)
    share = coming * outside * draw.chance(0.5, images)[..., None, None] * some(settings.through_plane)
    return signal + share * (draw.uniform(-1, 1, images)[..., None, None] - signal)


def vary_image(magnitude: Tensor, grid: Grid, on: Lattice, settings: AppearanceSettings, draw: Draw) -> Tensor:
    """Magnitudes [batch, images, rows, columns]."""
    images = magnitude.shape[1]
    some = lambda chance: (draw.chance(chance) * draw.uniform(0, 1))[:, None]
    noise = lambda cell_mm: draw.smooth_noise(on.y, on.x, cell_mm / grid.spacing_mm)

    off_resonance = 2.5 * noise(120) + draw.normal(0, 0.15, images)[..., None, None]
    magnitude = magnitude * (1 - some(settings.banding) * torch.cos(torch.pi * off_resonance) ** 12)
    ghost = 0.12 * some(settings.ghosting) * draw.uniform(0, 1, images)[..., None, None]
    axis = 2 + draw.integer(0, 1)
    magnitude = magnitude + ghost * torch.roll(magnitude, magnitude.shape[axis] // draw.integer(2, 3), dims=axis)
    magnitude = magnitude + some(settings.blur) * (F.avg_pool2d(magnitude, 3, 1, 1, count_include_pad=False) - magnitude)

    brightest = magnitude.amax((-2, -1), keepdim=True).clamp(min=1e-6)
    gamma = torch.exp(some(settings.gain) * (draw.normal(0, 0.25)[:, None] + draw.normal(0, 0.08, images)[..., None, None]))
    factor = torch.exp(0.2 * some(settings.gain) * draw.normal(0, 1, images)[..., None, None])
    magnitude = factor * brightest * (magnitude / brightest).clamp(min=0) ** gamma
    return _burn_in(magnitude, brightest, settings, draw)


def _burn_in(magnitude: Tensor, brightest: Tensor, settings: AppearanceSettings, draw: Draw) -> Tensor:
    """A colour bar along one side."""
    rows, columns = magnitude.shape[-2:]
    ramp = torch.linspace(1, 0, rows, dtype=draw.dtype, device=draw.device)[:, None].expand(rows, columns)
    inside = torch.zeros_like(ramp)
    left, width = draw.integer(0, columns // 16), draw.integer(2, max(2, columns // 16))
    inside[rows // 8 : rows - rows // 8, left : left + width] = 1
    share = draw.chance(settings.burned_in)[:, None] * inside
    return magnitude + share * (ramp * brightest - magnitude)
