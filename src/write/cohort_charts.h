#pragma once
/// The drawings of a cohort's report: SVG elements whose colours are the page's.

#include <string>
#include <vector>

#include "cmrt1/write/cohort_measures.h"

namespace cmrt1 {

/// A figure of all subjects, in their order, and which of them are flagged or failed.
struct Distribution {
  std::string title, unit;
  std::vector<double> values;
  std::vector<bool> marked;
};

/// How often values occur; the share of the marked subjects on top of each bar.
std::string histogram_svg(const Distribution& distribution);

/// Values of all subjects in the 16 segments.
struct SegmentDistribution {
  std::string id;  ///< a word, told from that of the page's other drawings
  std::string title, unit;
  std::vector<SegmentValues> values;
  bool is_dt1 = false;  ///< has the colours of all pictures of dT1
};

/// Median of each segment as a polar map.
std::string medians_svg(const SegmentDistribution& distribution);

/// Of each segment the median, the middle half and the middle nine tenths.
std::string boxes_svg(const SegmentDistribution& distribution);

}  // namespace cmrt1
