#pragma once
/// Gaussian smoothing of images and fields.

#include "cmrt1/image/warp.h"

namespace cmrt1 {

/// Gaussian of standard deviation `sigma_px`, truncated at three of them; border pixels are repeated.
/// A sigma of 0 returns the image.
Pixels smooth(const Pixels& image, double sigma_px);
DisplacementField smooth(const DisplacementField& field, double sigma_px);

}  // namespace cmrt1
