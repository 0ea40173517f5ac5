#include "landmark/stage.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "cmrt1/image/regions.h"
#include "cmrt1/heart/place.h"

namespace cmrt1 {
namespace {

constexpr double kPatchDiameters = 2.3;  // of the left ventricle across a patch
constexpr double kLeastPatchMm = 50;

/// Longest over shortest standard deviation of the cells of a mask; 1 for none.
double elongation_of(const Mask& mask) {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (Eigen::Index row = 0; row < mask.rows(); ++row)
    for (Eigen::Index column = 0; column < mask.cols(); ++column) {
      if (!mask(row, column)) continue;
      const auto u = static_cast<double>(column), v = static_cast<double>(row);
      n += 1, x += u, y += v, xx += u * u, yy += v * v, xy += u * v;
    }
  if (n < 3) return 1;
  const double a = xx / n - x * x / n / n, b = yy / n - y * y / n / n, c = xy / n - x * y / n / n;
  const double middle = (a + b) / 2, half = std::hypot((a - b) / 2, c);
  return std::sqrt((middle + half) / std::max(middle - half, 1e-6));
}

void add_left_ventricle(Look& look, const HeartView& view, double cell_mm) {
  const Mask lv = largest_region((view.myocardium + view.blood_pool > 0.5f).cast<std::uint8_t>());
  const Mask blood = (view.blood_pool > view.myocardium).cast<std::uint8_t>() * lv;
  look.lv_mm2 = pixel_count(lv) * cell_mm * cell_mm;
  look.blood_pool_mm2 = pixel_count(blood) * cell_mm * cell_mm;
  look.elongation = elongation_of(lv);
}

}  // namespace

Look look_at(const Image& image, const Window& window, int size, const nn::Network& network) {
  const HeartView view = view_of(image, window, size, network);
  Look look;
  for (std::size_t i = 0; i < kLandmarks; ++i) {
    const Place place = place_of(view.places[i]);
    look.points[i] = slice_from_window(window, image.geometry, size, place.u, place.v);
    look.chances[i] = place.chance;
  }
  add_left_ventricle(look, view, window.side_mm / size);
  return look;
}

Window standard_patch(const Look& earlier, const Window& seen, const Geometry& geometry,
                      double lv_diameter_mm) {
  const Point &centre = earlier.points[kLvCentre], &insertion = earlier.points[kAnteriorInsertion];
  const Direction line = {(centre[0] - insertion[0]) * geometry.spacing_x_mm,
                          (centre[1] - insertion[1]) * geometry.spacing_y_mm};
  const auto along = [&](const Direction& axis) { return line[0] * axis[0] + line[1] * axis[1]; };
  const double angle = std::atan2(along(seen.orientation.down), along(seen.orientation.right));
  return {(centre[0] + insertion[0]) / 2, (centre[1] + insertion[1]) / 2,
          std::max(kLeastPatchMm, kPatchDiameters * lv_diameter_mm), turned(seen.orientation, angle)};
}

double distance_mm(const Point& a, const Point& b, const Geometry& geometry) {
  return std::hypot((a[0] - b[0]) * geometry.spacing_x_mm, (a[1] - b[1]) * geometry.spacing_y_mm);
}

}  // namespace cmrt1
