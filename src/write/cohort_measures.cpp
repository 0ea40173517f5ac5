#include "cmrt1/write/cohort_measures.h"

namespace cmrt1 {
namespace {

using F = const CohortFigures&;

}  // namespace

const std::vector<CohortMeasure>& cohort_measures() {
  static const std::vector<CohortMeasure> all = {
      {"r2_median_before", "R² before correction", "", [](F f) { return f.r2_before; }},
      {"r2_median", "R²", "", [](F f) { return f.r2; }, Tail::low, true, true},
      {"r2_lowest", "Lowest R² of a series", "", [](F f) { return f.r2_lowest; }},
      {"motion_before_mm", "Motion before correction", "mm", [](F f) { return f.motion_before_mm; },
       Tail::high, true, true},
      {"motion_before_largest_mm", "Motion before, worst series", "mm",
       [](F f) { return f.motion_before_largest_mm; }},
      {"motion_after_largest_mm", "Motion left, worst series", "mm",
       [](F f) { return f.motion_after_largest_mm; }, Tail::high, true, true},
      {"predicted_dice_mean", "Predicted Dice", "", [](F f) { return f.predicted_dice; }, Tail::low, false,
       true},
      {"predicted_dice_lowest", "Predicted Dice, worst image", "",
       [](F f) { return f.predicted_dice_lowest; }, Tail::none, true},
      {"landmark_confidence_lowest", "Landmark confidence, worst image", "",
       [](F f) { return f.landmark_confidence_lowest; }, Tail::none, false, true},
      {"t1_rest_mean_ms", "T1 of the myocardium", "ms", [](F f) { return f.t1_rest.mean_ms; }, Tail::both,
       true, true},
      {"t1_rest_basal_mean_ms", "T1, basal", "ms", [](F f) { return f.t1_rest.basal_ms; }, Tail::none, false,
       true},
      {"t1_rest_mid_mean_ms", "T1, mid", "ms", [](F f) { return f.t1_rest.mid_ms; }, Tail::none, false, true},
      {"t1_rest_apical_mean_ms", "T1, apical", "ms", [](F f) { return f.t1_rest.apical_ms; }, Tail::none,
       false, true},
      {"t1_stress_mean_ms", "T1 under stress", "ms", [](F f) { return f.t1_stress.mean_ms; }, Tail::both,
       true, true},
      {"t1_stress_basal_mean_ms", "T1 under stress, basal", "ms", [](F f) { return f.t1_stress.basal_ms; }},
      {"t1_stress_mid_mean_ms", "T1 under stress, mid", "ms", [](F f) { return f.t1_stress.mid_ms; }},
      {"t1_stress_apical_mean_ms", "T1 under stress, apical", "ms",
       [](F f) { return f.t1_stress.apical_ms; }},
      {"registration_dice_lowest", "Overlap of rest and stress, worst pair", "",
       [](F f) { return f.registration_dice_lowest; }, Tail::none, false, true},
      {"dt1_mean_percent", "dT1", "%", [](F f) { return f.dt1_percent; }, Tail::both, true, true},
      {"dt1_error_percent", "Error of dT1", "%", [](F f) { return f.dt1_error_percent; }},
  };
  return all;
}

}  // namespace cmrt1
