#pragma once
/// The fit of a run of pixels.

#include "fit/choose.h"
#include "fit/plan.h"

namespace cmrt1::fit {

/// A pixel's result before it is rounded to the maps.
struct PixelFit {
  FitStatus status = FitStatus::not_converged;
  int set = kNoSet;  ///< index into FitPlan::sets
  Fit fit;
  std::uint64_t negative = 0;  ///< samples (bits) taken as negative
};

/// Fits the pixels [begin, end) in row-major order. `phase` may be null.
std::vector<PixelFit> fit_block(const FitPlan& plan, const Stack& magnitude, const Stack* phase, int begin,
                                int end);

}  // namespace cmrt1::fit
