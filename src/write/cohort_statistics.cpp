#include "cmrt1/write/cohort_statistics.h"

#include <algorithm>
#include <cmath>

namespace cmrt1 {
namespace {

constexpr double kNormal = 1.4826;                   // from a median distance to a standard deviation
constexpr double kFarDeviations = 6;                 // farther values are drawn in the end bins
constexpr double kUsualBins = 25, kFewestBins = 10;  // rounding may take them to 40

/// The round number next to `width`, as a ratio.
double rounded(double width) {
  const double power = std::pow(10, std::floor(std::log10(width)));
  double nearest = power;
  for (const double step : {2.0, 2.5, 5.0, 10.0})
    if (std::abs(std::log(step * power / width)) < std::abs(std::log(nearest / width)))
      nearest = step * power;
  return nearest;
}

double bin_width(const std::vector<double>& sorted, double range) {
  const double spread = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const double width = 2 * spread / std::cbrt(static_cast<double>(sorted.size()));
  return rounded(std::clamp(width, range / kUsualBins, range / kFewestBins));
}

}  // namespace

std::vector<double> finite_sorted(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  std::sort(values.begin(), values.end());
  return values;
}

double quantile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return kUndefined;
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

RobustCentre robust_centre(const std::vector<double>& sorted) {
  RobustCentre centre;
  centre.median = quantile(sorted, 0.5);
  std::vector<double> distances;
  for (const double value : sorted) distances.push_back(std::abs(value - centre.median));
  centre.deviation = kNormal * quantile(finite_sorted(std::move(distances)), 0.5);
  return centre;
}

std::vector<double> robust_z(const std::vector<double>& values) {
  const std::vector<double> sorted = finite_sorted(values);
  const RobustCentre centre = robust_centre(sorted);
  const bool known = sorted.size() >= kOutlierSubjects && centre.deviation > 0;
  std::vector<double> scores;
  for (const double value : values)
    scores.push_back(known && std::isfinite(value) ? (value - centre.median) / centre.deviation : kUndefined);
  return scores;
}

bool is_outlier(double z, Tail tail) {
  const bool low = z<-kOutlierZ, high = z> kOutlierZ;
  return (low && (tail == Tail::low || tail == Tail::both)) ||
         (high && (tail == Tail::high || tail == Tail::both));
}

std::size_t Bins::bin_of(double value) const {
  const double at = std::floor((value - low) / width + 1e-9);
  return static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(count - 1)));
}

Bins bins_of(const std::vector<double>& values) {
  const std::vector<double> sorted = finite_sorted(values);
  Bins bins;
  if (sorted.empty()) return bins;
  const RobustCentre centre = robust_centre(sorted);
  const double reach =
      centre.deviation > 0 ? kFarDeviations * centre.deviation : std::numeric_limits<double>::infinity();
  const double low = std::max(sorted.front(), centre.median - reach),
               high = std::min(sorted.back(), centre.median + reach);
  const double range = high > low ? high - low : std::max(std::abs(low), 1.0) * 0.1;
  bins.width = bin_width(sorted, range);
  bins.low = std::floor(low / bins.width + 1e-9) * bins.width;
  bins.count = static_cast<std::size_t>(std::floor((high - bins.low) / bins.width + 1e-9)) + 1;
  for (const double value : sorted) {
    bins.below += value < bins.low;
    bins.above += value >= bins.high();
  }
  return bins;
}

std::vector<std::size_t> counts_in(const Bins& bins, const std::vector<double>& values) {
  std::vector<std::size_t> counts(bins.count);
  for (const double value : values)
    if (std::isfinite(value) && bins.count > 0) ++counts[bins.bin_of(value)];
  return counts;
}

}  // namespace cmrt1
