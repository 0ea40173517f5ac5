"""What each network learns: its samples, its loss, its figures. A task is chosen by a configuration's `task`."""

from .motion import MotionTask
from .segmentation import SegmentationTask

TASKS = {"motion": MotionTask, "segmentation": SegmentationTask}

__all__ = ["TASKS", "MotionTask", "SegmentationTask"]
