"""U-Nets of every depth, after Gonzales 2024, appendix A.3, and what is done to an image before one sees it."""

import re
from collections.abc import Mapping
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def normalised_image(images: Tensor) -> Tensor:
    """Each image [n, 1, rows, columns] with its 1st and 99th percentile at -1 and 1, cut at -1.2 and 2.2.

    Pixels at an image's lowest value are padding and take no part in the percentiles, unless they are nearly all.
    """
    values = images.flatten(1).sort(1).values
    count = values.shape[1]
    padding = (values == values[:, :1]).sum(1)
    padding = torch.where(padding > count - 100, torch.zeros_like(padding), padding)
    inside = (count - padding).to(torch.float32)
    low = values.gather(1, (padding + (0.01 * (inside - 1)).long())[:, None])[:, :, None, None]
    high = values.gather(1, (padding + (0.99 * (inside - 1)).long())[:, None])[:, :, None, None]
    scaled = 2 * (images - low) / (high - low).clamp(min=1e-12) - 1
    return torch.where(high > low, scaled, torch.zeros_like(scaled)).clamp(-1.2, 2.2)


def _block(inputs: int, outputs: int, dropout: float, batch_norm: bool) -> nn.Sequential:
    """Two 3 x 3 convolutions with ReLU, then dropout."""
    layers: list[nn.Module] = []
    for channels in (inputs, outputs):
        layers.append(nn.Conv2d(channels, outputs, 3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm2d(outputs))
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers, nn.Dropout2d(dropout))


def levels(depth: int, width: int, widest: int, dropout: float) -> tuple[list[int], list[float]]:
    """Filters and dropout of each level, from the finest on."""
    filters = [min(width * 2**level, widest) for level in range(depth)]
    return filters, [min(0.9, dropout * (1 + 0.25 * level)) for level in range(depth)]


def encoder(inputs: int, filters: list[int], rates: list[float], batch_norm: bool) -> nn.ModuleList:
    """A block each level; between them the image is to be halved."""
    return nn.ModuleList(_block(*one, batch_norm) for one in zip([inputs, *filters], filters, rates))


class DownAndUp(nn.Module):
    """What U-Nets have in common: their `encoder`'s levels, ever coarser, and back with `enlarge` and `decoder`."""

    def through(self, x: Tensor) -> Tensor:
        """Values of the finest level; rows and columns can be halved between all levels."""
        skips: list[Tensor] = []
        for i, level in enumerate(self.encoder):
            x = level(x if i == 0 else F.max_pool2d(x, 2))
            skips.append(x)
        skips.pop()
        for enlarge, level in zip(self.enlarge, self.decoder):
            x = level(torch.cat([enlarge(x), skips.pop()], 1))
        return x


class UNet(DownAndUp):
    """Images [n, 1, rows, columns] to logits [n, classes + points, rows, columns]; any number of rows and columns.

    The first `classes` are those of a pixel's class, each of the others those of where one landmark lies.

    Level i = 1 ... `depth` has `width` 2^(i - 1) filters, at most `widest`, and dropout
    `dropout` (1 + 0.25 (i - 1)); pooling halves the image between levels. The thesis: width 32, no limit,
    dropout 0.2, no batch normalisation.
    """

    def __init__(self, depth: int, classes: int = 3, width: int = 32, widest: int = 1024, dropout: float = 0.2,
                 batch_norm: bool = False, points: int = 0):  # fmt: skip
        super().__init__()
        filters, rates = levels(depth, width, widest, dropout)
        self.encoder = encoder(1, filters, rates, batch_norm)
        upwards = list(zip(filters[:0:-1], filters[-2::-1], rates[-2::-1]))
        self.enlarge = nn.ModuleList(nn.ConvTranspose2d(deep, shallow, 2, 2) for deep, shallow, _ in upwards)
        self.decoder = nn.ModuleList(_block(2 * shallow, shallow, rate, batch_norm) for _, shallow, rate in upwards)
        self.classify = nn.Conv2d(filters[0], classes + points, 1)
        self.depth, self.stride, self.classes = depth, 2 ** (depth - 1), classes

    def forward(self, images: Tensor) -> Tensor:
        rows, columns = images.shape[2], images.shape[3]
        x = F.pad(images, [0, -columns % self.stride, 0, -rows % self.stride])
        x = self.through(x.to(self.classify.weight.dtype))
        return self.classify(x)[:, :, :rows, :columns]

    @staticmethod
    def like(exported: nn.Module) -> "UNet":
        """With the weights of one in a delivered file, in float32."""
        weights = {name: values.float() for name, values in exported.state_dict().items()}
        outputs = [len(values) for name, values in weights.items() if re.fullmatch(r"encoder\.\d+\.0\.weight", name)]
        network = UNet(len(outputs), len(weights["classify.weight"]), outputs[0], max(outputs),
                       batch_norm="encoder.0.1.running_mean" in weights)  # fmt: skip
        network.load_state_dict(weights)
        return network

    @torch.no_grad()
    def begin_with(self, stored: dict[str, Tensor]) -> None:
        """Takes the weights of a U-Net of the same depth that has as many filters or fewer, and so gives its logits.

        The filters that are new begin at random and count nothing until training makes them count (after Chen et al.
        2016, Net2Net, with zeros in place of copies). Raises ValueError for a U-Net that does not fit.
        """
        own = self.state_dict()
        if own.keys() != stored.keys():
            raise ValueError("a U-Net of another depth or kind")
        for name, weights in stored.items():
            _fill(own[name], weights, outputs_second=name.startswith("enlarge"),
                  joined=2 if re.fullmatch(r"decoder\.\d+\.0\.weight", name) else 1)  # fmt: skip


