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

/// The same of the anterior insertion point, whose direction from the LV's centre is known more or less:
/// `usual_rad`, from growing column towards growing row. A cell more than 30 degrees further round counts
/// less (half at 65, a few per cent on the opposite side, since some hearts lie otherwise); in full within
/// kPlaceReach of the centre, where directions say nothing. The place's chance is weighed likewise.
Place place_in_direction(const Pixels& chances, const Place& lv_centre, double usual_rad);

}  // namespace cmrt1
