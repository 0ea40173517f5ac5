#include "cmrt1/moco/gate.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/moco/quality.h"

namespace cmrt1 {
namespace {

/// Largest share of the unexplained variance that a correction may leave. Still images come a little
/// closer, too, as model-driven fields follow noise and what the model lacks: on real images by up to
/// 1.6 mm at the 90th percentile. What moves farther is motion (docs/motion_correction.md).
struct LargestRest {
  double of_any_motion, of_clear_motion;
};
constexpr LargestRest kModelDriven{0.5, 0.8};
/// The network does not see the variance, so any that its fields take away speaks for them.
constexpr LargestRest kNetwork{0.85, 0.95};
/// Below this median the fit to all samples does not describe the series, as ShMOLLI's later inversions
/// come too early for blood at a fast heart rate: what becomes of it says nothing then.
constexpr double kLeastTellingR2 = 0.9;
constexpr double kClearMotionMm = 2;  ///< 90th percentile over the heart region and all images

bool clear_motion(const MotionEstimate& estimate, const Geometry& geometry, const Mask& region) {
  return quantile(lengths_mm(estimate.fields, geometry, region), 0.9) >= kClearMotionMm;
}

bool closer_together(const MotionEstimate& estimate, bool clear, const LargestRest& rest) {
  const double largest = clear ? rest.of_clear_motion : rest.of_any_motion;
  return estimate.unexplained_after < estimate.unexplained_before &&
         estimate.unexplained_after <= largest * estimate.unexplained_before;
}

/// Pixels that lie beyond the box which a field looks from, at most.
int reach_px(const Fields& fields, const Box& box) {
  constexpr int kernel = 3;
  float farthest = 0;
  for (const auto& field : fields)
    farthest =
        std::max({farthest, cropped(field.x, box).abs().maxCoeff(), cropped(field.y, box).abs().maxCoeff()});
  return static_cast<int>(std::ceil(farthest)) + kernel;
}

}  // namespace

Gate::Gate(const SeriesImages& images, const ComplexSeries& signal, const T1Map& uncorrected, FitModel model,
           const Mask& region, const std::array<double, 2>& centre_px, const MocoOptions& options)
    : images_(images),
      signal_(signal),
      uncorrected_(uncorrected),
      model_(model),
      region_(region),
      centre_px_(centre_px),
      options_(options),
      box_(box_about(images.magnitude.geometry, centre_px, options.heart_radius_mm)) {}

Trial Gate::judge(MocoMethod method, MotionEstimate estimate, bool network_found_motion) {
  Trial trial{{}, std::move(estimate), region_};
  Candidate& candidate = trial.candidate;
  candidate.method = method;
  const Fields& fields = trial.estimate.fields;
  candidate.unexplained_before = trial.estimate.unexplained_before;
  candidate.unexplained_after = trial.estimate.unexplained_after;
  candidate.clear_motion = clear_motion(trial.estimate, images_.magnitude.geometry, region_);
  const bool by_network = method == MocoMethod::network || network_found_motion;
  candidate.found_motion =
      closer_together(trial.estimate, candidate.clear_motion, by_network ? kNetwork : kModelDriven);
  if (!candidate.found_motion) {
    candidate.verdict = candidate.clear_motion
                            ? "the displacements found would not bring the images closer together"
                            : "no motion was found that would bring the images closer together";
    return trial;
  }
  const SeriesImages warped = warped_about_heart(fields);
  const Mask inside = (cropped(outside_image(fields), box_) == 0).cast<std::uint8_t>();  // beyond, R^2 is 0
  // Judged where there is tissue before and after: what moves leaves air behind.
  const Mask region =
      cropped(region_, box_) *
      heart_region(warped.magnitude, {centre_px_[0] - box_.first_column, centre_px_[1] - box_.first_row},
                   options_);
  trial.region.setZero();
  trial.region.block(box_.first_row, box_.first_column, box_.rows, box_.columns) = region;
  const auto quality_after = [&](FitModel model) {
    return region_quality(r2(warped, model, region * inside), region);
  };
  candidate.before = region_quality(cropped(uncorrected_.r2, box_), region);
  candidate.after = quality_after(model_);
  if (!not_worse(candidate.before, candidate.after)) {
    candidate.verdict = "the correction lowered the R2 of the map about the heart";
  } else if (model_ != FitModel::molli && lowered_r2_of_all_samples(region, quality_after)) {
    candidate.verdict = "the correction lowered the R2 of the fit to all samples about the heart";
  } else {
    candidate.accepted = true;
    candidate.verdict = "the correction did not lower R2 about the heart";
  }
  return trial;
}

bool Gate::lowered_r2_of_all_samples(const Mask& region,
                                     const std::function<RegionQuality(FitModel)>& quality_after) {
  const RegionQuality before = region_quality(r2_of_all_samples_before(), region);
  return before.r2_median >= kLeastTellingR2 && !not_worse(before, quality_after(FitModel::molli));
}

SeriesImages Gate::warped_about_heart(const Fields& fields) const {
  const Geometry& full = images_.magnitude.geometry;
  const Box source = box_about(full, centre_px_, options_.heart_radius_mm, reach_px(fields, box_));
  const auto right = static_cast<float>(box_.first_column - source.first_column);
  const auto down = static_cast<float>(box_.first_row - source.first_row);
  Fields from_source;
  for (const DisplacementField& field : fields)
    from_source.push_back({cropped(field.x, box_) + right, cropped(field.y, box_) + down});
  return magnitude_and_phase(
      warped(cropped(signal_, source), from_source, cropped(full, box_), options_.threads), options_.threads);
}

/// 0 where `region` is.
Pixels Gate::r2(SeriesImages images, FitModel model, const Mask& region) const {
  for (Pixels& frame : images.magnitude.frames) frame = (region != 0).select(frame, 0.0f);  // is not fitted
  FitOptions fit = options_.fit;
  fit.model = model;
  fit.threads = options_.threads;
  return fit_t1_map(images.ti_ms, images.magnitude, images.phase, fit).r2;
}

const Pixels& Gate::r2_of_all_samples_before() {
  if (!r2_of_all_samples_before_)
    r2_of_all_samples_before_ = r2(cropped(images_, box_), FitModel::molli, cropped(region_, box_));
  return *r2_of_all_samples_before_;
}

Mask outside_image(const Fields& fields) {
  Mask outside = leaves_image(fields[0]);
  for (const auto& field : fields) outside = outside.max(leaves_image(field));
  return outside;
}

std::vector<float> lengths_mm(const Fields& fields, const Geometry& geometry, const Mask& region) {
  const auto x_mm = static_cast<float>(geometry.spacing_x_mm),
             y_mm = static_cast<float>(geometry.spacing_y_mm);
  std::vector<float> lengths;
  lengths.reserve(fields.size() * static_cast<std::size_t>((region != 0).count()));
  for (const DisplacementField& field : fields)
    for (Eigen::Index i = 0; i < region.size(); ++i) {
      if (region.data()[i] == 0) continue;
      const float x = x_mm * field.x.data()[i], y = y_mm * field.y.data()[i];
      if (const float length = std::sqrt(x * x + y * y); std::isfinite(length)) lengths.push_back(length);
    }
  return lengths;
}

}  // namespace cmrt1
