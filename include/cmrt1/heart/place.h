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

}  // namespace cmrt1
