#pragma once
/// Means of the 16 segments over several images.

#include <array>
#include <vector>

#include "cmrt1/write/landmark_record.h"

namespace cmrt1 {

/// Mean of each of the 16 segments over the images in which it lies, weighed by pixels; NaN where there is
/// none.
std::array<double, 16> segment_means(const std::vector<const SliceSegments*>& images);

}  // namespace cmrt1
