"""A numerical phantom: short-axis hearts in chests, scanned by T1-mapping sequences, with known truth."""

from .appearance import AppearanceSettings
from .series import PhantomSettings, Sample, generate
from .grid import Grid
from .motion import MOTION_NAMES
from .pairs import Pair, PairSettings, generate_pairs
from .scanner import ScannerSettings
from .sequence import FREE_SEQUENCES, SEQUENCES

__all__ = ["AppearanceSettings", "MOTION_NAMES", "FREE_SEQUENCES", "SEQUENCES", "Grid", "Pair", "PairSettings", "PhantomSettings", "Sample", "ScannerSettings", "generate", "generate_pairs"]
