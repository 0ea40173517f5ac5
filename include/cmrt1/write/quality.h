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

/// Below these a result is flagged. Provisional: chosen by judgement, not yet from a cohort.
inline constexpr double least_fitted_percent = 50;
inline constexpr double least_median_r2 = 0.9;

struct Verdict {
  std::string status;  ///< "ok" or "flagged"
  std::string reason;  ///< empty, or slugs joined by ";": few_pixels_fitted, low_r2, correction_rejected
};

/// Flags a result where under half of the heart region is fitted, where the median R2 delivered is below
/// 0.9 (or undefined), or where motion was found and its correction had to be rejected.
Verdict judge(const MocoResult& result);

}  // namespace cmrt1
