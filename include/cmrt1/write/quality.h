#pragma once
/// Figures and verdicts that several files of a result share.

#include <array>
#include <string>

#include "cmrt1/moco/correct.h"

namespace cmrt1 {

/// All values of FitStatus, in order.
inline constexpr std::array fit_statuses = {FitStatus::fitted, FitStatus::below_signal_floor,
                                            FitStatus::not_converged, FitStatus::clamped,
                                            FitStatus::outside_image};

/// Pixels of `status` for each of `fit_statuses`.
std::array<int, fit_statuses.size()> count_by_status(const Mask& status);

/// True where a map's value may be read: the pixel was fitted, or fitted and clamped.
bool has_value(FitStatus status);

/// `values` with NaN wherever `status` says that there is no value.
Pixels nan_where_undefined(const Pixels& values, const Mask& status);

/// Quality of the map that is delivered.
const RegionQuality& delivered_quality(const MocoResult& result);

/// Share of the heart region, in percent, that was fitted and not clamped; NaN where the region is empty.
double fitted_percent(const MocoResult& result);

/// Median T1 over the fitted, unclamped pixels of the heart region, in ms; NaN if there are none.
double median_heart_t1_ms(const MocoResult& result);

/// Index of the image whose displacement reaches the largest value within the heart region; 0 if none moved.
int most_displaced_image(const MocoResult& result);

/// Rise of the median R2 over the heart region; 0 where the uncorrected map is delivered.
double r2_gain(const MocoResult& result);

/// Beyond these a result is flagged. The last four lie well beyond what 200 generated series gave whose
/// correction was good (docs/outputs.md, Flags); none comes from a cohort yet.
inline constexpr double least_fitted_percent = 50;
inline constexpr double least_median_r2 = 0.9;
inline constexpr double least_jacobian = 0.3;
inline constexpr double largest_displacement_mm = 15;
inline constexpr double largest_motion_left_mm = 1;     ///< Confidence::motion_after_mm
inline constexpr double largest_disagreement_mm = 1.5;  ///< Confidence::agreement_mm

struct Verdict {
  std::string status;  ///< "ok" or "flagged"
  std::string flag;    ///< empty, or the reasons joined by ";": docs/outputs.md, Flags
};

/// Flags a result of which a figure lies beyond the limits above (R2 and fitted share: or is undefined), or
/// where motion was found and its correction had to be rejected.
Verdict judge(const MocoResult& result);

}  // namespace cmrt1
