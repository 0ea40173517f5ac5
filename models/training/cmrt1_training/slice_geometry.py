"""Where a synthetic slice lies in its imaginary patient (DICOM patient frame, LPS, mm)."""

from dataclasses import dataclass

import numpy as np

from .phantom import Grid

# A typical oblique short-axis view: columns grow towards left, back and feet, rows towards feet and back.
_ROW_DIRECTION = np.array([0.69, 0.62, -0.37])
_ROUGHLY_DOWN = np.array([0.05, 0.45, -0.89])
_CENTRE_MM = np.array([28.0, -34.0, 12.0])


def _usual_directions() -> tuple[np.ndarray, np.ndarray]:
    across = _ROW_DIRECTION / np.linalg.norm(_ROW_DIRECTION)
    down = _ROUGHLY_DOWN - (_ROUGHLY_DOWN @ across) * across
    return across, down / np.linalg.norm(down)


@dataclass(frozen=True)
class SliceGeometry:
    grid: Grid
    slice_thickness_mm: float = 8.0
    offset_mm: float = 0.0  # of the slice along its normal
    turned_rad: float = 0.0  # of the image's rows against that view, in the plane
    mirrored: bool = False  # seen from the other side: columns grow towards the right

    @property
    def row_direction(self) -> np.ndarray:
        across, down = _usual_directions()
        side = -1 if self.mirrored else 1
        return side * (np.cos(self.turned_rad) * across + np.sin(self.turned_rad) * down)

    @property
    def column_direction(self) -> np.ndarray:
        across, down = _usual_directions()
        return np.cos(self.turned_rad) * down - np.sin(self.turned_rad) * across

    @property
    def normal(self) -> np.ndarray:
        return np.cross(self.row_direction, self.column_direction)

    @property
    def position_mm(self) -> np.ndarray:
        """Centre of the first pixel."""
        half = 0.5 * self.grid.spacing_mm
        across = (self.grid.columns - 1) * half * self.row_direction
        down = (self.grid.rows - 1) * half * self.column_direction
        return _CENTRE_MM + self.offset_mm * self.normal - across - down

    def nifti_affine(self) -> np.ndarray:
        """RAS+ affine of an image of shape columns x rows x 1."""
        affine = np.eye(4)
        affine[:3, 0] = self.row_direction * self.grid.spacing_mm
        affine[:3, 1] = self.column_direction * self.grid.spacing_mm
        affine[:3, 2] = self.normal * self.slice_thickness_mm
        affine[:3, 3] = self.position_mm
        return np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine
