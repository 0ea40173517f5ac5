#pragma once
/// The fit of a run of pixels.

#include "fit/choose.h"
#include "fit/plan.h"

namespace cmrt1::fit {

/// What the maps hold of a pixel.
struct PixelFit {
  FitStatus status = FitStatus::not_converged;
  Fit fit;
  double r2 = 0;
  double t1_error_ms = 0;  ///< NaN if undefined
};

/// Fits the pixels [begin, end) in row-major order. `phase` may be null.
std::vector<PixelFit> fit_block(const FitPlan& plan, const Stack& magnitude, const Stack* phase, int begin,
                                int end);

}  // namespace cmrt1::fit
