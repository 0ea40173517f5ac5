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

std::vector<double> exponentials(const std::vector<double>& ti_ms, double t_star_ms) {
  std::vector<double> e;
  for (const double ti : ti_ms) e.push_back(std::exp(-ti / t_star_ms));
  return e;
}

/// Appends `values`, scaled to length 1: the square of a signal's projection on them is what a
/// coefficient of them saves in cost.
void append_unit(std::vector<double>& table, const std::vector<double>& values) {
  const double length = std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0));
  for (const double value : values) table.push_back(value / length);
}

SampleSet make_set(std::span<const double> ti_ms, std::vector<int> samples, bool limited) {
  SampleSet set;
  set.samples = std::move(samples);
  set.limited = limited;
  set.t_star_ms = log_spaced_nodes();
  for (const int i : set.samples) {
    set.ti_ms.push_back(ti_ms[i]);
    set.members |= std::uint64_t{1} << i;
  }
  for (const double t_star : set.t_star_ms) {
    std::vector<double> e = exponentials(set.ti_ms, t_star);
    const double mean = std::accumulate(e.begin(), e.end(), 0.0) / static_cast<double>(e.size());
    std::vector<double> centred = e, edge = e;
    for (double& value : centred) value -= mean;
    for (double& value : edge) value = 1 - 4 * value;
    append_unit(set.weights, centred);
    append_unit(set.edge_weights, edge);
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
  return {static_cast<int>(samples.size()),
          ti_ms.data(),
          static_cast<int>(t_star_ms.size()),
          t_star_ms.data(),
          weights.data(),
          edge_weights.data(),
          limited};
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
    for (const std::vector<int>& samples : kShmolliSets) plan.sets.push_back(make_set(ti_ms, samples, true));
  } else {
    std::vector<int> all(count);
    std::iota(all.begin(), all.end(), 0);
    plan.sets = {make_set(ti_ms, std::move(all), false)};
  }
  return plan;
}

}  // namespace cmrt1::fit
