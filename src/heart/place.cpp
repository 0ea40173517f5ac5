#include "cmrt1/heart/place.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cmrt1 {
namespace {

constexpr double kUsualSpread =
    std::numbers::pi / 6;  // either way, within which directions are all alike ...
constexpr double kUnusualSpread = std::numbers::pi / 6;  // ... and standard deviation of the fall beyond
constexpr double kUnusualShare = 0.03;                   // of a chance that counts in the opposite direction

/// The mean place within kPlaceReach cells of a cell.
Place place_about(const Pixels& chances, Eigen::Index row, Eigen::Index column) {
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

}  // namespace

Place place_of(const Pixels& chances) {
  Eigen::Index row = 0, column = 0;
  if (chances.size() == 0 || !(chances.maxCoeff(&row, &column) > 0)) return {};
  return place_about(chances, row, column);
}

double usual_share(const Place& insertion, const Place& lv_centre, double usual_rad) {
  const double x = insertion.u - lv_centre.u, y = insertion.v - lv_centre.v;
  if (std::hypot(x, y) <= kPlaceReach) return 1;
  const double angle = std::abs(std::remainder(std::atan2(y, x) - usual_rad, 2 * std::numbers::pi));
  const double off = std::max(0.0, angle - kUsualSpread) / kUnusualSpread;
  return kUnusualShare + (1 - kUnusualShare) * std::exp(-off * off / 2);
}

Place place_in_direction(const Pixels& chances, const Place& lv_centre, double usual_rad) {
  Eigen::Index row = 0, column = 0;
  const Pixels weighed =
      Pixels::NullaryExpr(chances.rows(), chances.cols(), [&](Eigen::Index y, Eigen::Index x) {
        const Place cell{static_cast<double>(x), static_cast<double>(y), 0};
        return chances(y, x) * static_cast<float>(usual_share(cell, lv_centre, usual_rad));
      });
  if (weighed.size() == 0 || !(weighed.maxCoeff(&row, &column) > 0)) return {};
  return place_about(chances, row, column);
}

}  // namespace cmrt1
