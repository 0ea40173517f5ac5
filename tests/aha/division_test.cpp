#include "cmrt1/aha/division.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace cmrt1 {
namespace {

using Point = std::array<double, 2>;

/// A slice in the standard view: seen from the apex, the right ventricle to the left.
Geometry standard_slice(double spacing_x = 1, double spacing_y = 1) {
  Geometry geometry;
  geometry.columns = 120;
  geometry.rows = 100;
  geometry.spacing_x_mm = spacing_x;
  geometry.spacing_y_mm = spacing_y;
  geometry.row_direction = {0.8, 0.6, 0};
  geometry.column_direction = {0, 0, -1};
  return geometry;
}

/// The insertion up left of the centre, as usual.
Division division(Level level = Level::mid, const Geometry& geometry = standard_slice()) {
  return {{60, 50}, {60 - 21, 50 - 21}, level, sense_of(geometry), geometry};
}

/// The point at `radius` mm and `angle` degrees, clockwise from the right.
Point at(const Division& one, double radius, double angle) {
  const double turn = angle * std::numbers::pi / 180;
  return {one.lv_centre_px[0] + radius * std::cos(turn) / one.geometry.spacing_x_mm,
          one.lv_centre_px[1] + radius * std::sin(turn) / one.geometry.spacing_y_mm};
}

int segment(const Division& one, const Point& point) {
  return segment_at(one.level, angle_deg(one, point)).number;
}

TEST(Division, PutsTheSeptumBesideTheRightVentricleInTheStandardView) {
  const Division one = division();
  EXPECT_EQ(one.sense, Sense::anticlockwise);
  EXPECT_EQ(segment(one, at(one, 25, 180 + 20)), 8);  // left, a little up: anteroseptal
  EXPECT_EQ(segment(one, at(one, 25, 180 - 20)), 9);  // left, a little down: inferoseptal
  EXPECT_EQ(segment(one, at(one, 25, 90)), 10);       // down: inferior
  EXPECT_EQ(segment(one, at(one, 25, 10)), 11);       // right, a little down: inferolateral
  EXPECT_EQ(segment(one, at(one, 25, -20)), 12);      // right, a little up: anterolateral
  EXPECT_EQ(segment(one, at(one, 25, -90)), 7);       // up: anterior
  const Division apex = division(Level::apical);
  EXPECT_EQ(segment(apex, at(apex, 25, 180)), 14);
  EXPECT_EQ(segment(apex, at(apex, 25, 90)), 15);
  EXPECT_EQ(segment(apex, at(apex, 25, 0)), 16);
  EXPECT_EQ(segment(apex, at(apex, 25, -90)), 13);
}

/// The same slice stored with columns or rows reversed or exchanged: pixels and geometry alike.
Geometry stored_otherwise(const Geometry& from, bool transposed, bool columns_reversed, bool rows_reversed) {
  Geometry to = from;
  if (columns_reversed) {
    to.position_mm = patient_from_pixel(from, from.columns - 1, 0);
    for (double& part : to.row_direction) part = -part;
  }
  if (rows_reversed) {
    to.position_mm = patient_from_pixel(to, 0, from.rows - 1);
    for (double& part : to.column_direction) part = -part;
  }
  if (!transposed) return to;
  std::swap(to.columns, to.rows);
  std::swap(to.spacing_x_mm, to.spacing_y_mm);
  std::swap(to.row_direction, to.column_direction);
  return to;
}

TEST(Division, GivesEveryPlaceOfThePatientTheSameSegmentHoweverTheSliceIsStored) {
  const Division usual = division(Level::basal, standard_slice(1.2, 0.8));
  for (int way = 1; way < 8; ++way) {
    Division other = usual;
    other.geometry = stored_otherwise(usual.geometry, way & 1, way & 2, way & 4);
    const auto moved = [&](const Point& point) {
      return pixel_from_patient(other.geometry, patient_from_pixel(usual.geometry, point[0], point[1]));
    };
    other.lv_centre_px = moved(usual.lv_centre_px);
    other.rv_anterior_px = moved(usual.rv_anterior_px);
    other.sense = sense_of(other.geometry);
    for (double angle = 3; angle < 360; angle += 7) {
      const Point point = at(usual, 24, angle);
      EXPECT_EQ(segment(usual, point), segment(other, moved(point))) << way << " " << angle;
    }
  }
}

TEST(Division, TellsItsSenseFromBothInsertionsToo) {
  const Geometry geometry = standard_slice();
  EXPECT_EQ(sense_of_insertions({60, 50}, {39, 29}, {42, 74}, geometry), Sense::anticlockwise);
  EXPECT_EQ(sense_of_insertions({60, 50}, {81, 29}, {78, 74}, geometry), Sense::clockwise);
}

TEST(Division, PutsPixelsOnABorderIntoTheSegmentThatBeginsThereInEitherSense) {
  for (const double spacing : {0.7, 1.1, 1.17})
    for (const Point& step : {Point{-1, -1}, {-1, -2}, {-2, -3}, {-4, -3}, {-5, -7}})
      for (const Sense sense : {Sense::clockwise, Sense::anticlockwise}) {
        const Point insertion = {60 + 7 * step[0], 50 + 7 * step[1]};
        const Division one = {{60, 50}, insertion, Level::basal, sense, standard_slice(spacing, 0.9)};
        for (int k = 1; k <= 6; ++k) {
          EXPECT_EQ(segment(one, {60 + k * step[0], 50 + k * step[1]}), 2) << spacing << " " << k;
          EXPECT_EQ(segment(one, {60 - k * step[0], 50 - k * step[1]}), 5) << spacing << " " << k;
        }
      }
}

TEST(Division, RefusesLandmarksThatAreNowhere) {
  for (const double nowhere : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    Division one = division();
    one.rv_anterior_px[0] = nowhere;
    EXPECT_THROW(angle_deg(one, {1, 1}), std::invalid_argument);
    one = division();
    one.lv_centre_px[1] = nowhere;
    EXPECT_THROW(wall_of(Mask::Ones(100, 120), one), std::invalid_argument);
  }
}

TEST(Division, RefusesLandmarksThatCoincide) {
  Division one = division();
  one.rv_anterior_px = one.lv_centre_px;
  EXPECT_THROW(angle_deg(one, {1, 1}), std::invalid_argument);
  EXPECT_THROW(regions_of(round_wall(15, 25), one), std::invalid_argument);
}

Mask ring(const Division& one, double inner, double outer) {
  return pixels_of(round_wall(inner, outer), one);
}

TEST(Wall, OfADrawnRingHasItsRadii) {
  for (const double spacing : {1.0, 0.7}) {
    const Division one = division(Level::mid, standard_slice(1, spacing));
    const Wall wall = wall_of(ring(one, 15, 24), one);
    for (std::size_t i = 0; i < 360; i += 5) {
      EXPECT_NEAR(wall.inner_mm[i], 15, 1) << i;
      EXPECT_NEAR(wall.outer_mm[i], 24, 1) << i;
    }
  }
}

TEST(Wall, IsUndefinedWhereTheRingIsOpen) {
  const Division one = division();
  Mask mask = ring(one, 15, 24);
  mask.block(0, 60, 50, 60) = 0;  // the upper right quarter
  const Wall wall = wall_of(mask, one);
  int open = 0;
  for (const double radius : wall.inner_mm) open += std::isnan(radius);
  EXPECT_NEAR(open, 90, 8);
  const auto regions = regions_of(wall, one);
  ASSERT_EQ(regions.size(), 6u);
  EXPECT_TRUE(regions[5].boundary_px.empty());  // 12, anterolateral
  EXPECT_FALSE(regions[1].boundary_px.empty());
}

TEST(SegmentMap, DividesARingIntoEqualParts) {
  const Division one = division(Level::basal, standard_slice(1, 0.6));
  const Mask mask = ring(one, 14, 26);
  const SegmentMap map = segment_map(mask, wall_of(mask, one), one);
  const double whole = static_cast<double>((mask != 0).count());
  for (int number = 1; number <= 6; ++number)
    EXPECT_NEAR(static_cast<double>((map.number == number).count()) / whole, 1 / 6.0, 0.01) << number;
  EXPECT_EQ(((map.number != 0) != (mask != 0)).count(), 0);
}

TEST(SegmentMap, TellsDepthFromEndocardiumToEpicardium) {
  const Division one = division();
  const Mask mask = ring(one, 14, 26);
  const SegmentMap map = segment_map(mask, round_wall(14, 26), one);
  EXPECT_NEAR(map.depth(50, 60 + 15), 1 / 12.0, 0.01);
  EXPECT_NEAR(map.depth(50, 60 + 23), 9 / 12.0, 0.01);
  EXPECT_TRUE(std::isnan(map.depth(50, 60)));
}

TEST(Regions, HoldThePixelsOfTheirSegment) {
  const Division one = division(Level::apical);
  const Mask mask = ring(one, 12, 26);
  const Wall wall = wall_of(mask, one);
  const SegmentMap map = segment_map(mask, wall, one);
  for (const SegmentRegion& region : regions_of(wall, one)) {
    double x = 0, y = 0;
    int count = 0;
    for (int row = 0; row < 100; ++row)
      for (int column = 0; column < 120; ++column)
        if (map.number(row, column) == region.number) x += column, y += row, ++count;
    EXPECT_NEAR(region.centroid_px[0], x / count, 0.6) << region.number;
    EXPECT_NEAR(region.centroid_px[1], y / count, 0.6) << region.number;
    EXPECT_EQ(segment(one, region.centroid_px), region.number);
  }
}

/// Whether `point` lies within the closed polygon: an odd number of its sides to the right.
bool within(const std::vector<Point>& polygon, const Point& point) {
  bool inside = false;
  for (std::size_t i = 0, last = polygon.size() - 1; i < polygon.size(); last = i++) {
    const Point &a = polygon[i], &b = polygon[last];
    if ((a[1] > point[1]) != (b[1] > point[1]) &&
        point[0] < a[0] + (b[0] - a[0]) * (point[1] - a[1]) / (b[1] - a[1]))
      inside = !inside;
  }
  return inside;
}

/// Of all pixels, those that a boundary and the map do not agree on.
int disagreements(const Mask& mask, const Division& one) {
  const Wall wall = wall_of(mask, one);
  const SegmentMap map = segment_map(mask, wall, one);
  int found = 0;
  for (const SegmentRegion& region : regions_of(wall, one))
    for (int row = 0; row < 100; ++row)
      for (int column = 0; column < 120; ++column) {
        const Point pixel = {static_cast<double>(column), static_cast<double>(row)};
        const bool drawn = !region.boundary_px.empty() && within(region.boundary_px, pixel);
        found += drawn != (map.number(row, column) == region.number);
      }
  return found;
}

TEST(Regions, AreBoundedByLinesAroundTheirPixels) {
  for (const Level level : {Level::mid, Level::apical}) {
    const Division one = division(level, standard_slice(1, 0.7));
    const Mask mask = ring(one, 12, 26);
    EXPECT_LT(disagreements(mask, one), 0.02 * static_cast<double>((mask != 0).count()));
  }
}

}  // namespace
}  // namespace cmrt1
