"""From signed signal to the magnitude and phase images of a scanner."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .draw import Draw
from .fields import Lattice
from .grid import Grid

COUNTS = 4096  # 12 bit
EDGE_WEIGHT = 0.15


@dataclass(frozen=True)
class ScannerSettings:
    snr: tuple[float, float] = (40.0, 120.0)  # of recovered blood in the heart, range over the samples
    resolution_mm: float = 1.4  # acquired; finer pixels come from zero filling (0: as fine as the pixels)
    ghosting: float = 0.3  # share of samples with a faint ghost
    blood_counts: tuple[float, float] = (150.0, 400.0)  # brightness of recovered blood, stored units
    quantised: bool = True  # whole counts, as DICOM holds them


def coil_shading(grid: Grid, lattice: Lattice, centre_x: Tensor, centre_y: Tensor, draw: Draw) -> Tensor:
    """Sensitivity of surface coils in front of and behind the chest, 1 at the heart; [batch, rows, columns]."""
    y, x = lattice.mesh()
    coils = [(draw.uniform(-110, 110), draw.uniform(-170, -110)) for _ in range(3)]
    coils += [(draw.uniform(-90, 130), draw.uniform(110, 190)) for _ in range(2)]
    reach_mm = draw.uniform(110, 230)

    def squares(px: Tensor, py: Tensor) -> Tensor:
        distances = [
            ((px - centre_x) * grid.spacing_mm - coil_x) ** 2 + ((py - centre_y) * grid.spacing_mm - coil_y) ** 2
            for coil_x, coil_y in coils
        ]
        return sum((1 + d / reach_mm**2) ** -3 for d in distances)

    return torch.sqrt(squares(x, y) / squares(centre_x, centre_y))


def receive(
    signal: Tensor, shading: Tensor, grid: Grid, lattice: Lattice, settings: ScannerSettings, draw: Draw
) -> tuple[Tensor, Tensor]:
    """Magnitude (stored units) and phase (radians) of signed signal [batch, images, rows, columns].

    `signal` is in units of recovered blood. Limited resolution, smooth phase, complex Gaussian noise
    (Rician magnitude), a ghost half a field of view away, quantisation.
    """
    images = signal.shape[1]
    phase = (
        draw.angle()
        + draw.uniform(0.1, 0.6) * draw.smooth_noise(lattice.y, lattice.x, 110 / grid.spacing_mm)[:, 0]
    )[:, None] + draw.normal(0, 0.04, images, 1, 1)
    ghost = (draw.chance(settings.ghosting) * draw.uniform(0.0, 0.04))[:, None] * draw.normal(0, 1, images, 1, 1)
    seen = signal * shading[:, None]
    seen = torch.polar(torch.ones_like(phase), phase) * (seen + ghost * torch.roll(seen, grid.rows // 2, dims=2))
    noise_sd = 1 / draw.log_uniform(*settings.snr)[:, None]
    image = _measure(seen, max(1.0, settings.resolution_mm / grid.spacing_mm), noise_sd, draw)

    image = image * draw.log_uniform(*settings.blood_counts)[:, None]
    magnitude, angle = image.abs().clamp(max=COUNTS - 1), image.angle()
    if settings.quantised:
        magnitude, angle = magnitude.round(), radians_from_stored_phase(stored_phase(angle))
    return magnitude, angle


def stored_phase(radians: Tensor) -> Tensor:
    """Stored value of a phase image: rescaled by slope 2 and intercept -4096 it is -4096...4094 for -pi...pi."""
    return torch.round((radians / torch.pi + 1) * COUNTS / 2) % COUNTS


def radians_from_stored_phase(stored: Tensor) -> Tensor:
    return (2 * stored - COUNTS) * (torch.pi / COUNTS)


def _measure(image: Tensor, zoom: float, noise_sd: Tensor, draw: Draw) -> Tensor:
    """Complex images with noise, as measured at a resolution of `zoom` pixels, 1 or more.

    `noise_sd` is the SD of real and imaginary part before the filter over k-space.
    """
    rows, columns = image.shape[-2:]
    acquired = tuple(min(count, 2 * round(count / zoom / 2)) for count in (rows, columns))
    noise = torch.complex(draw.white(*image.shape[:2], *acquired), draw.white(*image.shape[:2], *acquired))
    if acquired == (rows, columns):
        return image + noise_sd * noise
    k = torch.fft.fftshift(torch.fft.fft2(image, norm="ortho"), dim=(-2, -1))
    top, left = (rows - acquired[0]) // 2, (columns - acquired[1]) // 2
    middle = (..., slice(top, top + acquired[0]), slice(left, left + acquired[1]))
    measured = torch.zeros_like(k)
    measured[middle] = (k[middle] + zoom * noise_sd * noise) * _raw_filter(acquired, image)
    return torch.fft.ifft2(torch.fft.ifftshift(measured, dim=(-2, -1)), norm="ortho")


def _raw_filter(shape: tuple[int, int], like: Tensor) -> Tensor:
    """Separable Gaussian over k-space, 1 in the middle and EDGE_WEIGHT at each edge, against ringing."""

    def weights(count: int) -> Tensor:
        position = torch.linspace(-1, 1, count, dtype=like.real.dtype, device=like.device)
        return EDGE_WEIGHT ** position.square()

    return weights(shape[0])[:, None] * weights(shape[1])
