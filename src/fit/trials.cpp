#include "fit/trials.h"

#include <bit>

namespace cmrt1::fit {

std::vector<Trial> list_trials(const FitPlan& plan, const SampleSet& set, const Signals& signals) {
  const bool first_is_negative = plan.options.model == FitModel::shmolli && set.samples.size() == 5;
  const std::uint64_t forced = first_is_negative ? 1 : 0;
  std::vector<Trial> trials;
  trials.reserve(signals.pixel.size());
  for (int j = 0; j < signals.count(); ++j) {
    std::uint64_t pattern = signals.signs[j].negative;
    std::uint64_t undecided = signals.signs[j].undecided;
    trials.push_back({j, (pattern & set.members) | forced, pattern});
    while (undecided != 0) {
      const std::uint64_t longest = std::bit_floor(undecided);
      undecided ^= longest;
      pattern ^= longest;
      const std::uint64_t negative = (pattern & set.members) | forced;
      if (negative != trials.back().negative) trials.push_back({j, negative, pattern});
    }
  }
  return trials;
}

TrialBatch::TrialBatch(const SampleSet& set, const Signals& signals, const std::vector<Trial>& trials) {
  const std::size_t samples = set.samples.size();
  const std::size_t stride = (trials.size() + kLanePadding - 1) / kLanePadding * kLanePadding;
  values_.resize((samples + 4) * stride);
  for (std::size_t i = 0; i < samples; ++i) {
    const int sample = set.samples[i];
    double* row = values_.data() + i * stride;
    for (std::size_t j = 0; j < trials.size(); ++j) {
      const double value = signals.of(trials[j].signal)[sample];
      row[j] = (trials[j].negative >> sample & 1) ? -value : value;
    }
    rows_.push_back(row);
  }
  double* results = values_.data() + samples * stride;
  fits_ = {static_cast<int>(stride), rows_.data(),         results,
           results + stride,         results + 2 * stride, results + 3 * stride};
}

}  // namespace cmrt1::fit
