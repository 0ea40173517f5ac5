"""Single images of labelled slices: any contrast, as a scanner and its reconstruction may show it."""

import random
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .appearance import AppearanceSettings, vary_image
from .contrast import Contrast, draw_contrast
from .draw import Draw
from .fields import lattice
from .grid import Grid
from .labels import NUMBER, class_of_tissue
from .views import View

OVERSAMPLING = 2
CLASSES = 4
# Effects of appearance.py on single images, at the chances for one image.
EFFECTS = AppearanceSettings(banding=0.04, gain=0.7, blur=0.3, ghosting=0.15, burned_in=0.03)


@dataclass(frozen=True)
class LabelledImages:
    """Images [n, size, size] of any scale, with their truth."""

    images: Tensor
    classes: Tensor  # [n, size, size] long: 0 background, 1 LV myocardium, 2 LV blood pool, 3 RV blood pool
    points_px: Tensor  # [n, 3, 2 (x, y)]: LV centre, anterior, inferior RV insertion
    valid: Tensor  # [n, 3]
    kinds: tuple[str, ...]


def make_images(view: View, kinds: dict[str, float], draw: Draw, choice: random.Random,
                coarser: float = 0) -> LabelledImages:  # fmt: skip
    """One image of each view; `kinds` weighs the contrasts of contrast.KINDS; `coarser` as in show."""
    names = list(kinds), list(kinds.values())
    return show(view, [draw_contrast(choice.choices(*names)[0], choice) for _ in view.labels], draw, choice, coarser)


def show(view: View, contrasts: list[Contrast], draw: Draw, choice: random.Random,
         coarser: float = 0) -> LabelledImages:  # fmt: skip
    """One image of each view, of the contrast given for it.

    Half of the batches were taken in pixels larger than the grid's, by up to 2^`coarser`, and brought to the grid as
    the programs do: a small heart in a wide field of view.
    """
    size = view.labels.shape[-1] // OVERSAMPLING
    tissue = view.labels.long()
    shares = _class_shares(tissue)
    images = _looked_up(tissue, [contrast.intensity for contrast in contrasts])
    images = _add_texture(images, tissue, contrasts, draw)
    images = images * _shading(size, draw)
    zoom = max(0, draw.integer(round(-10 * coarser), round(10 * coarser))) / 10 if coarser else 0
    images = _measured(images, contrasts, draw, round(size / 2**zoom))
    images = _on_grid(images, size)
    images = _effects(images, draw)
    return LabelledImages(
        _padded(images, draw, choice), shares.argmax(1), view.points_px, view.valid, tuple(c.kind for c in contrasts)
    )


def _class_shares(tissue: Tensor) -> Tensor:
    """Share of each pixel that each class fills, [n, CLASSES, size, size]."""
    classes = class_of_tissue(tissue.device)[tissue]
    return F.avg_pool2d(F.one_hot(classes, CLASSES).permute(0, 3, 1, 2).float(), OVERSAMPLING)


def _looked_up(tissue: Tensor, tables: list[list[float]]) -> Tensor:
    """Each image's own table of tissue values, averaged over pixels."""
    table = torch.tensor(tables, device=tissue.device)
    values = torch.gather(table, 1, tissue.flatten(1)).view(tissue.shape)
    return F.avg_pool2d(values[:, None], OVERSAMPLING)[:, 0]


def _noise(size: int, cells: float, draw: Draw, channels: int = 1) -> Tensor:
    """Smooth noise with about `cells` cells across the image, [n, channels, size, size]."""
    axis = torch.arange(size, device=draw.device, dtype=draw.dtype)
    return draw.smooth_noise(axis, axis, size / cells, channels)


