#include "cmrt1/dt1/alignment.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "cmrt1/field/smooth.h"

namespace cmrt1 {
namespace {

constexpr int kSteps = 24;
constexpr float kHighest = 1.5f;
constexpr double kSmoothPx = 1.5;
constexpr std::size_t kQuantiles = 17;

int step_of(float value) { return std::clamp(static_cast<int>(value / kHighest * kSteps), 0, kSteps - 1); }

template <typename Shares>
double entropy(const Shares& shares) {
  double sum = 0;
  for (const double share : shares)
    if (share > 0) sum -= share * std::log(share);
  return sum;
}

std::array<float, kQuantiles> quantiles(std::vector<float> values) {
  std::sort(values.begin(), values.end());
  std::array<float, kQuantiles> found;
  for (std::size_t i = 0; i < kQuantiles; ++i) found[i] = values[i * (values.size() - 1) / (kQuantiles - 1)];
  return found;
}

}  // namespace

double normalised_mutual_information(const Pixels& a, const Pixels& b, const Mask& region) {
  const Pixels smooth_a = smooth(a, kSmoothPx), smooth_b = smooth(b, kSmoothPx);
  std::array<double, kSteps> of_a = {}, of_b = {};
  std::array<double, kSteps* kSteps> of_both = {};
  double count = 0;
  for (Eigen::Index i = 0; i < region.size(); ++i) {
    if (region.data()[i] == 0 || !(a.data()[i] > 0) || !(b.data()[i] > 0)) continue;
    const auto x = static_cast<std::size_t>(step_of(smooth_a.data()[i])),
               y = static_cast<std::size_t>(step_of(smooth_b.data()[i]));
    ++of_a[x], ++of_b[y], ++of_both[x * kSteps + y], ++count;
  }
  if (count == 0) return 1;
  const auto share = [count](double& number) { number /= count; };
  std::for_each(of_a.begin(), of_a.end(), share);
  std::for_each(of_b.begin(), of_b.end(), share);
  std::for_each(of_both.begin(), of_both.end(), share);
  const double joint = entropy(of_both);
  return joint > 0 ? (entropy(of_a) + entropy(of_b)) / joint : 1;
}

double area_change(const DisplacementField& field, const Mask& region) {
  constexpr float least = 0.05f;
  const std::vector<float> logs = masked_values(jacobian_determinant(field).max(least).log(), region);
  double sum = 0;
  for (const float value : logs) sum += static_cast<double>(value) * value;
  return logs.empty() ? 0 : std::sqrt(sum / static_cast<double>(logs.size()));
}

Pixels with_matched_values(const Pixels& values, const Pixels& moving, const Pixels& fixed,
                           const Mask& region) {
  const Mask both = ((region != 0) && (moving > 0) && (fixed > 0)).cast<std::uint8_t>();
  if ((both == 0).all()) return values;
  const auto from = quantiles(masked_values(moving, both)), to = quantiles(masked_values(fixed, both));
  return values.unaryExpr([&](float value) {
    if (value <= from.front()) return value * to.front() / from.front();
    if (value >= from.back()) return value * to.back() / from.back();
    const auto above = std::upper_bound(from.begin(), from.end(), value);
    const auto i = static_cast<std::size_t>(above - from.begin());
    const float part = (value - from[i - 1]) / (from[i] - from[i - 1]);
    return to[i - 1] + part * (to[i] - to[i - 1]);
  });
}

}  // namespace cmrt1
