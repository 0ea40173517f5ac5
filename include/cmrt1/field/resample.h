#pragma once
/// Resampling between grids of different size that cover the same rectangle, axis by axis.

#include <span>

#include "cmrt1/image/warp.h"

namespace cmrt1 {

/// The image at all places (columns[i], rows[j]), in pixels, by cubic (Catmull-Rom) interpolation; beyond the centres
/// of the border pixels their values go on. 0 where a place is not a number.
Pixels at_crossings(const Pixels& image, std::span<const double> rows, std::span<const double> columns);

/// Each new pixel is the mean over the area it covers. For a grid that is no finer than the image's.
Pixels area_means(const Pixels& image, int rows, int columns);

/// The field on a grid of another size, in pixels of that. Cubic (Catmull-Rom) interpolation; beyond the
/// centres of the border pixels their values go on.
DisplacementField resampled(const DisplacementField& field, int rows, int columns);

}  // namespace cmrt1
