#include "landmark/stage.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "cmrt1/image/regions.h"

namespace cmrt1 {
namespace {

constexpr double kPatchDiameters = 2.3;  // of the left ventricle across a patch
constexpr double kLeastPatchMm = 50;
constexpr double kLeastLvMm2 = 300;  // of a left ventricle whose centre of mass is trusted

/// Centre of mass of a mask's cells, and their longest over their shortest standard deviation.
struct Shape {
  double u = 0, v = 0, elongation = 1;
};

Shape shape_of(const Mask& mask) {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (Eigen::Index row = 0; row < mask.rows(); ++row)
    for (Eigen::Index column = 0; column < mask.cols(); ++column) {
      if (!mask(row, column)) continue;
      const auto u = static_cast<double>(column), v = static_cast<double>(row);
      n += 1, x += u, y += v, xx += u * u, yy += v * v, xy += u * v;
    }
  if (n < 3) return {};
  const double a = xx / n - x * x / n / n, b = yy / n - y * y / n / n, c = xy / n - x * y / n / n;
  const double middle = (a + b) / 2, half = std::hypot((a - b) / 2, c);
  return {x / n, y / n, std::sqrt((middle + half) / std::max(middle - half, 1e-6))};
}

/// The region that holds a place, or the largest one where none does.
Mask region_at(const Place& place, const Mask& mask) {
  const Regions regions = connected_regions(mask);
  const int number = regions.number(std::lround(place.v), std::lround(place.u));
  return number ? Mask((regions.number == number).cast<std::uint8_t>()) : largest_region(mask);
}

/// The ventricle's own centre is told more exactly than the landmark; what the landmark adds is its chance.
void add_left_ventricle(Look& look, const HeartView& view, const Window& window, const Geometry& geometry) {
  const int size = static_cast<int>(view.myocardium.rows());
  const double cell_mm = window.side_mm / size;
  const Mask lv =
      region_at(view.places[kLvCentre], (view.myocardium + view.blood_pool > 0.5f).cast<std::uint8_t>());
  const Mask blood = (view.blood_pool > view.myocardium).cast<std::uint8_t>() * lv;
  look.lv_mm2 = pixel_count(lv) * cell_mm * cell_mm;
  look.blood_pool_mm2 = pixel_count(blood) * cell_mm * cell_mm;
  const Shape shape = shape_of(lv);
  look.elongation = shape.elongation;
  if (look.lv_mm2 >= kLeastLvMm2)
    look.points[kLvCentre] = slice_from_window(window, geometry, size, shape.u, shape.v);
}

}  // namespace

Look look_at(const Image& image, const Window& window, int size, const nn::Network& network,
             const std::optional<Direction>& entry) {
  const HeartView view = view_of(image, window, size, network, entry);
  Look look;
  for (std::size_t i = 0; i < kLandmarks; ++i) {
    const Place& place = view.places[i];
    look.points[i] = slice_from_window(window, image.geometry, size, place.u, place.v);
    look.chances[i] = place.chance;
  }
  look.against_expected = view.against_expected;
  add_left_ventricle(look, view, window, image.geometry);
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
