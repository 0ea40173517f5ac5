"""Tissue properties: T1 (ms) and signal strength relative to blood, as priors that a sample draws from.

Native values after Piechnik et al., J Cardiovasc Magn Reson 2010;12:69 and 2013;15:13 (myocardium
966 +- 48 ms at 1.5 T, 1166 +- 60 ms at 3 T), Stanisz et al., Magn Reson Med 2005;54:507 and Gold et al.,
AJR 2004;183:343 for the rest. `strength` stands for the balanced steady-state signal (proton density and
T2/T1 weighting together).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from .draw import Draw


@dataclass(frozen=True)
class Prior:
    """Mean and SD of T1 at 1.5 T and 3 T, and the range of the signal strength."""

    t1_15: tuple[float, float]
    t1_30: tuple[float, float]
    strength: tuple[float, float]

    def t1(self, three_tesla: Tensor, draw: Draw) -> Tensor:
        mean = self.t1_15[0] + three_tesla * (self.t1_30[0] - self.t1_15[0])
        sd = self.t1_15[1] + three_tesla * (self.t1_30[1] - self.t1_15[1])
        return (mean + sd * draw.normal(0, 1).clamp(-2.5, 2.5)).clamp(min=120)


PRIORS = {
    "myocardium": Prior((966, 48), (1166, 60), (0.50, 0.65)),
    "blood": Prior((1550, 90), (1850, 110), (0.90, 1.10)),
    "lesion": Prior((1130, 90), (1360, 100), (0.50, 0.70)),
    "fat": Prior((270, 30), (340, 35), (0.70, 1.20)),
    "skeletal_muscle": Prior((960, 60), (1150, 80), (0.30, 0.45)),
    "lung": Prior((1150, 120), (1250, 130), (0.02, 0.07)),
    "liver": Prior((590, 60), (800, 80), (0.35, 0.55)),
    "spleen": Prior((1060, 80), (1280, 90), (0.45, 0.65)),
    "bone": Prior((450, 60), (540, 70), (0.25, 0.45)),
    "cortical_bone": Prior((700, 100), (800, 100), (0.02, 0.08)),
    "disc": Prior((900, 100), (1100, 120), (0.40, 0.60)),
    "fluid": Prior((2400, 300), (2700, 300), (0.90, 1.30)),
    "stomach": Prior((800, 250), (950, 250), (0.10, 0.90)),
    "gas": Prior((1000, 50), (1000, 50), (0.00, 0.02)),
}


@dataclass(frozen=True)
class Tissue:
    """One draw of a tissue for each sample of the batch, [batch, 1, 1] each."""

    t1_ms: Tensor
    strength: Tensor
    fat: float  # 1 for fat, whose signal balanced steady-state imaging may turn round


class TissueTable:
    """The tissues of one batch, drawn on first use.

    `randomised` is the share of tissues that get arbitrary T1 and strength instead of their own, for
    training that must not lean on the priors.
    """

    def __init__(self, draw: Draw, three_tesla: Tensor, randomised: float = 0.0):
        self._draw, self._three_tesla, self._randomised = draw, three_tesla, randomised
        self._drawn: dict[str, Tissue] = {}

    def __getitem__(self, name: str) -> Tissue:
        if name not in self._drawn:
            self._drawn[name] = self._draw_tissue(name)
        return self._drawn[name]

    def _draw_tissue(self, name: str) -> Tissue:
        draw, prior = self._draw, PRIORS[name]
        arbitrary_t1, arbitrary_strength = draw.log_uniform(200, 2500), draw.uniform(0.05, 1.4)
        t1, strength = prior.t1(self._three_tesla, draw), draw.uniform(*prior.strength)
        swap = draw.chance(self._randomised) > 0
        return Tissue(
            torch.where(swap, arbitrary_t1, t1),
            torch.where(swap, arbitrary_strength, strength),
            1.0 if name == "fat" else 0.0,
        )
