#include "fit/refit.h"

#include <algorithm>
#include <limits>

#include "fit/start.h"

namespace cmrt1::fit {
namespace {

/// Whether the simplex is known to end where the projection is: in a minimum well inside the penalties
/// and the range of T1*, or on the edge B = 4A with a small residual. Near-perfect fits on the edge
/// count only where T1* is close to the shortest TI: below, the simplex gives up on its way; above, it
/// may end in another minimum.
bool simplex_agrees(const Fit& fit, double shortest_ti_ms) {
  constexpr double kLongestTStarMs = 30000, kNearPerfect = 1e-3, kEdge = 3.999, kEdgeCost = 1;
  if (!(fit.a > 1 && fit.b > fit.a && fit.t_star_ms < kLongestTStarMs)) return false;
  if (fit.b < kEdge * fit.a) return fit.cost > kNearPerfect;
  const double ratio = fit.t_star_ms / shortest_ti_ms;
  return fit.cost < kEdgeCost && (fit.cost > kNearPerfect || (ratio > 0.85 && ratio < 1.1));
}

void set_starts(const FitPlan& plan, const Signals& signals, const std::vector<Trial>& trials,
                const FitBatch& batch) {
  std::vector<double> signed_samples(signals.samples);
  for (std::size_t j = 0; j < trials.size(); ++j) {
    const float* magnitude = signals.of(trials[j].signal);
    for (int i = 0; i < signals.samples; ++i)
      signed_samples[i] = (trials[j].pattern >> i & 1) ? -magnitude[i] : magnitude[i];
    const StartPoint start = starting_point(plan.ti_ms, signed_samples);
    batch.a[j] = start.a;
    batch.b[j] = start.b;
    batch.t_star_ms[j] = start.t_star_ms;
  }
}

/// Runs the simplex on some trials and puts its results in their places.
void refit(const FitPlan& plan, const SampleSet& set, const Signals& signals,
           const std::vector<Trial>& trials, const FitBatch& fits, const std::vector<std::size_t>& which) {
  std::vector<Trial> again;
  for (const std::size_t j : which) again.push_back(trials[j]);
  const TrialBatch arrays(set, signals, again);
  const FitBatch batch = arrays.fits();
  set_starts(plan, signals, again, batch);
  plan.kernels.simplex(set.table(), batch);
  for (std::size_t k = 0; k < which.size(); ++k) {
    fits.a[which[k]] = batch.a[k];
    fits.b[which[k]] = batch.b[k];
    fits.t_star_ms[which[k]] = batch.t_star_ms[k];
    fits.cost[which[k]] = batch.cost[k];
  }
}

/// Which trials are settled, and the lowest settled cost of each pixel.
class Standing {
 public:
  Standing(const std::vector<Trial>& trials, const FitBatch& fits, int signals, double margin)
      : trials_(trials),
        fits_(fits),
        margin_(margin),
        settled_(trials.size()),
        lowest_(signals, std::numeric_limits<double>::infinity()) {}

  void settle(std::size_t j) {
    double& lowest = lowest_[trials_[j].signal];
    lowest = std::min(lowest, fits_.cost[j]);
    settled_[j] = true;
  }

  bool open(std::size_t j) const {
    return !settled_[j] && !(fits_.cost[j] > lowest_[trials_[j].signal] + margin_);
  }

  /// The open trials; of each pixel only the one of lowest cost where `favourites` is set.
  std::vector<std::size_t> list_open(bool favourites) const {
    std::vector<std::size_t> list;
    for (std::size_t j = 0; j < trials_.size(); ++j) {
      if (!open(j)) continue;
      if (!favourites || list.empty() || trials_[list.back()].signal != trials_[j].signal)
        list.push_back(j);
      else if (fits_.cost[j] < fits_.cost[list.back()])
        list.back() = j;
    }
    return list;
  }

 private:
  const std::vector<Trial>& trials_;
  FitBatch fits_;
  double margin_;
  std::vector<bool> settled_;
  std::vector<double> lowest_;
};

}  // namespace

Fit fit_at(const FitBatch& batch, std::size_t j, const SampleSet& set) {
  return {batch.a[j], batch.b[j], batch.t_star_ms[j], batch.cost[j], static_cast<int>(set.samples.size())};
}

void refit_unsure(const FitPlan& plan, const SampleSet& set, const Signals& signals,
                  const std::vector<Trial>& trials, const FitBatch& fits, double sign_margin) {
  Standing standing(trials, fits, signals.count(), sign_margin);
  for (std::size_t j = 0; j < trials.size(); ++j)
    if ((trials[j].negative != 0 || fits.cost[j] < 0.0003 * fits.a[j] * fits.a[j]) &&
        simplex_agrees(fit_at(fits, j, set), set.ti_ms.front()))
      standing.settle(j);
  for (const bool favourites : {true, false}) {
    const std::vector<std::size_t> which = standing.list_open(favourites);
    refit(plan, set, signals, trials, fits, which);
    for (const std::size_t j : which) standing.settle(j);
  }
}

}  // namespace cmrt1::fit
