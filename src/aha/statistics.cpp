#include "cmrt1/aha/statistics.h"

#include <cmath>
#include <limits>
#include <numeric>

namespace cmrt1 {

Statistics statistics_of(const Pixels& values, const Mask& mask) {
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  const std::vector<float> defined = masked_values(values, mask);
  Statistics result{undefined, undefined, undefined, static_cast<int>(defined.size()), 0};
  result.undefined_pixels = static_cast<int>((mask != 0).count()) - result.pixels;
  if (defined.empty()) return result;
  result.mean = std::accumulate(defined.begin(), defined.end(), 0.0) / result.pixels;
  double squares = 0;
  for (const float value : defined) squares += (value - result.mean) * (value - result.mean);
  if (result.pixels > 1) result.sd = std::sqrt(squares / (result.pixels - 1));
  result.median = quantile(defined, 0.5);
  return result;
}

std::vector<SegmentStatistics> segment_statistics(const SegmentMap& map, const Pixels& values, Level level) {
  std::vector<SegmentStatistics> all;
  for (const Segment& segment : segments_of(level)) {
    const auto own = map.number == static_cast<std::uint8_t>(segment.number);
    const auto inner = map.depth < 0.5f;
    all.push_back({segment.number, statistics_of(values, own.cast<std::uint8_t>()),
                   statistics_of(values, (own && inner).cast<std::uint8_t>()),
                   statistics_of(values, (own && !inner).cast<std::uint8_t>())});
  }
  return all;
}

}  // namespace cmrt1
