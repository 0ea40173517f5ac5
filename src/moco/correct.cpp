#include "cmrt1/moco/correct.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cmrt1/base/error.h"
#include "cmrt1/moco/complex_signal.h"
#include "cmrt1/moco/estimate.h"
#include "cmrt1/moco/fields.h"
#include "cmrt1/moco/quality.h"

namespace cmrt1 {
namespace {

/// Largest share of the unexplained variance that a correction may leave. Still images come a little
/// closer, too, as fields follow noise and what the model lacks: on real images by up to 1.6 mm at the
/// 90th percentile. What moves farther is motion (docs/motion_correction.md).
constexpr double kLargestRest = 0.5, kLargestRestOfClearMotion = 0.8;
constexpr double kClearMotionMm = 2;  ///< 90th percentile over the heart region and all images

FitOptions fit_options(const MocoOptions& options, FitModel model) {
  FitOptions fit = options.fit;
  fit.model = model;
  fit.threads = options.threads;
  return fit;
}

T1Map fit(const SeriesImages& images, FitModel model, const MocoOptions& options) {
  return fit_t1_map(images.ti_ms, images.magnitude, images.phase, fit_options(options, model));
}

/// Pixels that some image does not cover have no T1.
void mark_outside(T1Map& map, const std::vector<DisplacementField>& fields) {
  for (const auto& field : fields) {
    const Mask outside = leaves_image(field);
    for (Eigen::Index i = 0; i < outside.size(); ++i) {
      if (!outside.data()[i]) continue;
      for (Pixels* values : {&map.t1_ms, &map.r2, &map.a, &map.b, &map.t1_star_ms}) values->data()[i] = 0;
      map.t1_error_ms.data()[i] = std::numeric_limits<float>::quiet_NaN();
      map.samples_used.data()[i] = 0;
      map.status.data()[i] = static_cast<std::uint8_t>(FitStatus::outside_image);
    }
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
  result.before = result.after = region_quality(result.map, result.heart_region);
  return result;
}

bool found_motion(const MotionEstimate& estimate, const Geometry& geometry, const Mask& region) {
  if (estimate.rounds == 0) return false;
  std::vector<float> lengths;
  for (const auto& field : estimate.fields) {
    const auto of_image = masked_values(magnitude_mm(field, geometry), region);
    lengths.insert(lengths.end(), of_image.begin(), of_image.end());
  }
  const bool clear = quantile(std::move(lengths), 0.9) >= kClearMotionMm;
  return estimate.unexplained_after <=
         (clear ? kLargestRestOfClearMotion : kLargestRest) * estimate.unexplained_before;
}

/// Why motion is not looked for; empty where it is.
std::string obstacle(const MocoResult& result) {
  if (result.method == MocoMethod::none) return "motion correction was switched off";
  if (result.ti_ms.size() < kFewestImagesForMotion)
    return "motion is estimated from " + std::to_string(kFewestImagesForMotion) + " images or more";
  if (result.before.pixels == 0) return "no tissue about the heart's centre to judge a correction by";
  return {};
}

struct Candidate {
  std::vector<DisplacementField> fields;
  SeriesImages images;
  T1Map map;
  T1Map all_samples;  ///< the fit to all samples, which cannot raise its R^2 by leaving some out
};

Candidate make_candidate(const SeriesImages& images, std::vector<DisplacementField> fields, FitModel model,
                         const MocoOptions& options) {
  Candidate candidate;
  candidate.fields = std::move(fields);
  candidate.images = warp_series(images, candidate.fields);
  candidate.map = fit(candidate.images, model, options);
  candidate.all_samples = fit(candidate.images, FitModel::molli, options);
  mark_outside(candidate.map, candidate.fields);
  mark_outside(candidate.all_samples, candidate.fields);
  return candidate;
}

void deliver(MocoResult& result, Candidate candidate) {
  result.corrected = true;
  result.map = std::move(candidate.map);
  result.fields = std::move(candidate.fields);
  result.images = std::move(candidate.images.magnitude);
  result.min_jacobian = smallest_jacobian(result.fields);
  double sum = 0;
  for (const auto& field : result.fields) {
    const auto lengths = masked_values(magnitude_mm(field, result.map.geometry), result.heart_region);
    for (const float length : lengths) {
      result.max_displacement_mm = std::max(result.max_displacement_mm, static_cast<double>(length));
      sum += length;
    }
  }
  result.mean_displacement_mm = sum / std::max(1.0, static_cast<double>(result.before.pixels) *
                                                        static_cast<double>(result.fields.size()));
}

}  // namespace

const char* to_string(MocoMethod method) { return method == MocoMethod::model ? "model" : "none"; }

void MocoOptions::check() const {
  if (max_rounds < 1) throw UsageError("the number of rounds must be at least 1");
  if (!(heart_radius_mm > 0 && std::isfinite(heart_radius_mm)))
    throw UsageError("the radius of the heart region must be positive and finite");
  if (heart_centre_px && !(std::isfinite((*heart_centre_px)[0]) && std::isfinite((*heart_centre_px)[1])))
    throw UsageError("the centre of the heart must be two numbers: column,row");
  if (threads < 0) throw UsageError("the number of threads must not be negative");
  fit.check();
}

MocoResult correct_motion(const SeriesImages& images, Sequence sequence, const MocoOptions& options) {
  options.check();
  const FitModel model = sequence == Sequence::shmolli ? FitModel::shmolli : FitModel::molli;
  const auto centre = heart_centre(images.magnitude.geometry, options);
  MocoResult result = uncorrected_result(images, model, options);
  result.decision = obstacle(result);
  if (!result.decision.empty()) return result;
  MotionEstimate estimate = estimate_motion(images, centre, options);
  result.rounds = estimate.rounds;
  if (!found_motion(estimate, images.magnitude.geometry, result.heart_region)) {
    result.decision = "no motion was found that would bring the images closer together";
    return result;
  }
  Candidate candidate = make_candidate(images, std::move(estimate.fields), model, options);
  // Judged where there is tissue before and after: what moves leaves air behind.
  const Mask region = result.heart_region * heart_region(candidate.images.magnitude, centre, options);
  result.heart_region = region;
  result.before = region_quality(result.uncorrected, region);
  result.after = region_quality(candidate.map, region);
  if (!not_worse(result.before, result.after)) {
    result.rejected = true;
    result.decision = "the correction lowered the R2 of the map about the heart";
  } else if (!not_worse(region_quality(fit(images, FitModel::molli, options), region),
                        region_quality(candidate.all_samples, region))) {
    result.rejected = true;
    result.decision = "the correction lowered the R2 of the fit to all samples about the heart";
  } else {
    deliver(result, std::move(candidate));
    result.decision = "the correction did not lower R2 about the heart";
  }
  return result;
}

}  // namespace cmrt1
