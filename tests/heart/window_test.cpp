#include "cmrt1/heart/window.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace cmrt1 {
namespace {

/// A slice in the usual short-axis view: right is left-back-down in the patient, down is back and feet.
Geometry short_axis(int columns, int rows, double spacing_x_mm, double spacing_y_mm) {
  Geometry geometry;
  geometry.columns = columns;
  geometry.rows = rows;
  geometry.spacing_x_mm = spacing_x_mm;
  geometry.spacing_y_mm = spacing_y_mm;
  geometry.row_direction = {0.6, 0.8, 0};
  geometry.column_direction = {0, 0, -1};
  return geometry;
}

/// The same slice read along other axes.
Geometry flipped_columns(Geometry geometry) {
  for (double& part : geometry.row_direction) part = -part;
  return geometry;
}
Geometry transposed(Geometry geometry) {
  std::swap(geometry.row_direction, geometry.column_direction);
  return geometry;
}

TEST(StandardOrientation, LeavesTheUsualViewAsItIs) {
  const Orientation orientation = standard_orientation(short_axis(200, 180, 1.4, 1.4));
  EXPECT_EQ(orientation.right, (Direction{1, 0}));
  EXPECT_EQ(orientation.down, (Direction{0, 1}));
}

TEST(StandardOrientation, UndoesFlipsAndTransposition) {
  const Geometry usual = short_axis(200, 180, 1.4, 1.4);
  EXPECT_EQ(standard_orientation(flipped_columns(usual)).right, (Direction{-1, 0}));
  EXPECT_EQ(standard_orientation(transposed(usual)).right, (Direction{0, 1}));
  EXPECT_EQ(standard_orientation(transposed(usual)).down, (Direction{1, 0}));
  EXPECT_EQ(standard_orientation(flipped_columns(transposed(usual))).down, (Direction{-1, 0}));
}

TEST(Window, PointsGoThereAndBackWithinAHundredthOfAPixel) {
  for (const double angle : {0.0, 0.7, -2.5}) {
    const Geometry geometry = short_axis(200, 144, 1.3, 1.9);
    Window window{90.25, 61.5, 150, turned(standard_orientation(flipped_columns(geometry)), angle)};
    for (const double u : {-3.0, 10.5, 95.0}) {
      const auto at = slice_from_window(window, geometry, 96, u, 20.25);
      const auto back = window_from_slice(window, geometry, 96, at[0], at[1]);
      EXPECT_NEAR(back[0], u, 1e-9);
      EXPECT_NEAR(back[1], 20.25, 1e-9);
    }
  }
}

TEST(Turned, BringsADirectionToTheRight) {
  const Orientation quarter = turned({}, std::numbers::pi / 2);  // what pointed down comes to point right
  EXPECT_NEAR(quarter.right[0], 0, 1e-12);
  EXPECT_NEAR(quarter.right[1], 1, 1e-12);
}

TEST(Cut, ShowsTheSamePictureForEveryWayTheSliceIsStored) {
  const Geometry usual = short_axis(60, 60, 2, 2);
  Image image{
      Pixels::NullaryExpr(60, 60, [](auto row, auto column) { return float(100 + 3 * column + row); }),
      usual};
  const Image mirrored{image.pixels.rowwise().reverse(), flipped_columns(usual)};
  const Image exchanged{image.pixels.transpose(), transposed(usual)};
  const auto seen = [](const Image& one) {
    return cut(one, whole_window(one.geometry, standard_orientation(one.geometry)), 40);
  };
  EXPECT_LT((seen(image) - seen(mirrored)).abs().maxCoeff(), 1e-3f);
  EXPECT_LT((seen(image) - seen(exchanged)).abs().maxCoeff(), 1e-3f);
  EXPECT_GT(seen(image)(0, 39), seen(image)(0, 0));
}

TEST(Cut, FillsWhatIsBeyondTheSliceOrNotFiniteWithItsLowestValue) {
  Image image{Pixels::Constant(20, 20, 5.0f), short_axis(20, 20, 1, 1)};
  image.pixels(0, 0) = -7;
  image.pixels(10, 10) = std::nanf("");
  const Pixels seen = cut(image, {9.5, 9.5, 40, {}}, 40);
  EXPECT_EQ(seen(0, 0), -7);
  EXPECT_EQ(seen(20, 20), -7);
  EXPECT_EQ(seen(15, 15), 5);
}

TEST(Cut, AveragesInsteadOfSkippingPixels) {
  Image image{Pixels::NullaryExpr(64, 64, [](auto row, auto column) { return float((row + column) % 2); }),
              short_axis(64, 64, 1, 1)};
  const Pixels seen = cut(image, {31.5, 31.5, 64, {}}, 16);
  EXPECT_NEAR(seen(8, 8), 0.5f, 1e-4f);
}

TEST(BackOnSlice, ReturnsWhatWasCut) {
  const Geometry geometry = short_axis(80, 70, 1.5, 1.2);
  Image image{
      Pixels::NullaryExpr(70, 80,
                          [](auto row, auto column) {
                            return float(std::sin(0.1 * double(column)) + std::cos(0.08 * double(row)));
                          }),
      geometry};
  const Window window{41, 33, 70, turned(standard_orientation(geometry), 0.5)};
  const std::vector<Pixels> planes = {cut(image, window, 96)};
  const Pixels back = back_on_slice(planes, window, geometry).front();
  EXPECT_NEAR(back(33, 41), image.pixels(33, 41), 0.01f);
  EXPECT_NEAR(back(25, 50), image.pixels(25, 50), 0.01f);
  EXPECT_EQ(back(0, 0), 0);
}

}  // namespace
}  // namespace cmrt1
