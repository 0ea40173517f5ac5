"""Learning to segment short-axis images of every contrast, from generated ones."""

import random
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..networks import UNetEnsemble, normalised_image
from ..phantom.draw import Draw
from ..phantom.labels import LV_BLOOD, MYOCARDIUM
from ..phantom.slice_image import LabelledImages, make_images
from ..phantom.slices import LabelMaps
from ..phantom.views import View, draw_view
from ..slice_library import Anatomies
from .endocardial import NOT_CAVITY, EndocardialImages
from .heatmaps import LANDMARK_WEIGHT, landmark_figures, landmark_loss
from .motion import FIRST_VALIDATION_SEED

MISSED = 0.1  # a heart is missed where the Dice of muscle and cavity together stays below


@dataclass(frozen=True)
class SegmentationBatch:
    images: Tensor  # [n, 1, size, size], normalised
    classes: Tensor  # [n, size, size]; in real images also the codes of endocardial.py, which are negative
    points_px: Tensor | None = None  # [n, points, 2 (x, y)] of landmarks; none where the network finds none
    valid: Tensor | None = None  # [n, points]: the others are not in the image or not known


class SegmentationTask:
    """`settings` is the configuration's [data] (configs/qcd.toml explains it)."""

    def __init__(self, config: dict):
        self.network_settings, self.data = config["network"], config["data"]
        self.anatomies = Anatomies(self.data)

    @cached_property
    def _real(self) -> EndocardialImages | None:
        folder = self.data["endocardial"]
        return EndocardialImages(Path(folder)) if folder else None

    def network(self) -> nn.Module:
        return UNetEnsemble(**self.network_settings)

    def batch(self, seed: int, device: str = "cpu") -> SegmentationBatch:
        """The same for the same seed and device. Validation seeds take anatomies of their own."""
        data, choice = self.data, random.Random(seed)
        real = round(data["endocardial_share"] * data["batch"]) if seed < FIRST_VALIDATION_SEED and self._real else 0
        generated = data["batch"] - real
        wide = round(data["wide_share"] * generated)
        parts = [self._part(count, is_wide, seed, choice, device)
                 for count, is_wide in ((wide, True), (generated - wide, False)) if count]  # fmt: skip
        images, classes = [part.images for part in parts], [part.classes for part in parts]
        points = F.pad(torch.cat([part.points_px for part in parts]), [0, 0, 0, 0, 0, real])
        valid = F.pad(torch.cat([part.valid for part in parts]), [0, 0, 0, real])
        if real:
            draw, is_wide = Draw(2 * seed, real), choice.random() < data["wide_share"]
            image, labels = self._real.batch(real, is_wide, data["size"], data["diameters"], draw, choice)
            images.append(image.to(device))
            classes.append(labels.to(device))
        classes = torch.cat(classes)
        classes = torch.where(classes < self.network_settings["classes"], classes, 0)
        return SegmentationBatch(normalised_image(torch.cat(images)[:, None]), classes, points, valid)

    def _part(self, count: int, wide: bool, seed: int, choice: random.Random, device: str) -> LabelledImages:
        draw = Draw(2 * seed + wide, count, device)
        maps = self.anatomies.choose(count, wide, seed >= FIRST_VALIDATION_SEED, choice, device)
        return make_images(self._view(maps, wide, draw), self.data["kinds"], draw, choice, 0 if wide else self.data["coarser"])

    def _view(self, maps: LabelMaps, wide: bool, draw: Draw) -> View:
        data = self.data
        return draw_view(maps, wide, data["size"], draw, data["fov_mm"], data["diameters"],
                         turned_share=data["turned_share"], mirrored_share=data["mirrored_share"])  # fmt: skip

    def loss(self, network: nn.Module, batch: SegmentationBatch) -> Tensor:
        """segmentation_loss + LANDMARK_WEIGHT landmark_loss, summed over the members."""
        return sum(self._loss_of_member(logits, batch) for logits in self._logits(network, batch.images).unbind(1))

    def _loss_of_member(self, logits: Tensor, batch: SegmentationBatch) -> Tensor:
        classes = self.network_settings["classes"]
        loss = segmentation_loss(logits[:, :classes], batch.classes)
        if logits.shape[1] > classes:
            loss = loss + LANDMARK_WEIGHT * landmark_loss(logits[:, classes:], batch.points_px, batch.valid)
        return loss

    @torch.no_grad()
    def figures(self, network: nn.Module, batch: SegmentationBatch) -> dict[str, float]:
        """Mean Dice of the averaged members where the truth has the class, share of hearts missed; Dice of each."""
        logits, classes = self._logits(network, batch.images), self.network_settings["classes"]
        shares = logits[:, :, :classes].softmax(2)
        mean = shares.mean(1).argmax(1)
        figures = class_figures(mean, batch.classes)
        for depth, own in zip(self.network_settings["depths"], shares.argmax(2).unbind(1)):
            figures[f"myocardium_{depth}"] = mean_dice(own, batch.classes, MYOCARDIUM)
        if logits.shape[2] > classes:
            figures |= landmark_figures(logits[:, :, classes:].mean(1), batch.points_px, batch.valid)
        return figures

    def _logits(self, network: nn.Module, images: Tensor) -> Tensor:
        with torch.autocast(images.device.type, torch.bfloat16, enabled=bfloat16_pays(images.device)):
            return network(images.contiguous(memory_format=torch.channels_last)).float()


