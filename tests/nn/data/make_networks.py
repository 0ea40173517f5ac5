"""Makes the small TorchScript files beside it: python tests/nn/data/make_networks.py"""

from pathlib import Path

import torch


class Doubling(torch.nn.Module):
    """(b, n, h, w) -> (b, n, 2, h, w): twice the input, and its negative.

    Dropout shows where evaluation mode is off, the order where indices are taken for weights.
    """

    def __init__(self):
        super().__init__()
        self.factors = torch.nn.Parameter(torch.tensor([-1.0, 2.0]).reshape(2, 1, 1))
        self.register_buffer("order", torch.tensor([1, 0]))
        self.dropout = torch.nn.Dropout(0.5)

    def forward(self, images):
        return self.dropout(images.unsqueeze(2) * self.factors[self.order])


class Pair(torch.nn.Module):
    """Answers with two tensors."""

    def forward(self, images):
        return images, images


class Convolving(torch.nn.Module):
    """(b, n, h, w) -> (b, n, 2, h, w) through two convolutions and a resampling, as real networks do it."""

    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv2d(1, 8, 5, padding=2)
        self.second = torch.nn.Conv2d(8, 2, 3, padding=1)

    def forward(self, images):
        b, n, h, w = images.shape
        features = torch.nn.functional.leaky_relu(self.first(images.reshape(b * n, 1, h, w)), 0.1)
        coarse = torch.nn.functional.avg_pool2d(self.second(features), 2)
        field = torch.nn.functional.interpolate(coarse, size=(h, w), mode="bilinear", align_corners=False)
        return field.reshape(b, n, 2, h, w)


if __name__ == "__main__":
    torch.manual_seed(1)
    for network in (Doubling(), Pair(), Convolving()):
        script = torch.jit.script(network.half())
        torch.jit.save(script, Path(__file__).with_name(f"{type(network).__name__.lower()}.pt"))
