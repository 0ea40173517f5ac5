#pragma once
/// Which corrections may be delivered.

#include <functional>
#include <optional>

#include "cmrt1/moco/crop.h"
#include "cmrt1/moco/estimate.h"

namespace cmrt1 {

/// A candidate with what is needed to deliver it.
struct Trial {
  Candidate candidate;
  MotionEstimate estimate;
  Mask region;  ///< tissue about the heart before and, where R^2 was looked at, after
};

/// Judges the corrections of one series. Only the square about the heart is warped, and only
/// the region in it fitted.
class Gate {
 public:
  /// `signal`: of `images`; `region`: tissue about the heart in them. All references must outlive the gate.
  Gate(const SeriesImages& images, const ComplexSeries& signal, const T1Map& uncorrected, FitModel model,
       const Mask& region, const std::array<double, 2>& centre_px, const MocoOptions& options);

  /// Accepts where the images came clearly closer together and neither median nor 5th percentile of R^2
  /// falls, in the map to be delivered and in a fit to all samples (docs/motion_correction.md). How much
  /// closer is asked for depends on where the motion was seen: `network_found_motion` where `estimate`
  /// refines fields of the network that passed.
  Trial judge(MocoMethod method, MotionEstimate estimate, bool network_found_motion = false);

 private:
  SeriesImages warped_about_heart(const Fields& fields) const;
  Pixels r2(SeriesImages images, FitModel model, const Mask& region) const;
  const Pixels& r2_of_all_samples_before();
  bool lowered_r2_of_all_samples(const Mask& region,
                                 const std::function<RegionQuality(FitModel)>& quality_after);

  const SeriesImages& images_;
  const ComplexSeries& signal_;
  const T1Map& uncorrected_;
  FitModel model_;
  const Mask& region_;
  std::array<double, 2> centre_px_;
  const MocoOptions& options_;
  Box box_;
  std::optional<Pixels> r2_of_all_samples_before_;  ///< on the box, in region_; made when first needed
};

/// One where some field looks beyond the image.
Mask outside_image(const Fields& fields);

/// Lengths in mm of the displacements where `region` is not zero, all images together.
std::vector<float> lengths_mm(const Fields& fields, const Geometry& geometry, const Mask& region);

}  // namespace cmrt1
