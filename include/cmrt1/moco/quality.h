#pragma once
/// Is a corrected map better than the uncorrected one?

#include "cmrt1/moco/correct.h"

namespace cmrt1 {

/// One within options.heart_radius_mm of the heart's centre where the mean magnitude reaches the signal
/// floor and a tenth of the brightest tissue's (98th percentile): R^2 means nothing in air or lung.
Mask heart_region(const Stack& magnitude, const std::array<double, 2>& centre_px, const MocoOptions& options);

/// R^2 (of a map) over the region; a pixel without a fit counts as 0.
RegionQuality region_quality(const Pixels& r2, const Mask& region);

/// True where neither the median nor the 5th percentile falls.
bool not_worse(const RegionQuality& before, const RegionQuality& after);

}  // namespace cmrt1
