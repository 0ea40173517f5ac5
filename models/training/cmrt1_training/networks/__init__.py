"""The networks, as PyTorch modules that torch.jit.script accepts."""

from .early_fusion import EarlyFusion
from .fields import compose, exponential, resize_field, warp
from .judge import Judge
from .moconet import GroupMocoNet, MotionEstimator
from .polar import PolarEnsemble, PolarUNet
from .registration import MapRegistration, SwinUNet, SymmetricPair, VoxelMorphUNet, scaled_maps
from .resnet import ResNet50V2
from .unet import Segmenter, UNet, UNetEnsemble, normalised_image

__all__ = [
    "EarlyFusion",
    "GroupMocoNet",
    "Judge",
    "MapRegistration",
    "MotionEstimator",
    "PolarEnsemble",
    "PolarUNet",
    "ResNet50V2",
    "Segmenter",
    "SwinUNet",
    "SymmetricPair",
    "UNet",
    "UNetEnsemble",
    "VoxelMorphUNet",
    "compose",
    "exponential",
    "normalised_image",
    "resize_field",
    "scaled_maps",
    "warp",
]
