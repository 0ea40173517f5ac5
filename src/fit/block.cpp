#include "fit/block.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "fit/polarity.h"

namespace cmrt1::fit {
namespace {

/// One pixel to fit: its samples by ascending inversion time and the sign patterns to try.
struct PixelSignal {
  int pixel = 0;
  std::vector<float> magnitude;
  SignCandidates signs;
};

std::vector<float> samples_at(const Stack& stack, int pixel) {
  std::vector<float> samples;
  for (const Pixels& frame : stack.frames) samples.push_back(frame.data()[pixel]);
  return samples;
}

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

float mean(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += value;
  return static_cast<float>(sum / static_cast<double>(values.size()));
}

/// Aligned rows of doubles, one a quantity, as the kernels want them.
class Lanes {
 public:
  Lanes(int quantities, int count)
      : stride_((count + kLanePadding - 1) / kLanePadding * kLanePadding),
        values_(static_cast<std::size_t>(quantities) * stride_) {}
  double* row(int quantity) { return values_.data() + static_cast<std::size_t>(quantity) * stride_; }
  int stride() const { return stride_; }

 private:
  int stride_;
  std::vector<double> values_;
};

/// A fit to try: a pixel (index into the block's signals) with one sign pattern.
struct Trial {
  int signal = 0;
  std::uint64_t negative = 0;
};

std::uint64_t members(const SampleSet& set) {
  std::uint64_t bits = 0;
  for (const int i : set.samples) bits |= std::uint64_t{1} << i;
  return bits;
}

std::vector<Trial> list_trials(const FitPlan& plan, const SampleSet& set,
                               const std::vector<PixelSignal>& signals) {
  const std::uint64_t in_set = members(set);
  const bool first_is_negative = plan.options.model == FitModel::shmolli && set.samples.size() == 5;
  std::vector<Trial> trials;
  for (int j = 0; j < static_cast<int>(signals.size()); ++j) {
    std::uint64_t negative = signals[j].signs.negative & in_set;
    std::uint64_t undecided = signals[j].signs.undecided & in_set;
    if (first_is_negative) {
      negative |= 1;
      undecided &= ~std::uint64_t{1};
    }
    trials.push_back({j, negative});
    while (undecided != 0) {
      const std::uint64_t longest = std::bit_floor(undecided);
      undecided ^= longest;
      negative ^= longest;
      trials.push_back({j, negative});
    }
  }
  return trials;
}

struct SignedFit {
  Fit fit;
  std::uint64_t negative = 0;
};

/// The best fit of one set for every signal.
std::vector<SignedFit> fit_set(const FitPlan& plan, const SampleSet& set, const Kernels& kernels,
                               const std::vector<PixelSignal>& signals) {
  const std::vector<Trial> trials = list_trials(plan, set, signals);
  const int samples = static_cast<int>(set.samples.size());
  Lanes lanes(samples + 4, static_cast<int>(trials.size()));
  std::vector<const double*> rows;
  for (int i = 0; i < samples; ++i) {
    double* row = lanes.row(i);
    const int sample = set.samples[i];
    for (std::size_t j = 0; j < trials.size(); ++j) {
      const double value = signals[trials[j].signal].magnitude[sample];
      row[j] = (trials[j].negative >> sample & 1) ? -value : value;
    }
    rows.push_back(row);
  }
  const FitBatch batch{lanes.stride(),         rows.data(),
                       lanes.row(samples),     lanes.row(samples + 1),
                       lanes.row(samples + 2), lanes.row(samples + 3)};
  kernels.project(set.table(), batch);
  std::vector<SignedFit> best(signals.size());
  for (std::size_t j = 0; j < trials.size(); ++j) {
    SignedFit& kept = best[trials[j].signal];
    const Fit fit{batch.a[j], batch.b[j], batch.t_star_ms[j], batch.cost[j], samples};
    const bool first = kept.fit.samples == 0;
    if (first || (fit.counts() && (!kept.fit.counts() || fit.cost < kept.fit.cost)))
      kept = {fit, trials[j].negative};
  }
  return best;
}

}  // namespace

std::vector<PixelFit> fit_block(const FitPlan& plan, const Stack& magnitude, const Stack* phase, int begin,
                                int end) {
  std::vector<PixelFit> results(end - begin);
  std::vector<PixelSignal> signals;
  for (int pixel = begin; pixel < end; ++pixel) {
    PixelSignal signal{pixel, samples_at(magnitude, pixel), {}};
    if (mean(signal.magnitude) < plan.options.signal_floor) {
      results[pixel - begin].status = FitStatus::below_signal_floor;
      continue;
    }
    if (!has_time_course(signal.magnitude)) continue;
    const std::vector<float> angles = phase ? samples_at(*phase, pixel) : std::vector<float>{};
    if (!all_finite(angles)) continue;
    signal.signs = phase ? signs_from_phase(plan.ti_ms, angles) : signs_from_magnitude(signal.magnitude);
    signals.push_back(std::move(signal));
  }
  const Kernels kernels = baseline_kernels();
  std::vector<std::vector<SignedFit>> by_set;
  for (const SampleSet& set : plan.sets) by_set.push_back(fit_set(plan, set, kernels, signals));
  for (std::size_t j = 0; j < signals.size(); ++j) {
    int chosen = by_set[0][j].fit.counts() ? 0 : kNoSet;
    if (plan.options.model == FitModel::shmolli)
      chosen = choose_set({by_set[0][j].fit, by_set[1][j].fit, by_set[2][j].fit}, plan.rr_ms);
    if (chosen == kNoSet) continue;
    results[signals[j].pixel - begin] = {FitStatus::fitted, chosen, by_set[chosen][j].fit,
                                         by_set[chosen][j].negative};
  }
  return results;
}

}  // namespace cmrt1::fit
