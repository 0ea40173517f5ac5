"""Inversion-recovery sequences: when the images are taken, and the signal they show.

Signal S(TI) = A - B exp(-TI/T1*), T1 = T1* (B/A - 1) (Look-Locker). Here T1* = c T1 with a factor c < 1
that the readout pulses cause, hence B/A = 1 + 1/c and the formula gives the tissue's T1 exactly.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from .draw import Draw

# Blocks of one inversion each: images taken in successive heart beats, then beats of pause.
SEQUENCES: dict[str, tuple[tuple[int, int], ...]] = {
    "shmolli": ((5, 1), (1, 1), (1, 0)),
    "molli_5_3_3": ((5, 3), (3, 0)),
    "molli_3_3_5": ((3, 3), (5, 0)),
    "molli_3_3_3_3_5": ((3, 3), (3, 3), (5, 0)),
    "molli_4_1_3_1_2": ((4, 1), (3, 1), (2, 0)),
}
# Every image after a preparation of its own from full recovery (STONE, SASHA), at times spread at random.
FREE_SEQUENCES = ("inversion_recovery", "saturation_recovery")


@dataclass(frozen=True)
class Timing:
    """Times of the images in order of acquisition, [batch, images]."""

    ti_ms: Tensor
    acquired_ms: Tensor  # since the first image
    block: tuple[int, ...]  # the inversion that each image follows
    recovery_ms: Tensor  # [batch, blocks]: from each inversion to the next (the last one unused)
    rr_ms: Tensor  # [batch], mean heart-beat interval
    saturated: bool = False  # prepared by saturation instead of inversion


def draw_timing(sequence: str, draw: Draw, images: int = 0) -> Timing:
    """Timing of one of SEQUENCES, or of FREE_SEQUENCES with this number of images."""
    if sequence in FREE_SEQUENCES:
        return _draw_free_timing(sequence == "saturation_recovery", images, draw)
    return _draw_block_timing(SEQUENCES[sequence], draw)


def _draw_free_timing(saturated: bool, images: int, draw: Draw) -> Timing:
    """One to three short times, the others up to 5 s, the last often without preparation."""
    rr = draw.uniform(650, 1200, 1)
    short = draw.integer(1, min(3, images - 2))
    ti = torch.cat([draw.uniform(90, 450, short), draw.uniform(500, 5000, images - short)], 1)
    ti[:, -1:] += draw.chance(0.5, 1) * 1e5
    acquired = 6000.0 * torch.arange(images, dtype=draw.dtype, device=draw.device).expand(draw.batch, images)
    recovered = torch.full_like(ti, 1e6)
    return Timing(ti, acquired, tuple(range(images)), recovered, rr[:, 0], saturated)


def _draw_block_timing(blocks: tuple[tuple[int, int], ...], draw: Draw) -> Timing:
    """Timing with the heart rate of a resting person and its variation from beat to beat.

    The first image of block n follows its inversion by TI0 + 80 n ms, the others by whole heart beats more.
    Inversion times are multiples of 5 ms.
    """
    beats = sum(images + pause for images, pause in blocks)
    mean_rr = draw.uniform(650, 1200, 1)
    rr = mean_rr * (1 + draw.uniform(0.005, 0.05, 1) * draw.normal(0, 1, beats).clamp(-2.5, 2.5))
    beat_ms = torch.cat([torch.zeros_like(mean_rr), torch.round(rr.cumsum(1) / 5) * 5], 1)
    first_ti = torch.round(draw.uniform(95, 115, 1) / 5) * 5

    ti, acquired, block_of, inversion = [], [], [], []
    beat = 0
    for block, (images, pause) in enumerate(blocks):
        start = beat_ms[:, beat : beat + 1]
        shortest = first_ti + 80 * block
        taken = beat_ms[:, beat : beat + images]
        ti.append(shortest + taken - start)
        acquired.append(taken)
        inversion.append(start - shortest)
        block_of += [block] * images
        beat += images + pause
    recovery = torch.diff(torch.cat([*inversion, beat_ms[:, -1:]], 1), dim=1)
    return Timing(torch.cat(ti, 1), torch.cat(acquired, 1), tuple(block_of), recovery, rr.mean(1))


def signed_signal(t1_ms: Tensor, strength: Tensor, look_locker: Tensor, timing: Timing) -> Tensor:
    """Signal with its sign for each image, [batch, images, rows, columns], in order of acquisition.

    `look_locker` is c = T1*/T1. Each inversion turns what the magnetisation has come to: where it had not
    recovered, the images of the next block start from less (the reason why ShMOLLI chooses its samples by
    T1). The images of the first block follow the model exactly.
    """
    t1_star = look_locker * t1_ms
    if timing.saturated:
        return strength[:, None] * (1 - torch.exp(-timing.ti_ms[..., None, None] / t1_star[:, None]))
    depth = 1 + 1 / look_locker  # B/A after full recovery
    b_over_a = [depth.expand_as(t1_ms)]
    for block in range(timing.recovery_ms.shape[1] - 1):
        before = 1 - b_over_a[-1] * torch.exp(-timing.recovery_ms[:, block, None, None] / t1_star)
        b_over_a.append(1 + before * (depth - 1))
    return torch.stack(
        [
            strength * (1 - b_over_a[block] * torch.exp(-timing.ti_ms[:, i, None, None] / t1_star))
            for i, block in enumerate(timing.block)
        ],
        1,
    )
