"""The networks, as PyTorch modules that torch.jit.script accepts."""

from .early_fusion import EarlyFusion
from .fields import compose, exponential, resize_field, warp
from .moconet import GroupMocoNet, MotionEstimator

__all__ = ["EarlyFusion", "GroupMocoNet", "MotionEstimator", "compose", "exponential", "resize_field", "warp"]
