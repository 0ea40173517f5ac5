#include "cmrt1/write/quality.h"

#include <cmath>
#include <limits>
#include <vector>

namespace cmrt1 {
namespace {

constexpr auto fitted = static_cast<std::uint8_t>(FitStatus::fitted);

Mask fitted_heart(const MocoResult& result) {
  return (result.map.status == fitted && result.heart_region != 0).cast<std::uint8_t>();
}

float largest_in_heart_mm(const MocoResult& result, const DisplacementField& field) {
  const Pixels magnitude = magnitude_mm(field, result.map.geometry);
  return (magnitude * (result.heart_region != 0).cast<float>()).maxCoeff();
}

}  // namespace

std::array<int, fit_statuses.size()> count_by_status(const Mask& status) {
  std::array<int, fit_statuses.size()> counts{};
  for (std::size_t i = 0; i < counts.size(); ++i)
    counts[i] = static_cast<int>((status == static_cast<std::uint8_t>(fit_statuses[i])).count());
  return counts;
}

bool has_value(FitStatus status) { return status == FitStatus::fitted || status == FitStatus::clamped; }

Pixels nan_where_undefined(const Pixels& values, const Mask& status) {
  constexpr auto clamped = static_cast<std::uint8_t>(FitStatus::clamped);
  return (status == fitted || status == clamped).select(values, std::numeric_limits<float>::quiet_NaN());
}

const RegionQuality& delivered_quality(const MocoResult& result) {
  return result.corrected ? result.after : result.before;
}

double fitted_percent(const MocoResult& result) {
  const auto region = (result.heart_region != 0).count();
  if (region == 0) return std::numeric_limits<double>::quiet_NaN();
  return 100.0 * static_cast<double>((fitted_heart(result) != 0).count()) / static_cast<double>(region);
}

double median_heart_t1_ms(const MocoResult& result) {
  return quantile(masked_values(result.map.t1_ms, fitted_heart(result)), 0.5);
}

double r2_gain(const MocoResult& result) {
  return delivered_quality(result).r2_median - result.before.r2_median;
}

int most_displaced_image(const MocoResult& result) {
  int most = 0;
  float largest = 0;
  for (std::size_t i = 0; i < result.fields.size(); ++i) {
    const float here = largest_in_heart_mm(result, result.fields[i]);
    if (here <= largest) continue;
    largest = here;
    most = static_cast<int>(i);
  }
  return most;
}

Verdict judge(const MocoResult& result) {
  std::vector<std::string> reasons;
  if (!(fitted_percent(result) >= least_fitted_percent)) reasons.push_back("few_pixels_fitted");
  if (!(delivered_quality(result).r2_median >= least_median_r2)) reasons.push_back("low_r2");
  if (result.rejected) reasons.push_back("correction_rejected");
  if (result.confidence.motion_after_mm > largest_motion_left_mm) reasons.push_back("motion_left");
  if (result.confidence.agreement_mm > largest_disagreement_mm)
    reasons.push_back("network_and_model_disagree");
  if (result.max_displacement_mm > largest_displacement_mm) reasons.push_back("large_displacement");
  if (result.min_jacobian < least_jacobian) reasons.push_back("nearly_folding");
  Verdict verdict{reasons.empty() ? "ok" : "flagged", ""};
  for (const auto& reason : reasons) {
    if (!verdict.flag.empty()) verdict.flag += ';';
    verdict.flag += reason;
  }
  return verdict;
}

}  // namespace cmrt1
