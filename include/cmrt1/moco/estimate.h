#pragma once
/// Model-driven estimation of the motion within one series.

#include <vector>

#include "cmrt1/moco/correct.h"

namespace cmrt1 {

/// An image is predicted from the others, which takes four for a curve of three parameters.
constexpr std::size_t kFewestImagesForMotion = 5;

struct MotionEstimate {
  std::vector<DisplacementField> fields;  ///< one an image on the series' grid, mean zero, invertible
  int rounds = 0;                         ///< of fit -> predict -> register that were kept
  /// Share of the variance about the heart (all samples, none left out) that the other images of the
  /// series do not predict, without and with the fields.
  double unexplained_before = 0;
  double unexplained_after = 0;
};

/// Rounds of: fit, predict each image from the others (recovery.h), register the acquired image to its
/// prediction by demons, remove the mean displacement, as long as R^2 = 1 - unexplained rises. On
/// blocks of 8, 4 and 2 mm in turn, within a square about the heart at whose border the fields fall to
/// zero. Signs are used where there is phase. With fewer than
/// kFewestImagesForMotion images the fields are zero.
/// Synthetic images as registration targets: Xue et al., Magn Reson Med 2012;67:1644.
MotionEstimate estimate_motion(const SeriesImages& images, const std::array<double, 2>& heart_centre_px,
                               const MocoOptions& options);

}  // namespace cmrt1
