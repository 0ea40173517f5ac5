"""Seeded random numbers for a batch, and smooth noise."""

import copy
import math

import torch
from torch import Tensor


class Draw:
    """Random numbers for a batch of samples, all from one seeded generator.

    Scalars come as [batch, 1, 1], so that they broadcast over images [batch, rows, columns]. With float64
    on a CPU the stream depends on the seed alone.
    """

    def __init__(self, seed: int, batch: int = 1, device: str = "cpu", dtype: torch.dtype = torch.float32):
        self.batch, self.device, self.dtype = batch, torch.device(device), dtype
        self.generator = torch.Generator(self.device).manual_seed(seed)

    def for_batch(self, batch: int) -> "Draw":
        """Draws for another number of samples from the same generator."""
        other = copy.copy(self)
        other.batch = batch
        return other

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(self._shape(shape), **self._options())

    def log_uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return torch.exp(self.uniform(math.log(low), math.log(high), *shape))

    def normal(self, mean: float, sd: float, *shape: int) -> Tensor:
        return mean + sd * torch.randn(self._shape(shape), **self._options())

    def angle(self, *shape: int) -> Tensor:
        return self.uniform(-math.pi, math.pi, *shape)

    def chance(self, probability: float, *shape: int) -> Tensor:
        """1 with the given probability, else 0."""
        return (self.uniform(0, 1, *shape) < probability).to(self.dtype)

    def integer(self, low: int, high: int) -> int:
        """One integer in low...high, for the whole batch."""
        return int(torch.randint(low, high + 1, (1,), generator=self.generator, device=self.device))

    def white(self, *shape: int) -> Tensor:
        """Standard normal noise of exactly this shape."""
        return torch.randn(shape, **self._options())

    def smooth_noise(self, y: Tensor, x: Tensor, cell: float, channels: int = 1) -> Tensor:
        """Smooth noise of unit variance: cubic B-splines with a random weight every `cell`.

        `y` [rows] and `x` [columns] are the coordinates of a regular grid, in the unit of `cell`.
        Returns [batch, channels, rows, columns].
        """
        along_y, along_x = _spline_basis(y, cell), _spline_basis(x, cell)
        weights = self.white(self.batch, channels, along_y.shape[1], along_x.shape[1])
        return along_y @ weights @ along_x.T

    def _shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (self.batch, *shape) if shape else (self.batch, 1, 1)

    def _options(self) -> dict:
        return {"generator": self.generator, "device": self.device, "dtype": self.dtype}


def _spline_basis(positions: Tensor, cell: float) -> Tensor:
    """[positions, control points], scaled so that standard normal weights give unit variance on average."""
    t = (positions - positions.min()) / cell
    index = t.floor()
    f = t - index
    basis = torch.zeros(len(t), int(index.max()) + 4, dtype=t.dtype, device=t.device)
    pieces = ((1 - f) ** 3 / 6, (3 * f**3 - 6 * f**2 + 4) / 6, (-3 * f**3 + 3 * f**2 + 3 * f + 1) / 6, f**3 / 6)
    row = torch.arange(len(t), device=t.device)
    for offset, piece in enumerate(pieces):
        basis[row, index.long() + offset] = piece
    return basis / basis.square().sum(1, keepdim=True).sqrt().mean()
