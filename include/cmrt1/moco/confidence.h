#pragma once
/// How far the fields delivered may be trusted.

#include "cmrt1/moco/level.h"

namespace cmrt1 {

/// Median over `region` and all images of the distance in mm between two sets of fields.
double median_distance_mm(const Fields& a, const Fields& b, const Geometry& geometry, const Mask& region);

/// Of the fields delivered, which `method` gave, where the network said `of_network` (empty where there
/// was none). One more model-driven round, on `level`, says what motion is left; the network is compared
/// with what the model-driven rounds made of the series.
Confidence confidence(const Fields& delivered, MocoMethod method, const Fields& of_network,
                      const Level& level, const Mask& region);

/// Blocks of the level on which confidence is measured: four times as fast as the finest, and what is left
/// after a good correction is smooth.
inline constexpr double kConfidenceBlockMm = 4;

}  // namespace cmrt1