def bfloat16_pays(device: torch.device) -> bool:
    """On GPUs and on processors that multiply it; elsewhere it is emulated and takes three times as long."""
    processor = torch.cpu.get_capabilities()
    return device.type == "cuda" or bool(processor.get("amx_bf16") or processor.get("avx512_bf16"))


def segmentation_loss(logits: Tensor, classes: Tensor) -> Tensor:
    """Cross-entropy + 1/2 (1 - Dice over the batch) + 1/2 (1 - mean Dice of an image).

    `logits` [n, classes, rows, columns]. Where the truth is partial, only what it says counts.
    """
    logs = logits.log_softmax(1)
    whole = (classes >= 0).flatten(1).all(1)
    said = torch.gather(logs, 1, classes.clamp(min=0)[:, None])[:, 0]
    other = torch.cat([logs[:, :LV_BLOOD], logs[:, LV_BLOOD + 1 :]], 1).logsumexp(1)
    said = torch.where(classes == NOT_CAVITY, other, said)
    known = classes >= NOT_CAVITY
    entropy = -(said * known).sum() / known.sum()
    shares = logs[whole].exp()
    truth = F.one_hot(classes[whole], logits.shape[1]).permute(0, 3, 1, 2).to(shares.dtype)
    overlap, sizes = (shares * truth).sum((2, 3)), (shares + truth).sum((2, 3))
    of_images = (2 * overlap + 10) / (sizes + 10)  # 10 px keep an absent class from counting
    of_batch = (2 * overlap.sum(0) + 20) / (sizes.sum(0) + 20)
    return entropy + 0.5 * (1 - of_batch[1:].mean()) + 0.5 * (1 - of_images[:, 1:].mean())


def dice(found: Tensor, truth: Tensor) -> Tensor:
    """Of each image, masks [n, rows, columns]; NaN where both are empty."""
    return 2 * (found & truth).sum((1, 2)) / (found.sum((1, 2)) + truth.sum((1, 2)))


def class_figures(found: Tensor, classes: Tensor) -> dict[str, float]:
    """Of labels [n, rows, columns]: mean Dice where the truth has the class, share of hearts missed."""
    return {
        "myocardium": mean_dice(found, classes, MYOCARDIUM),
        "cavity": mean_dice(found, classes, LV_BLOOD),
        "missed": missed_hearts(found, classes),
    }


def mean_dice(found: Tensor, classes: Tensor, one: int) -> float:
    values = dice(found == one, classes == one)[(classes == one).any((1, 2))]
    return float(values.mean()) if len(values) else 0.0


def missed_hearts(found: Tensor, classes: Tensor) -> float:
    lv = lambda labels: (labels == MYOCARDIUM) | (labels == LV_BLOOD)
    values = dice(lv(found), lv(classes))[lv(classes).any((1, 2))]
    return float((values < MISSED).float().mean()) if len(values) else 0.0
