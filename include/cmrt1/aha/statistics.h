#pragma once
/// What a map is in each segment.

#include <vector>

#include "cmrt1/aha/division.h"

namespace cmrt1 {

/// Of the finite values; NaN where there are none (the SD of one value is NaN, too).
struct Statistics {
  double mean = 0, sd = 0, median = 0;
  int pixels = 0;
  int undefined_pixels = 0;  ///< without a finite value
};
Statistics statistics_of(const Pixels& values, const Mask& mask);

struct SegmentStatistics {
  int number = 0;
  Statistics whole, subendocardial, subepicardial;  ///< halves of the wall: depth below 0.5, and the rest
};
/// One for each segment of `level`. `values` has the map's size.
std::vector<SegmentStatistics> segment_statistics(const SegmentMap& map, const Pixels& values, Level level);

}  // namespace cmrt1
