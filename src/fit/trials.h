#pragma once
/// The fits to try for the pixels of a block, laid out for the kernels.

#include <cstdint>
#include <vector>

#include "fit/plan.h"
#include "fit/polarity.h"

namespace cmrt1::fit {

/// Pixels to fit: `magnitude` holds all their samples by ascending inversion time, pixel after pixel.
struct Signals {
  std::vector<int> pixel;
  std::vector<float> magnitude;
  std::vector<SignCandidates> signs;
  int samples = 0;

  void reserve(std::size_t pixels) {
    pixel.reserve(pixels), signs.reserve(pixels);
    magnitude.reserve(pixels * static_cast<std::size_t>(samples));
  }
  int count() const { return static_cast<int>(pixel.size()); }
  const float* of(int signal) const { return magnitude.data() + static_cast<std::size_t>(signal) * samples; }
};

/// One pixel with one sign pattern.
struct Trial {
  int signal = 0;              ///< index into Signals
  std::uint64_t negative = 0;  ///< of the samples in the set
  std::uint64_t pattern = 0;   ///< of all samples: the simplex starts from it
};

/// Every sign pattern of every pixel that is distinct within the set; ShMOLLI takes the first of five
/// samples as negative.
std::vector<Trial> list_trials(const FitPlan& plan, const SampleSet& set, const Signals& signals);

/// Arrays that a FitBatch points to.
class TrialBatch {
 public:
  TrialBatch(const SampleSet& set, const Signals& signals, const std::vector<Trial>& trials);
  FitBatch fits() const { return fits_; }

 private:
  std::vector<double> values_;
  std::vector<const double*> rows_;
  FitBatch fits_;
};

}  // namespace cmrt1::fit
