#pragma once
/// Diffeomorphic demons between two images of the same contrast.

#include <vector>

#include "cmrt1/image/warp.h"

namespace cmrt1 {

struct DemonsOptions {
  int iterations = 15;
  double field_smoothing_px = 1.6;   ///< Gaussian over the whole field in each iteration (diffusion)
  double update_smoothing_px = 1.6;  ///< Gaussian over the update (fluid)
  double max_step_px = 0.5;        ///< longest update of one iteration
  double threshold = 0.015;        ///< smaller differences exert no force: noise must not draw
};

/// The field with which moving(p + u(p)) looks like fixed(p), starting from `start`. Images of one
/// scale (about 1); no value may be NaN. Symmetric forces (ESM), updates composed as exponentials.
/// Runs on the calling thread alone, and the result is the same on any.
/// Reference: Vercauteren et al., NeuroImage 2009;45:S61.
DisplacementField register_demons(const Pixels& fixed, const Pixels& moving, const DisplacementField& start,
                                  const DemonsOptions& options = {});

}  // namespace cmrt1
