#include "cmrt1/heart/place.h"

#include <algorithm>
#include <cmath>

namespace cmrt1 {

Place place_of(const Pixels& chances) {
  Eigen::Index row = 0, column = 0;
  if (chances.size() == 0 || !(chances.maxCoeff(&row, &column) > 0)) return {};
  const auto reach = static_cast<Eigen::Index>(std::ceil(kPlaceReach));
  Place place;
  for (Eigen::Index y = std::max<Eigen::Index>(0, row - reach);
       y <= std::min(chances.rows() - 1, row + reach); ++y)
    for (Eigen::Index x = std::max<Eigen::Index>(0, column - reach);
         x <= std::min(chances.cols() - 1, column + reach); ++x) {
      if (std::hypot(static_cast<double>(x - column), static_cast<double>(y - row)) > kPlaceReach) continue;
      const double chance = chances(y, x);
      place.u += chance * static_cast<double>(x);
      place.v += chance * static_cast<double>(y);
      place.chance += chance;
    }
  place.u /= place.chance;
  place.v /= place.chance;
  return place;
}

}  // namespace cmrt1
