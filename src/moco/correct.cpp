#include "cmrt1/moco/correct.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "cmrt1/base/error.h"
#include "cmrt1/field/fields.h"
#include "cmrt1/moco/complex_signal.h"
#include "cmrt1/moco/confidence.h"
#include "cmrt1/moco/gate.h"
#include "cmrt1/moco/quality.h"

namespace cmrt1 {
namespace {

T1Map fit(const SeriesImages& images, FitModel model, const MocoOptions& options) {
  FitOptions fit = options.fit;
  fit.model = model;
  fit.threads = options.threads;
  return fit_t1_map(images.ti_ms, images.magnitude, images.phase, fit);
}

/// Pixels that some image does not cover have no T1.
void mark_outside(T1Map& map, const Mask& outside) {
  for (Eigen::Index i = 0; i < outside.size(); ++i) {
    if (!outside.data()[i]) continue;
    for (Pixels* values : {&map.t1_ms, &map.r2, &map.a, &map.b, &map.t1_star_ms}) values->data()[i] = 0;
    map.t1_error_ms.data()[i] = std::numeric_limits<float>::quiet_NaN();
    map.samples_used.data()[i] = 0;
    map.status.data()[i] = static_cast<std::uint8_t>(FitStatus::outside_image);
  }
}

std::array<double, 2> heart_centre(const Geometry& geometry, const MocoOptions& options) {
  const auto centre = options.heart_centre_px.value_or(
      std::array<double, 2>{(geometry.columns - 1) / 2.0, (geometry.rows - 1) / 2.0});
  const bool inside =
      centre[0] >= 0 && centre[0] < geometry.columns && centre[1] >= 0 && centre[1] < geometry.rows;
  if (!inside)
    throw CaseError("heart_centre_outside_image", "the centre given by --heart-centre lies outside the " +
                                                      std::to_string(geometry.columns) + " x " +
                                                      std::to_string(geometry.rows) + " image");
  return centre;
}

MocoResult uncorrected_result(const SeriesImages& images, FitModel model, const MocoOptions& options) {
  const Geometry& geometry = images.magnitude.geometry;
  MocoResult result;
  result.ti_ms = images.ti_ms;
  result.method = options.method;
  result.uncorrected = fit(images, model, options);
  result.map = result.uncorrected;
  result.fields.assign(images.ti_ms.size(), zero_field(geometry.rows, geometry.columns));
  result.images = images.magnitude;
  result.heart_region = heart_region(images.magnitude, heart_centre(geometry, options), options);
  result.before = result.after = region_quality(result.map.r2, result.heart_region);
  return result;
}

/// Why motion is not looked for; empty where it is.
std::string obstacle(const MocoResult& result, const SeriesImages& images) {
  if (result.method == MocoMethod::none) return "motion correction was switched off";
  if (result.ti_ms.size() < kFewestImagesForMotion)
    return "motion is estimated from " + std::to_string(kFewestImagesForMotion) + " images or more";
  if (result.before.pixels == 0) return "no tissue about the heart's centre to judge a correction by";
  const bool network_alone = needs_network(result.method) && result.method != MocoMethod::automatic;
  return network_alone ? network_obstacle(images) : "";
}

void deliver(MocoResult& result, const ComplexSeries& signal, Trial trial, FitModel model,
             const MocoOptions& options) {
  result.corrected = true;
  result.method_used = trial.candidate.method;
  result.rounds = trial.estimate.rounds;
  result.fields = std::move(trial.estimate.fields);
  SeriesImages corrected = magnitude_and_phase(
      warped(signal, result.fields, signal.real.geometry, options.threads), options.threads);
  result.map = fit(corrected, model, options);
  mark_outside(result.map, outside_image(result.fields));
  result.images = std::move(corrected.magnitude);
  result.min_jacobian = smallest_jacobian(result.fields);
  double sum = 0;
  for (const float length : lengths_mm(result.fields, result.map.geometry, result.heart_region)) {
    result.max_displacement_mm = std::max(result.max_displacement_mm, static_cast<double>(length));
    sum += length;
  }
  result.mean_displacement_mm = sum / std::max(1.0, static_cast<double>(result.before.pixels) *
                                                        static_cast<double>(result.fields.size()));
}

bool asks_network(const SeriesImages& images, MocoMethod method) {
  return needs_network(method) && network_obstacle(images).empty();
}

/// What the methods propose, each judged.
struct Proposals {
  std::vector<Trial> trials;
  Fields of_network;  ///< empty where none was asked
};

bool any(const std::vector<Trial>& trials, bool Candidate::*property) {
  return std::any_of(trials.begin(), trials.end(),
                     [&](const Trial& trial) { return trial.candidate.*property; });
}

Proposals proposals(const SeriesImages& images, const ComplexSeries& signal,
                    const std::array<double, 2>& centre, const nn::Network* network,
                    const MocoOptions& options, Gate& gate) {
  const MocoMethod method = options.method;
  const auto model_alone = [&] {
    return gate.judge(MocoMethod::model, model_motion(signal, centre, options));
  };
  if (!asks_network(images, method)) return {{model_alone()}, {}};
  const Level finest = finest_level(signal, centre, options);
  const MotionEstimate seen = network_motion(images, *network, finest, options);
  Proposals made{{}, seen.fields};
  Trial of_network = gate.judge(MocoMethod::network, seen);
  const bool found = of_network.candidate.found_motion;
  if (method != MocoMethod::network_model) made.trials.push_back(std::move(of_network));
  if (method != MocoMethod::network)
    made.trials.push_back(
        gate.judge(MocoMethod::network_model, refined_motion(seen, finest, options), found));
  const bool failed = any(made.trials, &Candidate::clear_motion) && !any(made.trials, &Candidate::accepted);
  if (method == MocoMethod::automatic && failed) made.trials.push_back(model_alone());
  return made;
}

/// What is accepted comes before what is not, what found motion before what did not, then R^2 decides.
bool better(const Trial& a, const Trial& b) {
  const auto rank = [](const Candidate& candidate) {
    return std::tuple(candidate.accepted, candidate.found_motion, candidate.after.r2_median);
  };
  return rank(a.candidate) > rank(b.candidate);
}

std::string decision(const Candidate& best, std::size_t tried) {
  if (tried == 1 || !best.accepted) return best.verdict;
  return std::string("of the corrections that did not lower R2 about the heart ") + to_string(best.method) +
         " gave the highest";
}

void take_best(MocoResult& result, const ComplexSeries& signal, const std::array<double, 2>& centre,
               Proposals made, FitModel model, const MocoOptions& options) {
  for (const Trial& trial : made.trials) result.candidates.push_back(trial.candidate);
  Trial& best = *std::min_element(made.trials.begin(), made.trials.end(), better);
  result.decision = decision(best.candidate, made.trials.size());
  result.rejected = best.candidate.found_motion && !best.candidate.accepted;
  if (best.candidate.found_motion) {
    result.heart_region = best.region;
    result.before = best.candidate.before;
    result.after = best.candidate.after;
  }
  if (best.candidate.accepted) {
    result.confidence = confidence(best.estimate.fields, best.candidate.method, made.of_network,
                                   make_level(signal, kConfidenceBlockMm, centre, options), best.region);
    deliver(result, signal, std::move(best), model, options);
  } else {
    const double motion = quantile(lengths_mm(best.estimate.fields, signal.real.geometry, best.region), 0.5);
    result.confidence = {.motion_before_mm = motion, .motion_after_mm = motion};
  }
}

}  // namespace

const char* to_string(MocoMethod method) {
  switch (method) {
    case MocoMethod::none:
      return "none";
    case MocoMethod::model:
      return "model";
    case MocoMethod::network:
      return "network";
    case MocoMethod::network_model:
      return "network+model";
    case MocoMethod::automatic:
      return "auto";
  }
  return "unknown";
}

bool needs_network(MocoMethod method) { return method != MocoMethod::none && method != MocoMethod::model; }

void MocoOptions::check() const {
  if (max_rounds < 1 || refinement_rounds < 1) throw UsageError("the number of rounds must be at least 1");
  if (!(heart_radius_mm > 0 && std::isfinite(heart_radius_mm)))
    throw UsageError("the radius of the heart region must be positive and finite");
  if (heart_centre_px && !(std::isfinite((*heart_centre_px)[0]) && std::isfinite((*heart_centre_px)[1])))
    throw UsageError("the centre of the heart must be two numbers: column,row");
  if (threads < 0) throw UsageError("the number of threads must not be negative");
  network.check();
  fit.check();
}

MocoResult correct_motion(const SeriesImages& images, Sequence sequence, const MocoOptions& options,
                          const nn::Network* network) {
  options.check();
  if (needs_network(options.method) && !network)
    throw NetworkError(std::string("the method ") + to_string(options.method) +
                       " needs a network: none was loaded");
  const FitModel model = sequence == Sequence::shmolli ? FitModel::shmolli : FitModel::molli;
  const auto centre = heart_centre(images.magnitude.geometry, options);
  MocoResult result = uncorrected_result(images, model, options);
  result.decision = obstacle(result, images);
  if (!result.decision.empty()) return result;
  if (asks_network(images, options.method)) result.network = network->identity();
  const ComplexSeries signal = complex_series(images, options.threads);
  Gate gate(images, signal, result.uncorrected, model, result.heart_region, centre, options);
  take_best(result, signal, centre, proposals(images, signal, centre, network, options, gate), model,
            options);
  return result;
}

}  // namespace cmrt1
