#pragma once
/// A landmark told as the chance that it lies in each cell of a grid.

#include <array>

#include "cmrt1/image/image.h"

namespace cmrt1 {

struct Place {
  double u = 0, v = 0;  ///< cells; 0 is the first cell's centre
  double chance = 0;    ///< that it lies within kPlaceReach cells of the likeliest one, 0...1
};

inline constexpr double kPlaceReach = 4;  // cells

/// The mean place within kPlaceReach cells of the likeliest cell. `chances` sums to 1; all zero gives chance
/// 0.
Place place_of(const Pixels& chances);

/// How usual a place of the anterior insertion point is, by its direction from the LV's centre: 1 within 30
/// degrees of `usual_rad` (from growing column towards growing row), half at 65, a few per cent on the
/// opposite side, since some hearts lie otherwise; 1 within kPlaceReach of the centre, where directions say
/// nothing.
double usual_share(const Place& insertion, const Place& lv_centre, double usual_rad);

/// The place of the anterior insertion point where each cell's chance counts by its usual_share; its own
/// `chance` is what the network gives it.
Place place_in_direction(const Pixels& chances, const Place& lv_centre, double usual_rad);

}  // namespace cmrt1
