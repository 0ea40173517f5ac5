#include "fit/plan.h"

#include <cmath>
#include <numeric>
#include <string>

#include "cmrt1/base/error.h"
#include "fit/dispatch.h"

namespace cmrt1::fit {
namespace {

constexpr int kNodes = 24;
constexpr double kFirstNodeMs = 20;
constexpr double kLastNodeMs = 40000;

std::vector<double> log_spaced_nodes() {
  std::vector<double> nodes(kNodes);
  for (int k = 0; k < kNodes; ++k)
    nodes[k] = kFirstNodeMs * std::pow(kLastNodeMs / kFirstNodeMs, k / (kNodes - 1.0));
  return nodes;
}

/// exp(-TI/T1*) over the samples, less its mean, scaled to length 1: the projection of a signal on it
/// is the square root of what B saves in cost.
std::vector<double> node_weights(const std::vector<double>& ti_ms, double t_star_ms) {
  std::vector<double> e(ti_ms.size());
  for (std::size_t i = 0; i < e.size(); ++i) e[i] = std::exp(-ti_ms[i] / t_star_ms);
  const double mean = std::accumulate(e.begin(), e.end(), 0.0) / static_cast<double>(e.size());
  double length2 = 0;
  for (double& value : e) {
    value -= mean;
    length2 += value * value;
  }
  for (double& value : e) value /= std::sqrt(length2);
  return e;
}

SampleSet make_set(std::span<const double> ti_ms, std::vector<int> samples) {
  SampleSet set;
  set.samples = std::move(samples);
  set.t_star_ms = log_spaced_nodes();
  for (const int i : set.samples) {
    set.ti_ms.push_back(ti_ms[i]);
    set.members |= std::uint64_t{1} << i;
  }
  for (const double t_star : set.t_star_ms) {
    const std::vector<double> weights = node_weights(set.ti_ms, t_star);
    set.weights.insert(set.weights.end(), weights.begin(), weights.end());
  }
  return set;
}

void check_inversion_times(std::span<const double> ti_ms) {
  for (std::size_t i = 0; i < ti_ms.size(); ++i)
    if (!std::isfinite(ti_ms[i]) || ti_ms[i] <= 0 || (i > 0 && ti_ms[i] <= ti_ms[i - 1]))
      throw CaseError("inversion_times_invalid",
                      "inversion times must be positive, distinct and in ascending order");
}

}  // namespace

SampleTable SampleSet::table() const {
  return {static_cast<int>(samples.size()), ti_ms.data(), static_cast<int>(t_star_ms.size()),
          t_star_ms.data(), weights.data()};
}

FitPlan make_plan(std::span<const double> ti_ms, const FitOptions& options) {
  const auto count = static_cast<int>(ti_ms.size());
  if (options.model == FitModel::shmolli && count != 7)
    throw CaseError("shmolli_needs_7_images",
                    "a ShMOLLI series has 7 images, this one " + std::to_string(count));
  if (count < 4)
    throw CaseError("too_few_images",
                    "a T1 fit needs at least 4 images, this series has " + std::to_string(count));
  if (count > kMaxImages)
    throw CaseError("too_many_images", "a T1 fit takes at most " + std::to_string(kMaxImages) +
                                           " images, this series has " + std::to_string(count));
  check_inversion_times(ti_ms);
  FitPlan plan;
  plan.options = options;
  plan.kernels = kernels_for(options.simd);
  plan.ti_ms.assign(ti_ms.begin(), ti_ms.end());
  if (options.model == FitModel::shmolli) {
    plan.rr_ms = (ti_ms[6] - ti_ms[0]) / 4;
    for (const std::vector<int>& samples : kShmolliSets) plan.sets.push_back(make_set(ti_ms, samples));
  } else {
    std::vector<int> all(count);
    std::iota(all.begin(), all.end(), 0);
    plan.sets = {make_set(ti_ms, std::move(all))};
  }
  return plan;
}

}  // namespace cmrt1::fit
