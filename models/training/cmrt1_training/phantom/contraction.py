"""Hearts as they are at the end of systole, above all near the apex: a thick wall about a small cavity."""

from dataclasses import replace

import torch
import torch.nn.functional as F

from .draw import Draw
from .labels import LV_BLOOD, NUMBER, class_of_tissue
from .views import View

CAVITY_LEFT = (0.2, 0.7)  # of its radius


def contracted(view: View, share: float, draw: Draw) -> View:
    """`share` of the views with a cavity, papillary muscles and all, that is drawn together about its middle, muscle
    in its place; the epicardium stays."""
    chosen, scale = draw.chance(share, 1)[:, 0] > 0, draw.log_uniform(*CAVITY_LEFT, 1)[:, :, None]
    size = view.labels.shape[-1]
    cavity = class_of_tissue(view.labels.device)[view.labels.long()] == LV_BLOOD
    axis = (2 * torch.arange(size, device=view.labels.device) + 1) / size - 1  # as grid_sample counts
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    area = cavity.sum((1, 2)).clamp(min=1)
    middle = torch.stack([(cavity * one).sum((1, 2)) / area for one in (x, y)], 1)[:, None, None]
    from_where = middle + (torch.stack([x, y], -1) - middle) / scale[..., None]
    numbers = torch.where(cavity, view.labels, 0)[:, None].float()
    inside = F.grid_sample(numbers, from_where, "nearest", "zeros", align_corners=False)[:, 0].to(torch.uint8)
    muscle = torch.full_like(view.labels, NUMBER["myocardium"])
    drawn_together = torch.where(inside > 0, inside, muscle)
    return replace(view, labels=torch.where(cavity & chosen[:, None, None], drawn_together, view.labels))
