#pragma once
/// The fit of one sample set to many pixels.

#include "fit/choose.h"
#include "fit/trials.h"

namespace cmrt1::fit {

/// A fit and the signs (bits) it was made with.
struct SignedFit {
  Fit fit;
  std::uint64_t negative = 0;
};

/// The best fit over the sign patterns of every pixel. Without phase, a pattern with one more negative
/// sample must lower the cost by `sign_margin` (counts^2).
std::vector<SignedFit> fit_set(const FitPlan& plan, const SampleSet& set, const Signals& signals,
                               double sign_margin);

}  // namespace cmrt1::fit
