#pragma once
/// Connected regions of masks. Pixels are neighbours where they share a side.

#include <cstdint>
#include <vector>

#include "cmrt1/image/image.h"

namespace cmrt1 {

/// The regions of the pixels that are not zero, in row-major order of their first pixel.
struct Regions {
  Eigen::Array<int, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> number;  ///< 0 outside, else 1...count
  std::vector<int> pixels;                                                    ///< of region 1, 2 ...
};
Regions connected_regions(const Mask& mask);

/// One where the mask's largest region is (of equally large ones the first); all zero for an empty mask.
Mask largest_region(const Mask& mask);

/// The mask without its pixels that have a neighbour outside it or lie on the image's border.
Mask eroded(const Mask& mask);

/// The mask and all neighbours of its pixels.
Mask dilated(const Mask& mask);

/// Number of pixels that are not zero.
int pixel_count(const Mask& mask);

}  // namespace cmrt1
