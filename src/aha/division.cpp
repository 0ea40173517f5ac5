#include "cmrt1/aha/division.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include "cmrt1/image/short_axis.h"

namespace cmrt1 {
namespace {

using Point = std::array<double, 2>;

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
constexpr int kDirections = 360;

double degrees(double radians) { return radians * 180 / std::numbers::pi; }
double positive(double angle_deg) { return angle_deg - 360 * std::floor(angle_deg / 360); }

/// From `from` to `to`, in mm.
Point offset_mm(const Point& from, const Point& to, const Geometry& geometry) {
  return {(to[0] - from[0]) * geometry.spacing_x_mm, (to[1] - from[1]) * geometry.spacing_y_mm};
}

/// Angle on the pixel grid in mm, clockwise from growing column, degrees.
double grid_angle_deg(const Point& centre, const Point& point, const Geometry& geometry) {
  const Point offset = offset_mm(centre, point, geometry);
  return degrees(std::atan2(offset[1], offset[0]));
}

double direction_of_insertion_deg(const Division& division) {
  const Point offset = offset_mm(division.lv_centre_px, division.rv_anterior_px, division.geometry);
  const double length = std::hypot(offset[0], offset[1]);
  if (!std::isfinite(length))
    throw std::invalid_argument("the LV's centre or the anterior insertion is not known");
  if (length == 0) throw std::invalid_argument("the LV's centre and the anterior insertion coincide");
  return degrees(std::atan2(offset[1], offset[0]));
}

double sign_of(Sense sense) { return sense == Sense::clockwise ? 1 : -1; }

/// The point at `radius_mm` from the centre in direction `angle` (as angle_deg), pixels.
Point point_at(const Division& division, double insertion_deg, double angle, double radius_mm) {
  const double grid = (insertion_deg + sign_of(division.sense) * angle) * std::numbers::pi / 180;
  return {division.lv_centre_px[0] + radius_mm * std::cos(grid) / division.geometry.spacing_x_mm,
          division.lv_centre_px[1] + radius_mm * std::sin(grid) / division.geometry.spacing_y_mm};
}

bool holds(const Mask& mask, const Point& point) {
  const auto column = std::lround(point[0]), row = std::lround(point[1]);
  return row >= 0 && column >= 0 && row < mask.rows() && column < mask.cols() && mask(row, column) != 0;
}

std::size_t nearest_direction(double angle) {
  return static_cast<std::size_t>(std::min(kDirections - 1, static_cast<int>(positive(angle))));
}

double radius_mm(const Division& division, const Point& point) {
  const Point offset = offset_mm(division.lv_centre_px, point, division.geometry);
  return std::hypot(offset[0], offset[1]);
}

/// Calls `visit(row, column, angle, radius)` for every pixel.
template <typename Visit>
void for_each_pixel(const Division& division, const Visit& visit) {
  for (int row = 0; row < division.geometry.rows; ++row)
    for (int column = 0; column < division.geometry.columns; ++column) {
      const Point point = {static_cast<double>(column), static_cast<double>(row)};
      visit(row, column, angle_deg(division, point), radius_mm(division, point));
    }
}

}  // namespace

Sense sense_of(const Geometry& geometry) {
  return seen_from_apex(geometry) ? Sense::anticlockwise : Sense::clockwise;
}

Sense sense_of_insertions(const Point& lv_centre_px, const Point& rv_anterior_px, const Point& rv_inferior_px,
                          const Geometry& geometry) {
  const double clockwise = positive(grid_angle_deg(lv_centre_px, rv_inferior_px, geometry) -
                                    grid_angle_deg(lv_centre_px, rv_anterior_px, geometry));
  return clockwise < 180 ? Sense::clockwise : Sense::anticlockwise;
}

double angle_deg(const Division& division, const Point& point_px) {
  const double clockwise = grid_angle_deg(division.lv_centre_px, point_px, division.geometry) -
                           direction_of_insertion_deg(division);
  // To a billionth of a degree, so that pixels on a border do not fall to either side by rounding.
  return positive(std::round(sign_of(division.sense) * clockwise * 1e9) / 1e9);
}

Wall round_wall(double inner_mm, double outer_mm) {
  Wall wall;
  wall.inner_mm.fill(inner_mm);
  wall.outer_mm.fill(outer_mm);
  return wall;
}

Wall wall_of(const Mask& myocardium, const Division& division) {
  const Geometry& geometry = division.geometry;
  const double insertion = direction_of_insertion_deg(division);
  const double step = 0.2 * std::min(geometry.spacing_x_mm, geometry.spacing_y_mm);
  const double longest =
      std::hypot(geometry.columns * geometry.spacing_x_mm, geometry.rows * geometry.spacing_y_mm);
  Wall wall = round_wall(kNotANumber, kNotANumber);
  for (std::size_t i = 0; i < wall.inner_mm.size(); ++i)
    for (double radius = 0; radius <= longest; radius += step) {
      if (!holds(myocardium, point_at(division, insertion, static_cast<double>(i) + 0.5, radius))) continue;
      if (std::isnan(wall.inner_mm[i])) wall.inner_mm[i] = radius;
      wall.outer_mm[i] = radius;
    }
  return wall;
}

Mask pixels_of(const Wall& wall, const Division& division) {
  Mask mask = Mask::Zero(division.geometry.rows, division.geometry.columns);
  for_each_pixel(division, [&](int row, int column, double angle, double radius) {
    const std::size_t i = nearest_direction(angle);
    mask(row, column) = radius >= wall.inner_mm[i] && radius <= wall.outer_mm[i];
  });
  return mask;
}

std::vector<SegmentRegion> regions_of(const Wall& wall, const Division& division) {
  const double insertion = direction_of_insertion_deg(division);
  std::vector<SegmentRegion> regions;
  for (const Segment& segment : segments_of(division.level)) {
    SegmentRegion region{segment.number, segment.from_deg, segment.to_deg, {kNotANumber, kNotANumber}, {}};
    std::vector<Point> inner;
    double area = 0;
    Point moment = {0, 0};
    for (double angle = segment.from_deg; angle <= segment.to_deg; angle += 1) {
      // The last direction of the segment stands for its end as well.
      const std::size_t i = nearest_direction(std::min(angle, segment.to_deg - 0.5));
      const double from = wall.inner_mm[i], to = wall.outer_mm[i];
      if (!std::isfinite(from)) continue;
      region.boundary_px.push_back(point_at(division, insertion, angle, to));
      inner.push_back(point_at(division, insertion, angle, from));
      const double own = (to * to - from * from) / 2;
      const Point at =
          point_at(division, insertion, angle, own > 0 ? (to * to * to - from * from * from) / 3 / own : to);
      area += own, moment[0] += own * at[0], moment[1] += own * at[1];
    }
    if (area > 0) region.centroid_px = {moment[0] / area, moment[1] / area};
    region.boundary_px.insert(region.boundary_px.end(), inner.rbegin(), inner.rend());
    regions.push_back(std::move(region));
  }
  return regions;
}

SegmentMap segment_map(const Mask& myocardium, const Wall& wall, const Division& division) {
  SegmentMap map{Mask::Zero(myocardium.rows(), myocardium.cols()),
                 Pixels::Constant(myocardium.rows(), myocardium.cols(), static_cast<float>(kNotANumber))};
  for_each_pixel(division, [&](int row, int column, double angle, double radius) {
    if (!myocardium(row, column)) return;
    const std::size_t i = nearest_direction(angle);
    map.number(row, column) = static_cast<std::uint8_t>(segment_at(division.level, angle).number);
    const double thickness = wall.outer_mm[i] - wall.inner_mm[i];
    const double depth = thickness > 0 ? (radius - wall.inner_mm[i]) / thickness : 0.5;
    map.depth(row, column) = static_cast<float>(std::clamp(depth, 0.0, 1.0));
  });
  return map;
}

}  // namespace cmrt1
