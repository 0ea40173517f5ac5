"""What each network learns: its samples, its loss, its figures. A task is chosen by a configuration's `task`."""

from .judging import JudgingTask
from .landmark_regression import LandmarkRegressionTask
from .landmarks import LandmarksTask
from .motion import MotionTask
from .own_masks import OwnMasksTask
from .own_pairs import OwnPairsTask
from .own_points import OwnPointsTask
from .own_series import OwnSeriesTask
from .polar import OwnPolarTask, PolarTask
from .registration import RegistrationTask
from .segmentation import SegmentationTask

TASKS = {
    "motion": MotionTask,
    "segmentation": SegmentationTask,
    "judging": JudgingTask,
    "landmarks": LandmarksTask,
    "landmark_regression": LandmarkRegressionTask,
    "polar": PolarTask,
    "registration": RegistrationTask,
}
# The same on a site's own images.
OWN_DATA_TASKS = {
    "motion": OwnSeriesTask,
    "segmentation": OwnMasksTask,
    "polar": OwnPolarTask,
    "landmarks": OwnPointsTask,
    "registration": OwnPairsTask,
}

__all__ = [
    "OWN_DATA_TASKS",
    "TASKS",
    "JudgingTask",
    "LandmarkRegressionTask",
    "LandmarksTask",
    "MotionTask",
    "OwnMasksTask",
    "OwnPairsTask",
    "OwnPointsTask",
    "OwnPolarTask",
    "OwnSeriesTask",
    "PolarTask",
    "RegistrationTask",
    "SegmentationTask",
]