def _add_texture(images: Tensor, tissue: Tensor, contrasts: list[Contrast], draw: Draw) -> Tensor:
    """Tissue that is not uniform, blood that swirls."""
    size = images.shape[-1]
    spread = _looked_up(tissue, [contrast.texture for contrast in contrasts])
    coarse = _noise(size, draw.integer(6, 20), draw)[:, 0]
    fine = _noise(size, 10 * size / draw.integer(8, 25), draw)[:, 0]
    images = images + spread * (draw.uniform(0, 1.5) * coarse + draw.uniform(0, 1.5) * fine)
    blood = torch.zeros(len(class_of_tissue()), device=tissue.device)
    blood[[NUMBER[name] for name in ("lv_blood", "rv_blood", "blood", "trabeculae")]] = 1
    swirl = draw.chance(0.3) * draw.uniform(0, 0.12) * _noise(size, draw.integer(6, 16), draw)[:, 0]
    return images + swirl * F.avg_pool2d(blood[tissue][:, None], OVERSAMPLING)[:, 0]


def _shading(size: int, draw: Draw) -> Tensor:
    """Coils: smooth, and falling off to one side."""
    axis = torch.linspace(-0.5, 0.5, size, device=draw.device)
    angle, slope = draw.angle(), draw.chance(0.5) * draw.uniform(0, 1.8)
    tilt = slope * (torch.cos(angle) * axis[None, None, :] + torch.sin(angle) * axis[None, :, None])
    return torch.exp(draw.chance(0.9) * (draw.uniform(0, 0.3) * _noise(size, draw.integer(1, 3), draw)[:, 0] + tilt))


def _measured(images: Tensor, contrasts: list[Contrast], draw: Draw, size: int) -> Tensor:
    """In `size` x `size` pixels: limited resolution and noise; magnitude where the kind of image shows one.

    The noise never drowns the difference of muscle and blood.
    """
    muscle, blood = NUMBER["myocardium"], NUMBER["lv_blood"]
    apart = [abs(c.intensity[muscle] - c.intensity[blood]) for c in contrasts]
    limit = 0.6 * torch.tensor(apart, device=draw.device)[:, None, None]
    sd = torch.minimum(draw.normal(0, 0.04).abs(), limit)
    across = [round(size / 2 ** max(0.0, zoom)) for zoom in (draw.integer(-20, 11) / 10, draw.integer(-20, 11) / 10)]
    coarse = across != [size, size]
    if across != list(images.shape[1:]):
        images = F.interpolate(images[:, None], across, mode="bilinear", align_corners=False, antialias=True)[:, 0]
    real, imaginary = (sd * draw.white(*images.shape) for _ in range(2))
    magnitude = torch.tensor([c.magnitude for c in contrasts], device=draw.device)[:, None, None]
    images = torch.where(magnitude, torch.hypot(images + real, imaginary), images + real)
    if coarse:
        images = F.interpolate(images[:, None], [size, size], mode="bicubic", align_corners=False)[:, 0]
    return images


def _on_grid(images: Tensor, size: int) -> Tensor:
    """Linearly, as the programs cut their windows."""
    if images.shape[-1] == size:
        return images
    return F.interpolate(images[:, None], [size, size], mode="bilinear", align_corners=False)[:, 0]


def _effects(images: Tensor, draw: Draw) -> Tensor:
    """Those of appearance.py, which want magnitudes; the darkest value becomes 0."""
    size = images.shape[-1]
    grid = Grid(size, size, 300 / size)
    positive = (images - images.amin((1, 2), keepdim=True).clamp(max=0))[:, None]
    return vary_image(positive, grid, lattice(grid, device=draw.device), EFFECTS, draw)[:, 0]


def _padded(images: Tensor, draw: Draw, choice: random.Random) -> Tensor:
    """Some images end before the square does: at straight sides or in a circle; beyond it there is 0."""
    size = images.shape[-1]
    axis = torch.linspace(-1, 1, size, device=draw.device)
    y, x = axis[None, :, None], axis[None, None, :]
    round_edge = torch.where(draw.chance(0.1) > 0, draw.uniform(0.85, 1.1), torch.full_like(draw.uniform(0, 1), 2))
    keep = torch.hypot(x, y) < round_edge
    for along in (x, y):
        cut = draw.chance(0.2)
        first, last = -1 + cut * draw.uniform(0, 0.4), 1 - cut * draw.uniform(0, 0.4)
        keep = keep & (along >= first) & (along <= last)
    return images * keep
