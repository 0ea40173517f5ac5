#include "write/segment_means.h"

#include <limits>

namespace cmrt1 {

std::array<double, 16> segment_means(const std::vector<const SliceSegments*>& images) {
  std::array<double, 16> sums = {}, means;
  std::array<int, 16> pixels = {};
  for (const SliceSegments* image : images)
    for (const SegmentStatistics& one : image->statistics) {
      const auto i = static_cast<std::size_t>(one.number - 1);
      if (one.whole.pixels == 0) continue;
      sums[i] += one.whole.mean * one.whole.pixels;
      pixels[i] += one.whole.pixels;
    }
  for (std::size_t i = 0; i < means.size(); ++i)
    means[i] = pixels[i] > 0 ? sums[i] / pixels[i] : std::numeric_limits<double>::quiet_NaN();
  return means;
}

}  // namespace cmrt1
