#pragma once
/// Inversion-recovery curves fitted to many pixels at once, and what they predict for each image.

#include <Eigen/Core>
#include <span>
#include <vector>

namespace cmrt1 {

/// One row a pixel, one column an image (in order of inversion time).
using Samples = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic>;

/// The curves A - B exp(-TI/T1*) with T1* from a log-spaced table. For each T1* the best A and B are a
/// projection onto {1, exp(-TI/T1*)} (variable projection), as in fit/t1_map.h, but with A and B free:
/// tissue of opposite phase (fat) is explained as well, and no pixel is without a fit.
class RecoveryModel {
 public:
  /// Needs at least four inversion times. Where the samples are magnitudes (`signed_samples` false),
  /// the earliest may be taken as negative.
  RecoveryModel(std::span<const double> ti_ms, bool signed_samples);

  /// What the other images predict for each image. For image k each pixel is fitted without sample k,
  /// so that an image that has moved does not vouch for itself; the fitted curve's values at all
  /// inversion times are then regressed (least squares under `weights`, one a pixel) on the acquired
  /// image k. The regression is one set of coefficients for the whole image: it takes up what the
  /// curve lacks (incomplete recovery between inversions, gain) but cannot follow the motion.
  Samples predict_from_others(const Samples& samples, const Eigen::ArrayXf& weights, int threads = 1) const;

 private:
  /// The table of curves without the inversion time of one image.
  struct Curves {
    Samples analysis;   ///< other images x (2 * nodes): orthonormal pairs
    Samples synthesis;  ///< all images x (2 * nodes): the same curves at all inversion times
  };
  static Curves curves_without(std::size_t left_out, std::span<const double> ti_ms);
  Samples fitted_without(Eigen::Index left_out, const Samples& samples) const;

  std::vector<Curves> curves_;  ///< one an image
  int most_flips_;
};

}  // namespace cmrt1
