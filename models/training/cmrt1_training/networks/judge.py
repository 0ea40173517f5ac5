"""Tells how good segmentations are, from the image and what the U-Nets say of it."""

import torch
from torch import Tensor, nn

from .unet import encoder, levels, normalised_image

CANDIDATES = 12


class Judge(nn.Module):
    """[n, 1 + 2 members, rows, columns] to the Dice that each candidate is expected to have, [n, 12], 0...1.

    The image, of any scale, then of each member the shares of myocardium and blood pool. The encoder of a U-Net
    (`depth` levels of `width` filters, doubled up to `widest`), then the mean and the maximum over what is left.
    """

    def __init__(self, members: int = 6, depth: int = 5, width: int = 16, widest: int = 128, dropout: float = 0.05):
        super().__init__()
        filters, rates = levels(depth, width, widest, dropout)
        self.encoder = encoder(1 + 2 * members, filters, rates, batch_norm=True)
        self.hidden, self.predict = nn.Linear(2 * filters[-1], filters[-1]), nn.Linear(filters[-1], CANDIDATES)

    def logits(self, views: Tensor) -> Tensor:
        x = torch.cat([normalised_image(views[:, :1]), 2 * views[:, 1:] - 1], 1).to(self.hidden.weight.dtype)
        for i, level in enumerate(self.encoder):
            x = level(x if i == 0 else nn.functional.max_pool2d(x, 2))
        x = self.hidden(torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)).relu()
        return self.predict(x).float()

    def forward(self, views: Tensor) -> Tensor:
        return self.logits(views).sigmoid()
