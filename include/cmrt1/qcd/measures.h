#pragma once
/// What a segmentation measures, and what of it is unlike a left ventricle.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cmrt1/qcd/quality_model.h"

namespace cmrt1 {

struct SegmentationMeasures {
  double myocardium_mm2 = 0, blood_pool_mm2 = 0;
  /// Difference of the radii of circles as large as the left ventricle and its blood pool; 0 without
  /// myocardium.
  double wall_thickness_mm = 0;
  double ring_closure = 0;  ///< share of the directions from the centre in which myocardium lies, 0...1
  int components = 0;       ///< pieces of the myocardium of at least 2 % of it
  std::array<double, 2> centre_px = {0, 0};  ///< of the left ventricle; NaN where there is none
  /// Distance of the blood pool's centre from the left ventricle's, in radii of the latter.
  double centre_offset = 0;
  bool touches_border = false;  ///< the left ventricle reaches the border of the image
};

SegmentationMeasures measure(const LabelMap& labels, const Geometry& geometry);

/// Slugs of what lies outside `limits`, in a fixed order: myocardium_area, blood_pool_area, wall_thickness,
/// open_ring, fragmented, off_centre, cut_by_border; no_heart_found alone where there is no myocardium.
std::vector<std::string> rule_flags(const SegmentationMeasures& measures,
                                    const std::map<std::string, Range>& limits);

/// T1 of the pixels within a mask that have a value (finite, above 0). NaN where there are none.
struct T1Statistics {
  int pixels = 0;
  int undefined_pixels = 0;  ///< of the mask, without a value
  double mean_ms = 0, sd_ms = 0, median_ms = 0;
  double robust_mean_ms = 0;  ///< of the values within 1.5 interquartile ranges of the quartiles (Tukey)
  int core_pixels = 0;        ///< of the mask without its outermost pixels
  double core_mean_ms = 0, core_sd_ms = 0;
};
T1Statistics t1_statistics(const Pixels& t1_ms, const Mask& mask);

}  // namespace cmrt1
