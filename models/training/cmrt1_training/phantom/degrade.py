"""Images worse than any that trains, and images that cannot be segmented: what a judge of segmentations must see."""

import random
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from .contrast import Contrast
from .draw import Draw
from .labels import LV_BLOOD, MYOCARDIUM, NUMBER, TISSUES, class_of_tissue
from .views import View

CHANCE = 0.45  # of each effect in an image that has any
_HEART = [number for number, one in enumerate(class_of_tissue()) if one > 0] + [NUMBER["rv_muscle"]]


def fade(contrast: Contrast, share: float) -> None:
    """Draws the values of muscle, scar and blood pools together: 0 leaves them, 1 makes them alike."""
    shown = abs if contrast.magnitude else float
    values = contrast.intensity
    middle = (shown(values[NUMBER["myocardium"]]) + shown(values[NUMBER["lv_blood"]])) / 2
    for number in _HEART:
        values[number] = middle + (1 - share) * (shown(values[number]) - middle)


def fading(severity: float, choice: random.Random) -> float:
    """How much an image as bad as `severity` is to fade: most not at all."""
    return severity * choice.random() * (choice.random() < 0.6)


def without_heart(view: View, choice: random.Random) -> View:
    """Lung, liver or fat where the heart was."""
    heart = torch.zeros(len(TISSUES), dtype=torch.bool, device=view.labels.device)
    heart[_HEART] = True
    other = NUMBER[choice.choice(["lung", "liver", "fat"])]
    labels = view.labels.masked_fill(heart[view.labels.long()], other)
    return replace(view, labels=labels, valid=torch.zeros_like(view.valid))


def cut_through_heart(image: Tensor, classes: Tensor, choice: random.Random) -> tuple[Tensor, Tensor]:
    """The larger part of image and classes [rows, columns], which ends within the LV."""
    lv = ((classes == MYOCARDIUM) | (classes == LV_BLOOD)).nonzero()
    if not len(lv):
        return image, classes
    axis = choice.choice([0, 1])
    first, last = (int(value) for value in lv[:, axis].aminmax())
    border = round(first + choice.uniform(0.3, 0.7) * (last - first)) + 1
    size = image.shape[axis]
    kept = slice(0, border) if border > size / 2 else slice(border, size)
    window = (kept, slice(None)) if axis == 0 else (slice(None), kept)
    return image[window], classes[window]


def spoil(images: Tensor, severity: float, draw: Draw, choice: random.Random, chance: float = CHANCE) -> Tensor:
    """Images [n, rows, columns], 0 or more, with some of the effects below, one at least; severity 0...1."""
    effects = (_coarse, _ghost, _shade, _noise, _burn_in)
    for effect in [one for one in effects if choice.random() < chance] or [choice.choice(effects)]:
        images = effect(images, severity * choice.uniform(0.3, 1), draw, choice)
    return images


def _coarse(images: Tensor, strength: float, draw: Draw, choice: random.Random) -> Tensor:
    """Pixels up to eight times as large, along one direction or both."""
    shape = images.shape[1:]
    factors = [1 + 7 * strength, 1 + 7 * strength * choice.random()]
    choice.shuffle(factors)
    smaller = [max(8, round(count / factor)) for count, factor in zip(shape, factors)]
    coarse = F.interpolate(images[:, None], smaller, mode="bilinear", align_corners=False, antialias=True)
    return F.interpolate(coarse, shape, mode="bicubic", align_corners=False)[:, 0].clamp(min=0)


def _ghost(images: Tensor, strength: float, draw: Draw, choice: random.Random) -> Tensor:
    axis = choice.choice([1, 2])
    return images + strength * torch.roll(images, images.shape[axis] // choice.choice([2, 3, 5]), dims=axis)


def _shade(images: Tensor, strength: float, draw: Draw, choice: random.Random) -> Tensor:
    y, x = (torch.linspace(-0.5, 0.5, count, device=images.device) for count in images.shape[1:])
    angle = draw.angle()
    tilt = torch.cos(angle) * x[None, None, :] + torch.sin(angle) * y[None, :, None]
    return images * torch.exp(6 * strength * tilt)


def _noise(images: Tensor, strength: float, draw: Draw, choice: random.Random) -> Tensor:
    """Rician, of an SD up to half of what is bright."""
    bright = images.flatten(1).quantile(0.98, 1)[:, None, None]
    real, imaginary = (0.5 * strength * bright * draw.white(*images.shape) for _ in range(2))
    return torch.hypot(images + real, imaginary)


def _burn_in(images: Tensor, strength: float, draw: Draw, choice: random.Random) -> Tensor:
    """Boxes of one value anywhere, each up to half of the image wide and high."""
    images, brightest = images.clone(), images.amax()
    for _ in range(choice.randint(1, 3)):
        window = []
        for count in images.shape[1:]:
            length = max(2, round(count * strength * choice.uniform(0.1, 0.5)))
            first = choice.randint(0, count - length)
            window.append(slice(first, first + length))
        images[:, window[0], window[1]] = choice.choice([0.0, choice.random(), 1.0]) * brightest
    return images
