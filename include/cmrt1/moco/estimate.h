#pragma once
/// Estimates of the motion within one series.

#include "cmrt1/moco/level.h"
#include "cmrt1/moco/network_motion.h"

namespace cmrt1 {

/// An image is predicted from the others, which takes four for a curve of three parameters.
constexpr std::size_t kFewestImagesForMotion = 5;

struct MotionEstimate {
  Fields fields;   ///< one an image on the series' grid, mean zero, invertible
  int rounds = 0;  ///< of predict -> register that were kept
  /// Share of the variance about the heart that the other images do not predict (level.h), without and
  /// with the fields, at the finest resolution.
  double unexplained_before = 0;
  double unexplained_after = 0;
};

/// The resolution at which estimates are judged and refined. Needs kFewestImagesForMotion images.
Level finest_level(const ComplexSeries& series, const std::array<double, 2>& heart_centre_px,
                   const MocoOptions& options);

/// Model-driven: rounds of predict -> register (level.h) from no motion, on blocks of 8, 4 and 2 mm in
/// turn. The fields fall to zero away from the heart. Needs kFewestImagesForMotion images.
/// Synthetic images as registration targets: Xue et al., Magn Reson Med 2012;67:1644.
MotionEstimate model_motion(const ComplexSeries& series, const std::array<double, 2>& heart_centre_px,
                            const MocoOptions& options);

/// The network's fields (network_motion.h), judged on `finest`.
MotionEstimate network_motion(const SeriesImages& images, const nn::Network& network, const Level& finest,
                              const MocoOptions& options);

/// `start` after a few model-driven rounds on `finest`; `start` itself where none lowers the unexplained
/// share.
MotionEstimate refined_motion(const MotionEstimate& start, const Level& finest, const MocoOptions& options);

/// Where one more model-driven round on `level` takes `fields` (series' grid).
Fields one_round_on(const Fields& fields, const Level& level);

}  // namespace cmrt1
