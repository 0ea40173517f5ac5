"""What each network learns: its samples, its loss, its figures. A task is chosen by a configuration's `task`."""

from .motion import MotionTask

TASKS = {"motion": MotionTask}

__all__ = ["TASKS", "MotionTask"]
