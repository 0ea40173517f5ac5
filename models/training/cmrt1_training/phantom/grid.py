"""Where the samples of an image lie."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Grid:
    """The pixel grid of a slice. Pixel (x, y) has its centre at x, y = 0...columns-1, 0...rows-1."""

    rows: int = 288
    columns: int = 384
    spacing_mm: float = 0.9375

    def points(self, step: float = 1, margin: float = 0, **options) -> tuple[Tensor, Tensor]:
        """Coordinates y, x (pixels) of a grid of `step` pixels that extends `margin` pixels beyond the image.

        For step 1/n, n x n points fill each pixel evenly. For larger steps the points begin at the margin
        and reach past the far side.
        """

        def axis(count: int) -> Tensor:
            first = -margin - (0.5 - step / 2 if step < 1 else 0)
            number = round((count + 2 * margin) / step) if step <= 1 else int((count - 1 + 2 * margin) // step) + 2
            return first + step * torch.arange(number, **options)

        return axis(self.rows), axis(self.columns)
