#include "cmrt1/write/landmark_record.h"

#include <cmath>
#include <limits>

namespace cmrt1 {

std::array<double, 16> segment_means(const LandmarkRecord& record) {
  std::array<double, 16> sums = {}, means;
  std::array<int, 16> pixels = {};
  for (const auto& slice : record.segments) {
    if (!slice) continue;
    for (const SegmentStatistics& one : slice->statistics) {
      const auto i = static_cast<std::size_t>(one.number - 1);
      if (one.whole.pixels == 0) continue;
      sums[i] += one.whole.mean * one.whole.pixels;
      pixels[i] += one.whole.pixels;
    }
  }
  for (std::size_t i = 0; i < means.size(); ++i)
    means[i] = pixels[i] > 0 ? sums[i] / pixels[i] : std::numeric_limits<double>::quiet_NaN();
  return means;
}

}  // namespace cmrt1
