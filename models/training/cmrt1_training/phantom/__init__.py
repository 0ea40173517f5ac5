"""A numerical phantom: short-axis hearts in chests, scanned by T1-mapping sequences, with known truth."""

from .series import PhantomSettings, Sample, generate
from .grid import Grid
from .motion import MOTION_NAMES
from .scanner import ScannerSettings
from .sequence import SEQUENCES

__all__ = ["MOTION_NAMES", "SEQUENCES", "Grid", "PhantomSettings", "Sample", "ScannerSettings", "generate"]
