#include "fit/fit_set.h"

#include <algorithm>
#include <limits>

#include "fit/start.h"

namespace cmrt1::fit {
namespace {

Fit fit_at(const FitBatch& batch, std::size_t j, const SampleSet& set) {
  return {batch.a[j], batch.b[j], batch.t_star_ms[j], batch.cost[j], static_cast<int>(set.samples.size())};
}

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

/// Whether the simplex ends where the global optimum of the cost is: a minimum well inside the
/// penalties and the range of T1*, and not so deep that the simplex stops early.
bool simplex_agrees(const Fit& fit) {
  return fit.a > 1 && fit.b > fit.a && fit.b < 4 * fit.a && fit.t_star_ms < 30000 && fit.cost > 0.01;
}

/// The trials whose fit is not the simplex's for certain, but for those that another trial of the pixel
/// beats whatever the simplex does: its cost cannot be below that of the projection.
std::vector<std::size_t> list_unsure(const SampleSet& set, const std::vector<Trial>& trials,
                                     const FitBatch& fits, int signals, double sign_margin) {
  std::vector<double> reached(signals, std::numeric_limits<double>::infinity());
  for (std::size_t j = 0; j < trials.size(); ++j)
    if (simplex_agrees(fit_at(fits, j, set)))
      reached[trials[j].signal] = std::min(reached[trials[j].signal], fits.cost[j]);
  const double slack = sign_margin * static_cast<double>(set.samples.size());
  std::vector<std::size_t> unsure;
  for (std::size_t j = 0; j < trials.size(); ++j)
    if (!simplex_agrees(fit_at(fits, j, set)) && fits.cost[j] <= reached[trials[j].signal] + slack)
      unsure.push_back(j);
  return unsure;
}

/// Replaces the fits for which the scanner's simplex may have ended elsewhere by what it gives.
void refit_by_simplex(const FitPlan& plan, const SampleSet& set, const Signals& signals,
                      const std::vector<Trial>& trials, const FitBatch& fits,
                      const std::vector<std::size_t>& unsure) {
  std::vector<Trial> again;
  for (const std::size_t j : unsure) again.push_back(trials[j]);
  const TrialBatch batch(set, signals, again);
  const FitBatch refits = batch.fits();
  std::vector<double> signal(signals.samples);
  for (std::size_t j = 0; j < again.size(); ++j) {
    for (int i = 0; i < signals.samples; ++i)
      signal[i] =
          (again[j].pattern >> i & 1) ? -signals.of(again[j].signal)[i] : signals.of(again[j].signal)[i];
    const StartPoint start = starting_point(plan.ti_ms, signal);
    refits.a[j] = start.a;
    refits.b[j] = start.b;
    refits.t_star_ms[j] = start.t_star_ms;
  }
  plan.kernels.simplex(set.table(), refits);
  for (std::size_t j = 0; j < again.size(); ++j) {
    fits.a[unsure[j]] = refits.a[j];
    fits.b[unsure[j]] = refits.b[j];
    fits.t_star_ms[unsure[j]] = refits.t_star_ms[j];
    fits.cost[unsure[j]] = refits.cost[j];
  }
}

}  // namespace

std::vector<SignedFit> fit_set(const FitPlan& plan, const SampleSet& set, const Signals& signals,
                               double sign_margin) {
  const std::vector<Trial> trials = promising(plan, set, signals, list_trials(plan, set, signals));
  const TrialBatch batch(set, signals, trials);
  const FitBatch fits = batch.fits();
  plan.kernels.project(set.table(), fits);
  if (plan.options.model == FitModel::shmolli) refit_by_simplex(plan, set, signals, trials, fits,
                     list_unsure(set, trials, fits, signals.count(), sign_margin));
  std::vector<SignedFit> best(signals.count());
  for (std::size_t j = trials.size(); j-- > 0;) {
    SignedFit& kept = best[trials[j].signal];
    const Fit fit = fit_at(fits, j, set);
    if (kept.fit.samples == 0 || fit.cost < kept.fit.cost - sign_margin) kept = {fit, trials[j].negative};
  }
  return best;
}

}  // namespace cmrt1::fit
