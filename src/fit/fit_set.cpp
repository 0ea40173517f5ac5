#include "fit/fit_set.h"

#include <algorithm>
#include <limits>

#include "fit/refit.h"

namespace cmrt1::fit {
namespace {

/// The trials that may turn out best: those whose cost over the nodes of T1*, where A and B are free,
/// is not far above the pixel's lowest.
std::vector<Trial> promising(const FitPlan& plan, const SampleSet& set, const Signals& signals,
                             std::vector<Trial> trials) {
  constexpr double kFactor = 8, kOffset = 100;
  if (static_cast<int>(trials.size()) == signals.count()) return trials;
  const TrialBatch batch(set, signals, trials);
  plan.kernels.scan(set.table(), batch.fits());
  const double* cost = batch.fits().cost;
  std::vector<double> lowest(signals.count(), std::numeric_limits<double>::infinity());
  for (std::size_t j = 0; j < trials.size(); ++j)
    lowest[trials[j].signal] = std::min(lowest[trials[j].signal], cost[j]);
  std::size_t kept = 0;
  for (std::size_t j = 0; j < trials.size(); ++j)
    if (cost[j] <= kFactor * lowest[trials[j].signal] + kOffset) trials[kept++] = trials[j];
  trials.resize(kept);
  return trials;
}

}  // namespace

std::vector<SignedFit> fit_set(const FitPlan& plan, const SampleSet& set, const Signals& signals,
                               double sign_margin) {
  const std::vector<Trial> trials = promising(plan, set, signals, list_trials(plan, set, signals));
  const TrialBatch batch(set, signals, trials);
  const FitBatch fits = batch.fits();
  plan.kernels.project(set.table(), fits);
  if (plan.options.model == FitModel::shmolli) refit_unsure(plan, set, signals, trials, fits, sign_margin);
  std::vector<SignedFit> best(signals.count());
  for (std::size_t j = trials.size(); j-- > 0;) {
    SignedFit& kept = best[trials[j].signal];
    const Fit fit = fit_at(fits, j, set);
    if (kept.fit.samples == 0 || fit.cost < kept.fit.cost - sign_margin) kept = {fit, trials[j].negative};
  }
  return best;
}

}  // namespace cmrt1::fit
