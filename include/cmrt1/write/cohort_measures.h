#pragma once
/// The figures of a subject, and how each is called, drawn and judged.

#include <array>
#include <limits>
#include <string>
#include <vector>

namespace cmrt1 {

inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

using SegmentValues = std::array<double, 16>;  ///< of segment 1...16

inline constexpr SegmentValues undefined_segments() {
  SegmentValues values{};
  values.fill(kUndefined);
  return values;
}

/// T1 of the myocardium in ms: all images, and those of a level.
struct CohortT1 {
  double mean_ms = kUndefined, basal_ms = kUndefined, mid_ms = kUndefined, apical_ms = kUndefined;
};

/// Undefined: NaN.
struct CohortFigures {
  double r2_before = kUndefined, r2 = kUndefined, r2_lowest = kUndefined;
  double motion_before_mm = kUndefined, motion_before_largest_mm = kUndefined,
         motion_after_largest_mm = kUndefined;
  double predicted_dice = kUndefined, predicted_dice_lowest = kUndefined;
  double landmark_confidence_lowest = kUndefined;
  CohortT1 t1_rest, t1_stress;
  SegmentValues t1_rest_segments_ms = undefined_segments(), t1_stress_segments_ms = undefined_segments();
  double registration_dice_lowest = kUndefined, dt1_percent = kUndefined, dt1_error_percent = kUndefined;
  SegmentValues dt1_segments_percent = undefined_segments();
};

/// On which side a value far from the cohort's median is an outlier.
enum class Tail { low, high, both, none };

struct CohortMeasure {
  std::string column;  ///< of cohort.csv, unit included
  std::string title;   ///< for a person
  std::string unit;    ///< empty: 1
  double (*value)(const CohortFigures&);
  Tail tail = Tail::none;
  bool in_table = false;  ///< a column of the report's table
  bool drawn = false;     ///< its distribution
};

/// In the order of the columns; those of segments are not among them.
const std::vector<CohortMeasure>& cohort_measures();

}  // namespace cmrt1
