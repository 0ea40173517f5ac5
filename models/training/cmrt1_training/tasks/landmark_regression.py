"""The thesis's way to landmarks: a ResNet that regresses their coordinates. For comparison."""

import torch
from torch import Tensor, nn

from ..networks import ResNet50V2
from .heatmaps import distance_figures
from .landmarks import LandmarksTask
from .segmentation import SegmentationBatch, bfloat16_pays


class LandmarkRegressionTask(LandmarksTask):
    """LandmarksTask's samples and figures; LV centre and anterior insertion alone."""

    def network(self) -> nn.Module:
        return ResNet50V2(self.network_settings["points"])

    def loss(self, network: nn.Module, batch: SegmentationBatch) -> Tensor:
        """Mean squared error of the coordinates, 0 to 1, of the landmarks that are in the image."""
        truth = self._seen(batch) / (self.data["size"] - 1)
        known = batch.valid[:, : truth.shape[1], None]
        return ((self._regressed(network, batch.images) - truth) ** 2 * known).sum() / (2 * known.sum()).clamp(min=1)

    @torch.no_grad()
    def figures(self, network: nn.Module, batch: SegmentationBatch) -> dict[str, float]:
        found = self._regressed(network, batch.images) * (self.data["size"] - 1)
        return distance_figures(found, batch.points_px, batch.valid)

    def _regressed(self, network: nn.Module, images: Tensor) -> Tensor:
        with torch.autocast(images.device.type, torch.bfloat16, enabled=bfloat16_pays(images.device)):
            return network(images.contiguous(memory_format=torch.channels_last)).float()

    def _seen(self, batch: SegmentationBatch) -> Tensor:
        return batch.points_px[:, : self.network_settings["points"]]
