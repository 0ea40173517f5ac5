#include "fit/block.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "fit/fit_set.h"

namespace cmrt1::fit {
namespace {

/// Without phase: what one more negative sample must save, 2 counts squared.
constexpr double kSignMargin = 4;

/// Whether the samples can be fitted at all: magnitudes that are finite, not negative and not all alike
/// (saturated or constant pixels hold no time course).
bool has_time_course(std::span<const float> magnitude) {
  const auto [low, high] = std::minmax_element(magnitude.begin(), magnitude.end());
  return std::all_of(magnitude.begin(), magnitude.end(),
                     [](float value) { return std::isfinite(value) && value >= 0; }) &&
         *low < *high;
}

bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

double mean(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

void sample(const Stack& stack, int pixel, std::vector<float>& samples) {
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = stack.frames[i].data()[pixel];
}

/// The pixels worth fitting, with their signs; `results` takes the status of the others.
Signals collect(const FitPlan& plan, const Stack& magnitude, const Stack* phase, int begin, int end,
                std::vector<PixelFit>& results) {
  Signals signals;
  signals.samples = static_cast<int>(plan.ti_ms.size());
  std::vector<float> samples(plan.ti_ms.size()), angles(plan.ti_ms.size());
  for (int pixel = begin; pixel < end; ++pixel) {
    sample(magnitude, pixel, samples);
    if (mean(samples) < plan.options.signal_floor) {
      results[pixel - begin].status = FitStatus::below_signal_floor;
      continue;
    }
    if (!has_time_course(samples)) continue;
    if (phase) sample(*phase, pixel, angles);
    if (!all_finite(angles)) continue;
    signals.pixel.push_back(pixel);
    signals.magnitude.insert(signals.magnitude.end(), samples.begin(), samples.end());
    signals.signs.push_back(phase ? signs_from_phase(plan.ti_ms, angles) : all_sign_changes(plan.ti_ms));
  }
  return signals;
}

using FitsBySet = std::vector<std::vector<SignedFit>>;

int choose(const FitPlan& plan, const FitsBySet& fits, int signal) {
  if (plan.options.model == FitModel::shmolli)
    return choose_set({fits[0][signal].fit, fits[1][signal].fit, fits[2][signal].fit}, plan.rr_ms);
  const Fit& only = fits[0][signal].fit;
  const std::vector<double>& nodes = plan.sets[0].t_star_ms;
  const bool inside = only.t_star_ms > nodes.front() && only.t_star_ms < nodes.back();
  return only.counts() && only.b > only.a && inside ? 0 : kNoSet;
}

/// Assesses the pixels whose result rests on one set and writes their results.
void finish(const FitPlan& plan, const SampleSet& set, const std::vector<SignedFit>& fits,
            const Signals& signals, const std::vector<int>& chosen, int begin,
            std::vector<PixelFit>& results) {
  std::vector<Trial> trials;
  for (const int j : chosen) trials.push_back({j, fits[j].negative, fits[j].negative});
  const TrialBatch batch(set, signals, trials);
  const FitBatch values = batch.fits();
  for (std::size_t j = 0; j < chosen.size(); ++j) {
    const Fit& fit = fits[chosen[j]].fit;
    values.a[j] = fit.a;
    values.b[j] = fit.b;
    values.t_star_ms[j] = fit.t_star_ms;
  }
  std::vector<double> r2(values.count), variance(values.count);
  plan.kernels.assess(set.table(), values, {r2.data(), variance.data()});
  for (std::size_t j = 0; j < chosen.size(); ++j) {
    const bool defined = std::isfinite(variance[j]) && variance[j] >= 0;
    results[signals.pixel[chosen[j]] - begin] = {
        FitStatus::fitted, fits[chosen[j]].fit, r2[j],
        defined ? std::sqrt(variance[j]) : std::numeric_limits<double>::quiet_NaN()};
  }
}

}  // namespace

std::vector<PixelFit> fit_block(const FitPlan& plan, const Stack& magnitude, const Stack* phase, int begin,
                                int end) {
  std::vector<PixelFit> results(end - begin);
  const Signals signals = collect(plan, magnitude, phase, begin, end, results);
  FitsBySet fits;
  for (const SampleSet& set : plan.sets) fits.push_back(fit_set(plan, set, signals, phase ? 0 : kSignMargin));
  std::vector<std::vector<int>> chosen(plan.sets.size());
  for (int j = 0; j < signals.count(); ++j)
    if (const int set = choose(plan, fits, j); set != kNoSet) chosen[set].push_back(j);
  for (std::size_t set = 0; set < plan.sets.size(); ++set)
    finish(plan, plan.sets[set], fits[set], signals, chosen[set], begin, results);
  return results;
}

}  // namespace cmrt1::fit
