#pragma once
/// The scanner's downhill simplex for the fits where it may not end in the global optimum.

#include "fit/choose.h"
#include "fit/trials.h"

namespace cmrt1::fit {

/// Fit `j` of a batch.
Fit fit_at(const FitBatch& batch, std::size_t j, const SampleSet& set);

/// Replaces projected fits by what the simplex gives, wherever that may differ and the trial could
/// still be its pixel's best: the simplex cannot fall below the cost of the projection, so a trial that
/// lies more than `sign_margin` above another's settled cost is left alone.
void refit_unsure(const FitPlan& plan, const SampleSet& set, const Signals& signals,
                  const std::vector<Trial>& trials, const FitBatch& fits, double sign_margin);

}  // namespace cmrt1::fit
