"""Learning to find landmarks in patches that a first look has brought to a standard position."""

from ..phantom.draw import Draw
from ..phantom.slices import LabelMaps
from ..phantom.views import View, draw_standard_view
from .segmentation import SegmentationTask


class LandmarksTask(SegmentationTask):
    """SegmentationTask in draw_standard_view's patches; `settings` [data] as there."""

    def _view(self, maps: LabelMaps, wide: bool, draw: Draw) -> View:
        return draw_standard_view(maps, self.data["size"], draw, self.data["diameters"])
