#include "fit/block.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cmrt1/base/wide.h"
#include "fit/fit_set.h"

namespace cmrt1::fit {
namespace {

/// Without phase: what one more negative sample must save, 2 counts squared.
constexpr double kSignMargin = 4;

bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

/// Sum and range of the samples of a run of pixels.
struct Extent {
  std::vector<double> sum;
  std::vector<float> low, high;

  explicit Extent(std::size_t pixels)
      : sum(pixels),
        low(pixels, std::numeric_limits<float>::infinity()),
        high(pixels, -std::numeric_limits<float>::infinity()) {}

  /// Whether the samples can be fitted at all: magnitudes that are finite, not negative and not all alike
  /// (saturated or constant pixels hold no time course).
  bool has_time_course(std::size_t i) const {
    return std::isfinite(sum[i]) && low[i] >= 0 && low[i] < high[i];
  }
};

CMRT1_WIDE void take_in(const float* samples, int count, double* sum, float* low, float* high) {
#pragma GCC ivdep
  for (int i = 0; i < count; ++i) {
    sum[i] += samples[i];
    low[i] = samples[i] < low[i] ? samples[i] : low[i];
    high[i] = samples[i] > high[i] ? samples[i] : high[i];
  }
}

Extent extent_of(const Stack& magnitude, int begin, int end) {
  Extent extent(static_cast<std::size_t>(end - begin));
  for (const Pixels& frame : magnitude.frames)
    take_in(frame.data() + begin, end - begin, extent.sum.data(), extent.low.data(), extent.high.data());
  return extent;
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
  signals.reserve(static_cast<std::size_t>(end - begin));
  const Extent extent = extent_of(magnitude, begin, end);
  for (int pixel = begin; pixel < end; ++pixel) {
    const auto i = static_cast<std::size_t>(pixel - begin);
    if (extent.sum[i] / signals.samples < plan.options.signal_floor) {
      results[i].status = FitStatus::below_signal_floor;
      continue;
    }
    if (!extent.has_time_course(i)) continue;
    sample(magnitude, pixel, samples);
    if (phase) sample(*phase, pixel, angles);
    if (!all_finite(angles)) continue;
    signals.pixel.push_back(pixel);
    signals.magnitude.insert(signals.magnitude.end(), samples.begin(), samples.end());
    signals.signs.push_back(phase ? signs_from_phase(plan.ti_ms, angles) : all_sign_changes(plan.ti_ms));
  }
  return signals;
}

using FitsBySet = std::vector<std::vector<SignedFit>>;

Signals chosen_signals(const Signals& all, const std::vector<int>& which) {
  Signals some;
  some.samples = all.samples;
  some.reserve(which.size());
  for (const int j : which) {
    some.pixel.push_back(all.pixel[j]);
    some.magnitude.insert(some.magnitude.end(), all.of(j), all.of(j) + all.samples);
    some.signs.push_back(all.signs[j]);
  }
  return some;
}

/// Of all seven samples, where that may be chosen; elsewhere empty. T1 of most tissue is too long for it.
std::vector<SignedFit> fit_longest_set(const FitPlan& plan, const Signals& signals, const FitsBySet& two,
                                       double sign_margin) {
  std::vector<int> open;
  for (int j = 0; j < signals.count(); ++j)
    if (choose_of_two(two[0][j].fit, two[1][j].fit, plan.rr_ms).open) open.push_back(j);
  const auto made = fit_set(plan, plan.sets[2], chosen_signals(signals, open), sign_margin);
  std::vector<SignedFit> fits(signals.pixel.size());
  for (std::size_t i = 0; i < open.size(); ++i) fits[open[i]] = made[i];
  return fits;
}

FitsBySet fit_sets(const FitPlan& plan, const Signals& signals, double sign_margin) {
  FitsBySet fits;
  for (const SampleSet& set : plan.sets)
    fits.push_back(fits.size() < 2 ? fit_set(plan, set, signals, sign_margin)
                                   : fit_longest_set(plan, signals, fits, sign_margin));
  return fits;
}

int choose(const FitPlan& plan, const FitsBySet& fits, int signal) {
  if (plan.options.model == FitModel::shmolli)
    return choose_set(fits[0][signal].fit, fits[1][signal].fit, fits[2][signal].fit, plan.rr_ms);
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
  const FitsBySet fits = fit_sets(plan, signals, phase ? 0 : kSignMargin);
  std::vector<std::vector<int>> chosen(plan.sets.size());
  for (int j = 0; j < signals.count(); ++j)
    if (const int set = choose(plan, fits, j); set != kNoSet) chosen[set].push_back(j);
  for (std::size_t set = 0; set < plan.sets.size(); ++set)
    finish(plan, plan.sets[set], fits[set], signals, chosen[set], begin, results);
  return results;
}

}  // namespace cmrt1::fit
