"""Displacement fields.

A field says where to look: warped(p) = image(p + u(p)), u = (x, y) in pixels, x to the right (growing
column), y down (growing row). Fields have shape [n, 2, rows, columns].
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .grid import Grid


@dataclass(frozen=True)
class Lattice:
    """Regular points y, x (pixels of the image) on which a field or an image is sampled."""

    y: Tensor
    x: Tensor

    def sample(self, values: Tensor, at_y: Tensor, at_x: Tensor, mode: str = "bicubic") -> Tensor:
        """`values` [n, channels, len(y), len(x)] at points [n, h, w]; the border value beyond the lattice."""
        normalised = [
            2 * (at - axis[0]) / (axis[-1] - axis[0]) - 1 for at, axis in ((at_x, self.x), (at_y, self.y))
        ]
        return F.grid_sample(values, torch.stack(normalised, -1), mode=mode, padding_mode="border", align_corners=True)

    def mesh(self) -> tuple[Tensor, Tensor]:
        """Coordinates [1, len(y), len(x)] of all points."""
        y, x = torch.meshgrid(self.y, self.x, indexing="ij")
        return y[None], x[None]

    def resample(self, values: Tensor, other: "Lattice") -> Tensor:
        """`values` on this lattice, taken at the points of another."""
        y, x = other.mesh()
        return self.sample(values, y.expand(len(values), -1, -1), x.expand(len(values), -1, -1))

    def warp(self, image: Tensor, field: Tensor, mode: str = "bicubic") -> Tensor:
        """image(p + u(p)), both on this lattice."""
        y, x = self.mesh()
        return self.sample(image, y + field[:, 1], x + field[:, 0], mode)

    def compose(self, outer: Tensor, inner: Tensor) -> Tensor:
        """Looks along `outer` first, then along `inner`: outer(p) + inner(p + outer(p))."""
        return outer + self.warp(inner, outer)

    def exponential(self, velocity: Tensor, squarings: int = 6) -> Tensor:
        """exp(velocity) by scaling and squaring (Arsigny et al., MICCAI 2006); its inverse is exp(-velocity)."""
        field = velocity / 2**squarings
        for _ in range(squarings):
            field = self.compose(field, field)
        return field


def lattice(grid: Grid, step: float = 1, margin: float = 0, **options) -> Lattice:
    return Lattice(*grid.points(step, margin, **options))


@dataclass(frozen=True)
class Sampling:
    """How finely images are drawn before they are averaged to pixels, and fields integrated."""

    grid: Grid = Grid()
    oversampling: int = 2  # fine samples across a pixel
    margin_px: int = 20  # drawn beyond the image, for motion to bring in
    field_step_px: int = 3  # motion is integrated on this lattice

    def lattices(self, **options) -> tuple[Lattice, Lattice, Lattice]:
        """Of fine samples, of fields, of the image's pixels."""
        return (
            lattice(self.grid, 1 / self.oversampling, self.margin_px, **options),
            lattice(self.grid, self.field_step_px, self.margin_px, **options),
            lattice(self.grid, **options),
        )

    def average(self, fine_images: Tensor) -> Tensor:
        """Pixels of the image from the fine samples within them; the margin is cut off."""
        pixels = F.avg_pool2d(fine_images, self.oversampling)
        m = self.margin_px
        return pixels[..., m : m + self.grid.rows, m : m + self.grid.columns]


def jacobian_determinant(field: Tensor) -> Tensor:
    """det of the Jacobian of p + u(p), central differences on the pixel grid; [n, rows, columns]."""
    dx_dy, dx_dx = torch.gradient(field[:, 0], dim=(1, 2))
    dy_dy, dy_dx = torch.gradient(field[:, 1], dim=(1, 2))
    return (1 + dx_dx) * (1 + dy_dy) - dx_dy * dy_dx
