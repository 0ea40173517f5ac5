"""Motion of a whole T1-mapping series at once, from any number of images.

One encoder for every image, told at each level what the group looks like on average; a decoder that warps
each image's features by its own field so far, compares them with the mean and the variance over the group
and adds to the field. Fields are integrated stationary velocities, their mean over the images removed.
Features have the weights' precision; images and fields are float32 at any.
"""

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .fields import compose, exponential, resize_field, warp

STRIDE: Final[int] = 16  # rows and columns of the input are padded to multiples of it


def convolution(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    padding = 0 if kernel == stride else kernel // 2
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False),
        nn.BatchNorm2d(outputs),
        nn.LeakyReLU(0.1),
    )


def _in_group(features: Tensor, images: int) -> Tensor:
    return features.view(-1, images, features.shape[1], features.shape[2], features.shape[3])


class EncoderLevel(nn.Module):
    """Features of each image, then the mean over the group added through a convolution of its own."""

    def __init__(self, steps: nn.Sequential, width: int):
        super().__init__()
        self.steps = steps
        self.of_group = convolution(width, width, 1)

    def forward(self, x: Tensor, images: int) -> Tensor:
        x = self.steps(x)
        group = _in_group(x, images)
        return (group + self.of_group(group.mean(1))[:, None]).flatten(0, 1)


class DecoderLevel(nn.Module):
    """Adds to the velocities at one stride."""

    def __init__(self, features: int, carried: int, width: int):
        super().__init__()
        self.of_image = nn.Conv2d(features + 2 + carried, width, 3, padding=1, bias=False)
        self.of_group = nn.Conv2d(2 * features, width, 3, padding=1, bias=False)
        self.joined = nn.Sequential(nn.BatchNorm2d(width), nn.LeakyReLU(0.1), convolution(width, width))
        self.step = nn.Conv2d(width, 2, 3, padding=1)
        nn.init.zeros_(self.step.weight)
        nn.init.zeros_(self.step.bias)

    def forward(self, features: Tensor, velocity: Tensor, carried: Tensor, images: int) -> tuple[Tensor, Tensor]:
        """Returns the velocity [n, 2, ...] in cells of this level, and what to carry on."""
        field = exponential(velocity).detach()
        warped = warp(features.float(), field).to(features.dtype)
        group = _in_group(warped, images)
        mean = group.mean(1)
        variance = (group - mean[:, None]).square().mean(1)
        own = self.of_image(torch.cat([warped, field.to(features.dtype), carried], 1))
        common = self.of_group(torch.cat([mean, variance], 1))
        hidden = self.joined((_in_group(own, images) + common[:, None]).flatten(0, 1))
        velocity = _in_group(velocity + self.step(hidden).float(), images)
        return (velocity - velocity.mean(1, keepdim=True)).flatten(0, 1), hidden


class GroupMocoNet(nn.Module):
    """Images [batch, K, rows, columns], about 1 in the brightest tissue, to displacement fields.

    Rows and columns are multiples of STRIDE. Returns fields [batch, K, 2, rows / s, columns / s] for the
    strides s = 4, 8, 16, in pixels of the images.
    """

    def __init__(self, widths: tuple[int, int, int] = (32, 48, 64), decoder: tuple[int, int, int] = (32, 48, 48)):
        super().__init__()
        fine, middle, coarse = widths
        self.encoder = nn.ModuleList(
            [
                EncoderLevel(nn.Sequential(convolution(16, fine), convolution(fine, fine)), fine),
                EncoderLevel(nn.Sequential(convolution(fine, middle, 2, 2), convolution(middle, middle)), middle),
                EncoderLevel(nn.Sequential(convolution(middle, coarse, 2, 2), convolution(coarse, coarse)), coarse),
            ]
        )
        self.at_16 = DecoderLevel(coarse, 0, decoder[2])
        self.at_8 = DecoderLevel(middle, decoder[2], decoder[1])
        self.at_4 = DecoderLevel(fine, decoder[1], decoder[0])

    def forward(self, images: Tensor) -> list[Tensor]:
        fields: list[Tensor] = []
        stride = 4
        for velocity in self.velocities(images):
            fields.append(_in_group(exponential(velocity) * stride, images.shape[1]))
            stride *= 2
        return fields

    @torch.jit.export
    def velocities(self, images: Tensor) -> list[Tensor]:
        """[batch K, 2, rows / s, columns / s] for s = 4, 8, 16, in cells of their level."""
        batch, count, rows, columns = images.shape
        x = F.pixel_unshuffle(images.reshape(batch * count, 1, rows, columns), 4).to(self.at_4.step.weight.dtype)
        x = x.contiguous(memory_format=torch.channels_last)
        levels: list[Tensor] = []
        for level in self.encoder:
            x = level(x, count)
            levels.append(x)

        velocity = torch.zeros([x.shape[0], 2, x.shape[2], x.shape[3]], device=x.device)
        carried = x.new_zeros([x.shape[0], 0, x.shape[2], x.shape[3]])
        v16, carried = self.at_16(levels[2], velocity, carried, count)
        v8, carried = self.at_8(levels[1], _finer(v16), _enlarged(carried), count)
        v4, carried = self.at_4(levels[0], _finer(v8), _enlarged(carried), count)
        return [v4, v8, v16]


def _finer(velocity: Tensor) -> Tensor:
    return resize_field(velocity, 2 * velocity.shape[2], 2 * velocity.shape[3])


def _enlarged(features: Tensor) -> Tensor:
    return F.interpolate(features, scale_factor=2.0, mode="nearest")


class MotionEstimator(nn.Module):
    """What t1moco runs: raw magnitudes in, fields on their grid out; coarse, then fine, with one network.

    `images` [views, K, rows, columns] of any positive scale, rows and columns at least 32. Returns
    [views, K, 2 (x, y), rows, columns], pixels, corrected(p) = image(p + u(p)).
    """

    stride: Final[int] = STRIDE

    def __init__(self, network: nn.Module, coarse_first: bool = True):
        super().__init__()
        self.network = network
        self.coarse_first = coarse_first

    def forward(self, images: Tensor) -> Tensor:
        rows, columns = images.shape[2], images.shape[3]
        images = normalised(images.float())
        if not self.coarse_first:
            return self.one_pass(images)
        half = F.interpolate(images, size=[rows // 2, columns // 2], mode="area")
        coarse = resize_field(self.one_pass(half).flatten(0, 1), rows, columns)
        moved = warp(images.flatten(0, 1)[:, None], coarse).view_as(images)
        fine = self.one_pass(moved)
        return compose(fine.flatten(0, 1), coarse).view_as(fine)

    def one_pass(self, images: Tensor) -> Tensor:
        """Pads to multiples of STRIDE, runs the network, and brings its finest field to the images' grid."""
        rows, columns = images.shape[2], images.shape[3]
        below, right = -rows % self.stride, -columns % self.stride
        padded = F.pad(images, [0, right, 0, below])
        finest = self.network(padded)[0].flatten(0, 1)
        field = F.interpolate(finest, size=[rows + below, columns + right], mode="bilinear", align_corners=False)
        return field[:, :, :rows, :columns].reshape(images.shape[0], images.shape[1], 2, rows, columns)


def normalised(images: Tensor) -> Tensor:
    """Each image divided by its own 98th percentile, at most 2."""
    values = images.flatten(2)
    rank = int(0.98 * (values.shape[2] - 1)) + 1
    bright = values.kthvalue(rank, dim=2).values[:, :, None, None]
    return (images / (bright + 1e-6 * bright.max() + 1e-12)).clamp(max=2)
