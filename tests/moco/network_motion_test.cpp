#include "cmrt1/moco/network_motion.h"

#include <gtest/gtest.h>

#include "cmrt1/base/error.h"
#include "moco/moving_heart.h"
#include "moco/stand_in.h"

namespace cmrt1 {
namespace {

using testing::stand_in;

SeriesImages images_of(const Geometry& geometry, std::size_t count) {
  SeriesImages images;
  for (std::size_t k = 0; k < count; ++k) {
    images.ti_ms.push_back(100.0 * static_cast<double>(k + 1));
    images.magnitude.frames.push_back(Pixels::Random(geometry.rows, geometry.columns).abs());
  }
  images.magnitude.geometry = geometry;
  return images;
}

/// What the stand-in `ramps` says of image k of `count`, at (x, y) of its grid.
std::array<float, 2> ramp(std::size_t k, std::size_t count, float x, float y) {
  const float step = static_cast<float>(k) - static_cast<float>(count - 1) / 2;
  return {step * (0.5f + x / 50), step * (y / 40 - 1)};
}

float largest_error(const Pixels& found, const std::function<float(float x, float y)>& expected,
                    int border = 0) {
  float largest = 0;
  for (Eigen::Index row = border; row < found.rows() - border; ++row)
    for (Eigen::Index column = border; column < found.cols() - border; ++column)
      largest = std::max(largest, std::abs(found(row, column) -
                                           expected(static_cast<float>(column), static_cast<float>(row))));
  return largest;
}

TEST(NetworkGrid, IsThatOfASmallSeries) {
  const NetworkGrid grid = network_grid({192, 160, 1.9, 1.9});
  EXPECT_EQ(grid.columns, 192);
  EXPECT_EQ(grid.rows, 160);
}

TEST(NetworkGrid, HasAtMost256PixelsAlongTheLongerSide) {
  const NetworkGrid wide = network_grid({384, 288, 0.9375, 0.9375});
  EXPECT_EQ(wide.columns, 256);
  EXPECT_EQ(wide.rows, 192);
  const NetworkGrid tall = network_grid({288, 384, 0.9375, 0.9375});
  EXPECT_EQ(tall.columns, 192);
  EXPECT_EQ(tall.rows, 256);
}

TEST(NetworkGrid, HasSquarePixels) {
  const NetworkGrid grid = network_grid({200, 100, 1.0, 2.0});
  EXPECT_EQ(grid.columns, 100);
  EXPECT_EQ(grid.rows, 100);
}

TEST(NetworkFields, AreTheNetworksOwnOnItsOwnGrid) {
  const auto fields = network_fields(images_of({64, 48, 1.5, 1.5}, 5), stand_in("ramps"));
  ASSERT_EQ(fields.size(), 5u);
  for (std::size_t k = 0; k < 5; ++k) {
    EXPECT_LT(largest_error(fields[k].x, [&](float x, float y) { return ramp(k, 5, x, y)[0]; }), 1e-5f);
    EXPECT_LT(largest_error(fields[k].y, [&](float x, float y) { return ramp(k, 5, x, y)[1]; }), 1e-5f);
  }
}

/// 320 x 250 pixels of 1 mm become 256 x 200: one pixel of the network's grid is 1.25 of the series'.
TEST(NetworkFields, AreTheSameMotionOnTheFinerGridOfTheSeries) {
  const auto fields = network_fields(images_of({320, 250, 1.0, 1.0}, 3), stand_in("ramps"));
  const auto place = [](float on_series) { return (on_series + 0.5f) / 1.25f - 0.5f; };
  for (std::size_t k = 0; k < 3; ++k) {
    const auto x_there = [&](float x, float y) { return 1.25f * ramp(k, 3, place(x), place(y))[0]; };
    const auto y_there = [&](float x, float y) { return 1.25f * ramp(k, 3, place(x), place(y))[1]; };
    EXPECT_LT(largest_error(fields[k].x, x_there, 3), 1e-3f);
    EXPECT_LT(largest_error(fields[k].y, y_there, 3), 1e-3f);
  }
}

/// 120 x 60 pixels of 1 x 2 mm become 60 x 60 of 2 mm: x is doubled, y stays.
TEST(NetworkFields, AreInPixelsOfASeriesWhosePixelsAreNotSquare) {
  const auto fields = network_fields(images_of({120, 60, 1.0, 2.0}, 3), stand_in("ramps"));
  const auto place = [](float column) { return (column + 0.5f) / 2 - 0.5f; };
  const auto x_there = [&](float x, float y) { return 2 * ramp(0, 3, place(x), y)[0]; };
  const auto y_there = [&](float x, float y) { return ramp(0, 3, place(x), y)[1]; };
  EXPECT_LT(largest_error(fields[0].x, x_there, 3), 1e-3f);
  EXPECT_LT(largest_error(fields[0].y, y_there, 3), 1e-3f);
}

/// A mirror image of the ramp (0.5 + x / 50, y / 40 - 1) runs the other way: what all views share is left.
TEST(NetworkFields, AreTheMeanOfFourViewsOnRequest) {
  const auto fields = network_fields(images_of({64, 48, 1.5, 1.5}, 5), stand_in("ramps"), {.views = 4});
  for (std::size_t k = 0; k < 5; ++k) {
    const auto x_there = [&](float x, float) { return (ramp(k, 5, x, 0)[0] - ramp(k, 5, 63 - x, 0)[0]) / 2; };
    const auto y_there = [&](float, float y) { return (ramp(k, 5, 0, y)[1] - ramp(k, 5, 0, 47 - y)[1]) / 2; };
    EXPECT_LT(largest_error(fields[k].x, x_there), 1e-5f);
    EXPECT_LT(largest_error(fields[k].y, y_there), 1e-5f);
  }
}

/// Shifts turn with the mirror, so one view and the mean of four must say the same.
TEST(NetworkFields, SayTheSameFromEveryViewWhereTheNetworkDoes) {
  const auto heart = testing::moving_heart({.radial = 0, .reach_mm = 1000});
  const auto one = network_fields(heart.images, stand_in("shifts")),
             four = network_fields(heart.images, stand_in("shifts"), {.views = 4});
  for (std::size_t k = 0; k < one.size(); ++k) {
    EXPECT_NEAR(one[k].x(70, 80), four[k].x(70, 80), 0.5);
    EXPECT_NEAR(one[k].y(70, 80), four[k].y(70, 80), 0.5);
  }
}

TEST(NetworkFields, AreFoundWherePixelsAreNotNumbers) {
  SeriesImages images = images_of({64, 48, 1.5, 1.5}, 5);
  images.magnitude.frames[2](10, 10) = std::nanf("");
  const auto fields = network_fields(images, stand_in("shifts"));
  for (const auto& field : fields) EXPECT_TRUE(field.x.isFinite().all() && field.y.isFinite().all());
}

TEST(NetworkFields, AreNotTakenFromANetworkOfAnotherKind) {
  EXPECT_THROW(network_fields(images_of({64, 48, 1.5, 1.5}, 5), stand_in("flat")), NetworkError);
}

TEST(NetworkFields, ComeFromOneViewOrFour) {
  EXPECT_THROW(network_fields(images_of({64, 48, 1.5, 1.5}, 5), stand_in("ramps"), {.views = 2}), UsageError);
}

TEST(NetworkObstacle, NamesWhatTheNetworkCannotTake) {
  EXPECT_EQ(network_obstacle(images_of({64, 48, 1.5, 1.5}, 16)), "");
  EXPECT_EQ(network_obstacle(images_of({64, 48, 1.5, 1.5}, 17)), "the network takes at most 16 images");
  EXPECT_EQ(network_obstacle(images_of({64, 31, 1.5, 1.5}, 7)),
            "the network takes images of 32 x 32 pixels or more");
}

}  // namespace
}  // namespace cmrt1
