"""ResNet50V2 that regresses landmarks, after He et al. 2016 (Identity Mappings) and Gonzales 2024, appendix A.4."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Bottleneck(nn.Module):
    """Normalisation and ReLU before each convolution; 1 x 1, 3 x 3, 1 x 1 with four times as many channels."""

    def __init__(self, inputs: int, width: int, stride: int, widens: bool):
        super().__init__()
        self.first = nn.Sequential(nn.BatchNorm2d(inputs), nn.ReLU())
        self.shortcut = nn.Conv2d(inputs, 4 * width, 1, stride) if widens else nn.MaxPool2d(1, stride)
        self.widens = widens
        self.body = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, 4 * width, 1),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        active = self.first(x)
        return self.shortcut(active if self.widens else x) + self.body(active)


class ResNet50V2(nn.Module):
    """Images [n, 1, rows, columns] to `points` landmarks [n, points, 2 (x, y)], 0 to 1 across the image.

    A 3 x 3 convolution to three channels, the 50 layers, the mean over the image, 1000 units with ReLU and dropout
    0.35, a sigmoid.
    """

    def __init__(self, points: int = 2):
        super().__init__()
        self.colour = nn.Conv2d(1, 3, 3, padding=1)
        self.stem = nn.Conv2d(3, 64, 7, 2, 3)
        blocks, inputs = [], 64
        for group, (width, count) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3))):
            for number in range(count):
                last = number == count - 1 and group < 3  # V2 halves the image in a group's last block
                blocks.append(Bottleneck(inputs, width, 2 if last else 1, widens=number == 0))
                inputs = 4 * width
        self.blocks = nn.Sequential(*blocks, nn.BatchNorm2d(inputs), nn.ReLU())
        self.head = nn.Sequential(nn.Linear(inputs, 1000), nn.ReLU(), nn.Dropout(0.35), nn.Linear(1000, 2 * points))

    def forward(self, images: Tensor) -> Tensor:
        x = F.max_pool2d(self.stem(self.colour(images)), 3, 2, 1)
        features = self.blocks(x).mean((2, 3))
        return torch.sigmoid(self.head(features)).view(len(images), -1, 2)
