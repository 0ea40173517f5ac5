"""The networks, as PyTorch modules that torch.jit.script accepts."""

from .early_fusion import EarlyFusion
from .fields import compose, exponential, resize_field, warp
from .moconet import GroupMocoNet, MotionEstimator
from .resnet import ResNet50V2
from .unet import Segmenter, UNet, UNetEnsemble, normalised_image

__all__ = [
    "EarlyFusion",
    "GroupMocoNet",
    "MotionEstimator",
    "ResNet50V2",
    "Segmenter",
    "UNet",
    "UNetEnsemble",
    "compose",
    "exponential",
    "normalised_image",
    "resize_field",
    "warp",
]
