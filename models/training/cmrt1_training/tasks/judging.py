"""Learning to tell how good the segmentations of the U-Nets are."""

import random
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..networks import Judge, PolarEnsemble, Segmenter
from ..phantom.contrast import draw_contrast
from ..phantom.degrade import fade, fading, spoil, without_heart
from ..phantom.draw import Draw
from ..phantom.labels import LV_BLOOD, MYOCARDIUM, class_of_tissue
from ..phantom.slice_image import show
from ..phantom.slices import LabelMaps
from ..phantom.views import View, draw_stray_view, draw_view
from ..slice_library import Anatomies
from .motion import FIRST_VALIDATION_SEED
from .segmentation import bfloat16_pays


@dataclass(frozen=True)
class JudgedBatch:
    views: Tensor  # [n, 1 + 2 members, size, size]: what Judge looks at
    dice: Tensor  # [n, candidates], true, of the myocardium; 0 where the image shows none


class JudgingTask:
    """`settings` is the configuration's [data] (configs/judge.toml explains it)."""

    def __init__(self, config: dict):
        self.network_settings, self.data = config["network"], config["data"]
        self.anatomies = Anatomies(self.data)

    def network(self) -> nn.Module:
        return Judge(**self.network_settings)

    @cached_property
    def _segmenter(self) -> nn.Module:
        """qcd as it is delivered."""
        delivered = PolarEnsemble.delivered(Path(self.data["segmentation"]))
        return Segmenter(delivered).eval().to(memory_format=torch.channels_last)

    def batch(self, seed: int, device: str = "cpu") -> JudgedBatch:
        """The same for the same seed and device. Validation seeds take anatomies of their own."""
        data, choice = self.data, random.Random(seed)
        stray = round(data["stray_share"] * data["batch"])
        worse = round(data["worse_share"] * (data["batch"] - stray))
        parts = [self._part(count, kind, Draw(4 * seed + k, count, device), seed, choice)
                 for k, (count, kind) in enumerate(((data["batch"] - stray - worse, "usual"), (worse, "worse"), (stray, "stray")))
                 if count]  # fmt: skip
        images, classes, areas = (torch.cat(each) for each in zip(*parts))
        shares = self._shares(images[:, None])
        return JudgedBatch(_views(images, shares), dice_of_candidates(shares, classes, areas))

    @torch.no_grad()
    def _shares(self, images: Tensor) -> Tensor:
        with torch.autocast(images.device.type, torch.bfloat16, enabled=bfloat16_pays(images.device)):
            return self._segmenter.to(images.device)(images.contiguous(memory_format=torch.channels_last))

    def _part(self, count: int, kind: str, draw: Draw, seed: int, choice: random.Random):
        """Images [count, size, size], their classes, and the myocardium's area in pixels, what lies outside included."""
        data = self.data
        maps = self.anatomies.choose(count, kind == "stray", seed >= FIRST_VALIDATION_SEED, choice, draw.device)
        if kind == "stray":
            view = draw_stray_view(maps, data["size"], draw, data["diameters"])
        else:
            view = draw_view(maps, False, data["size"], draw, diameters=data["diameters"],
                             turned_share=data["turned_share"], mirrored_share=data["mirrored_share"])  # fmt: skip
        areas = myocardium_px(maps, view)
        if choice.random() < data["without_heart"]:
            gone = torch.arange(count, device=draw.device) < max(1, count // 2)
            labels = torch.where(gone[:, None, None], without_heart(view, choice).labels, view.labels)
            view, areas = replace(view, labels=labels), areas * ~gone
        severity = choice.random() if kind == "worse" else 0
        kinds = list(data["kinds"]), list(data["kinds"].values())
        contrasts = [draw_contrast(choice.choices(*kinds)[0], choice) for _ in range(count)]
        for contrast in contrasts:
            fade(contrast, fading(severity, choice))
        shown = show(view, contrasts, draw, choice, data["coarser"])
        images = spoil(shown.images, severity, draw, choice) if severity else shown.images
        return images, shown.classes, areas

    def loss(self, network: nn.Module, batch: JudgedBatch) -> Tensor:
        """Cross-entropy with the Dice as a share; its minimum is the expected Dice."""
        with torch.autocast(batch.views.device.type, torch.bfloat16, enabled=bfloat16_pays(batch.views.device)):
            logits = network.logits(batch.views.contiguous(memory_format=torch.channels_last))
        return F.binary_cross_entropy_with_logits(logits.float(), batch.dice)

    @torch.no_grad()
    def figures(self, network: nn.Module, batch: JudgedBatch) -> dict[str, float]:
        """Mean absolute error over all candidates and of the deepest member's; share on the right side of 0.7."""
        expected = network(batch.views)
        deepest = batch.dice.shape[1] // 2 - 1
        right = (expected[:, deepest] < 0.7) == (batch.dice[:, deepest] < 0.7)
        return {"error": float((expected - batch.dice).abs().mean()),
                "error_deepest": float((expected - batch.dice)[:, deepest].abs().mean()),
                "right_deepest": float(right.float().mean())}  # fmt: skip


def _views(images: Tensor, shares: Tensor) -> Tensor:
    """`shares` [n, members, classes, size, size]."""
    return torch.cat([images[:, None], shares[:, :, [MYOCARDIUM, LV_BLOOD]].flatten(1, 2)], 1)


def myocardium_px(maps: LabelMaps, view: View) -> Tensor:
    """[n], of each view's grid, were it large enough."""
    muscle = (class_of_tissue(maps.labels.device)[maps.labels.long()] == MYOCARDIUM).sum((1, 2))
    return muscle * (maps.spacing_mm / view.spacing_mm) ** 2


def dice_of_candidates(shares: Tensor, classes: Tensor, myocardium_areas: Tensor) -> Tensor:
    """[n, 2 members]: of each member's labels, then of their votes as the program counts them, before it keeps one
    heart. `myocardium_areas` as myocardium_px."""
    members = shares.argmax(2)  # [n, members, size, size]
    votes = members.sort(1, descending=True).values
    truth = classes == MYOCARDIUM
    outside = (myocardium_areas - truth.sum((1, 2))).clamp(min=0)
    values = []
    for labels in (*members.unbind(1), *votes.unbind(1)):
        found = labels == MYOCARDIUM
        values.append(2 * (found & truth).sum((1, 2)) / (found.sum((1, 2)) + truth.sum((1, 2)) + outside).clamp(min=1))
    return torch.stack(values, 1)
