"""Landmarks told as a chance of lying in each pixel: what that is trained by, and the place it stands for."""

import torch
from torch import Tensor

LANDMARK_WEIGHT = 0.15  # of landmark_loss beside segmentation_loss
SPREAD_PX = 1.5  # SD of the place that training asks for
REACH_PX = 4.0  # about the highest chance, in which places are averaged
NAMES = ("centre", "anterior", "inferior")


def landmark_loss(logits: Tensor, points_px: Tensor, valid: Tensor) -> Tensor:
    """Cross-entropy of the chances over the pixels and a Gaussian about the landmark; mean over the `valid` ones.

    `logits` [n, points, rows, columns], `points_px` [n, points, 2 (x, y)], `valid` [n, points].
    """
    square = _square_distance(logits, points_px[:, : logits.shape[1]])
    target = (-square.flatten(2) / (2 * SPREAD_PX**2)).softmax(2)
    entropy = -(target * logits.flatten(2).log_softmax(2)).sum(2)
    known = valid[:, : logits.shape[1]].to(entropy.dtype)
    return (entropy * known).sum() / known.sum().clamp(min=1)


def places(logits: Tensor) -> Tensor:
    """Mean place within REACH_PX of the highest chance, [n, points, 2 (x, y)] px."""
    chances = logits.flatten(2).softmax(2).view_as(logits)
    columns = logits.shape[3]
    highest = chances.flatten(2).argmax(2)
    peak = torch.stack([highest % columns, highest // columns], -1).to(chances.dtype)
    near = chances * (_square_distance(logits, peak) <= REACH_PX**2)
    y, x = _axes(logits)
    total = near.sum((2, 3))
    return torch.stack([(near * x).sum((2, 3)) / total, (near * y).sum((2, 3)) / total], -1)


def landmark_figures(logits: Tensor, points_px: Tensor, valid: Tensor) -> dict[str, float]:
    return distance_figures(places(logits), points_px, valid)


def distance_figures(found: Tensor, points_px: Tensor, valid: Tensor) -> dict[str, float]:
    """Median and 90th percentile of the distance of `found` [n, points, 2] px, of the landmarks that are there."""
    errors = torch.linalg.vector_norm(found - points_px[:, : found.shape[1]], dim=2)
    figures = {}
    for number, name in enumerate(NAMES[: found.shape[1]]):
        own = errors[:, number][valid[:, number] > 0]
        figures[f"{name}_px"] = float(own.median()) if len(own) else 0.0
        figures[f"{name}_p90_px"] = float(own.quantile(0.9)) if len(own) else 0.0
    return figures


def _axes(like: Tensor) -> tuple[Tensor, Tensor]:
    rows, columns = (torch.arange(n, device=like.device, dtype=like.dtype) for n in like.shape[2:])
    return rows[:, None], columns[None, :]


def _square_distance(like: Tensor, points_px: Tensor) -> Tensor:
    """Of each pixel from each point, [n, points, rows, columns]."""
    y, x = _axes(like)
    points = points_px.to(like.dtype)[:, :, :, None, None]
    return (x - points[:, :, 0]) ** 2 + (y - points[:, :, 1]) ** 2
