"""Known motion for real images: shifts of a disc about the image centre that fade beyond 40 mm."""

import numpy as np
from scipy.ndimage import map_coordinates


class HeartMotion:
    """One shift for each image, of standard deviation `scale_px` along each axis and zero mean."""

    def __init__(self, shape: tuple[int, int], spacing_mm: float, images: int, scale_px: float,
                 generator: np.random.Generator):  # fmt: skip
        self.rows, self.columns = np.mgrid[: shape[0], : shape[1]].astype(float)
        self.centre = np.array(shape) / 2
        self.spacing_mm = spacing_mm
        shifts = generator.normal(scale=scale_px, size=(images, 2))
        self.shifts = shifts - shifts.mean(axis=0)

    def window(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        radius_mm = np.hypot(rows - self.centre[0], columns - self.centre[1]) * self.spacing_mm
        return 1 / (1 + np.exp((radius_mm - 40) / 5))

    def move(self, image: np.ndarray, k: int) -> np.ndarray:
        window = self.window(self.rows, self.columns)
        where = [self.rows + window * self.shifts[k, 0], self.columns + window * self.shifts[k, 1]]
        return map_coordinates(image.astype(float), where, order=3, mode="nearest").clip(0).round()

    def correcting_field(self, k: int) -> np.ndarray:
        """u (row, column) with corrected(p) = moved(p + u(p)) = image(p): u = -w(p + u) s, by fixed point."""
        field = np.zeros((2, *self.rows.shape))
        for _ in range(50):
            window = self.window(self.rows + field[0], self.columns + field[1])
            field = -window * self.shifts[k][:, None, None]
        return field

    def errors_px(self, found: np.ndarray) -> np.ndarray:
        """Distance to the truth over the heart for each image, mean over the images removed.

        `found` [images, 2 (row, column), rows, columns]; returns [images, pixels of the heart].
        """
        truth = np.stack([self.correcting_field(k) for k in range(len(self.shifts))])
        difference = found - truth
        difference -= difference.mean(axis=0)
        heart = self.window(self.rows, self.columns) > 0.5
        return np.hypot(difference[:, 0], difference[:, 1])[:, heart]
