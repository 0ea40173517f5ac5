"""A canvas that keeps which tissue each point belongs to, so that one drawing serves any number of contrasts."""

import torch
from torch import Tensor

from .tissue import PRIORS

AIR = "air"
# Tissues that a segmentation tells apart, each with the tissue whose T1 and strength it has.
SEGMENTED = {
    "lv_blood": "blood",
    "rv_blood": "blood",
    "papillary": "myocardium",
    "trabeculae": "myocardium",  # a mixture with blood
    "rv_muscle": "myocardium",
    "rv_trabeculae": "myocardium",
    "scar": "lesion",
    "obstruction": "lesion",  # microvascular: no contrast agent gets there
    "epicardial_fat": "fat",
    "pericardium": "cortical_bone",
    "gut_wall": "myocardium",
    "gut_content": "stomach",
    "other_1": "stomach",
    "other_2": "skeletal_muscle",
    "other_3": "blood",
}
TISSUES = (AIR, *PRIORS, *SEGMENTED)
NUMBER = {name: number for number, name in enumerate(TISSUES)}

BACKGROUND, MYOCARDIUM, LV_BLOOD, RV_BLOOD = range(4)
_CLASSES = {
    MYOCARDIUM: ("myocardium", "scar", "obstruction"),
    LV_BLOOD: ("lv_blood", "papillary", "trabeculae"),  # papillary muscles and trabeculae count as blood pool
    RV_BLOOD: ("rv_blood", "rv_trabeculae"),
}


def class_of_tissue(device: torch.device | str = "cpu") -> Tensor:
    """Class 0...3 of each of TISSUES."""
    classes = torch.zeros(len(TISSUES), dtype=torch.long, device=device)
    for number, names in _CLASSES.items():
        for name in names:
            classes[NUMBER[name]] = number
    return classes


class TissueNumbers:
    """Stands where painters look tissues up: gives a tissue's number."""

    def __getitem__(self, name: str) -> int:
        return NUMBER[name]


class LabelCanvas:
    """What Canvas is for tissue maps, for labels [batch, rows, columns] uint8.

    A stroke covers a point that lies inside its shape and where it is more opaque than transparent.
    """

    def __init__(self, labels: Tensor):
        self.labels = labels

    def part(self, window: slice) -> "LabelCanvas":
        """The rows and columns of the window, still part of the whole."""
        return LabelCanvas(self.labels[:, window, window])

    @property
    def fat(self) -> Tensor:
        return self.where("fat").float()

    def where(self, *names: str) -> Tensor:
        return torch.stack([self.labels == NUMBER[name] for name in names]).any(0)

    def paint(self, distance_mm: Tensor, tissue: int, opacity: Tensor | float = 1.0) -> None:
        inside = (distance_mm > 0) & (torch.as_tensor(opacity, device=self.labels.device) > 0.5)
        self.labels.masked_fill_(inside, tissue)