def _fill(wide: Tensor, narrow: Tensor, outputs_second: bool, joined: int) -> None:
    """`joined`: how many tensors lie one after another in the inputs of a convolution."""
    if any(large < small for large, small in zip(wide.shape, narrow.shape)):
        raise ValueError("a U-Net with more filters or outputs")
    if wide.dim() < 4:
        wide[tuple(slice(size) for size in narrow.shape)] = narrow
        return
    if outputs_second:
        wide, narrow = wide.transpose(0, 1), narrow.transpose(0, 1)
    outputs = len(narrow)
    wide[:outputs] = 0
    for inputs, known in zip(wide.chunk(joined, 1), narrow.chunk(joined, 1)):
        inputs[:outputs, : known.shape[1]] = known


class UNetEnsemble(nn.Module):
    """U-Nets of several depths on the same images: logits [n, depths, classes + points, rows, columns].

    `more_filters` are factors by depth ("5": 1.5): such a member has that many times the filters at every level.
    """

    def __init__(self, depths: list[int], classes: int = 3, width: int = 32, widest: int = 1024,
                 more_filters: Mapping[str, float] = {}, **settings):  # fmt: skip
        super().__init__()
        factors = [more_filters.get(str(depth), 1) for depth in depths]
        self.members, self.classes = nn.ModuleList(
            UNet(depth, classes, round(factor * width), round(factor * widest), **settings)
            for depth, factor in zip(depths, factors)
        ), classes

    @staticmethod
    def delivered(file: Path) -> "UNetEnsemble":
        """Of a file of export.py, in float32."""
        members = torch.jit.load(file, map_location="cpu").network.members
        return UNetEnsemble.of([UNet.like(member) for _, member in members.named_children()])

    @staticmethod
    def of(members: list[UNet]) -> "UNetEnsemble":
        """Of networks that are there already."""
        ensemble = UNetEnsemble([], members[0].classes)
        ensemble.members.extend(members)
        return ensemble

    def forward(self, images: Tensor) -> Tensor:
        return torch.stack([member(images) for member in self.members], 1)


class Segmenter(nn.Module):
    """What the programs run: images [n, 1, rows, columns] of any scale to shares of classes and places of landmarks.

    Returns [n, members, classes + points, rows, columns]: of each pixel the shares of the classes, of each landmark
    the chance that it lies in that pixel, of 1 over all pixels.
    """

    def __init__(self, network: UNetEnsemble):
        super().__init__()
        self.network, self.classes = network, network.classes

    def forward(self, images: Tensor) -> Tensor:
        logits = self.network(normalised_image(images)).float()
        shares, places = logits[:, :, : self.classes].softmax(2), logits[:, :, self.classes :]
        if places.shape[2] == 0:
            return shares
        return torch.cat([shares, places.flatten(3).softmax(3).view_as(places)], 2)
