#include "cmrt1/image/warp.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace cmrt1;

namespace {

constexpr int size = 48;

Pixels smooth_image() {
  return Pixels::NullaryExpr(size, size, [](Eigen::Index row, Eigen::Index column) {
    return std::sin(0.2f * static_cast<float>(column)) + std::cos(0.15f * static_cast<float>(row));
  });
}

DisplacementField constant_field(float x, float y) {
  return {Pixels::Constant(size, size, x), Pixels::Constant(size, size, y)};
}

/// A smooth bump of `amplitude` px that vanishes at the border.
DisplacementField bump(float amplitude) {
  const Pixels window = Pixels::NullaryExpr(size, size, [](Eigen::Index row, Eigen::Index column) {
    const float r = std::hypot(static_cast<float>(row) - 24, static_cast<float>(column) - 24) / 10;
    return std::exp(-r * r);
  });
  return {amplitude * window, -0.5f * amplitude * window};
}

float largest_inside(const Pixels& pixels) { return pixels.block(6, 6, size - 12, size - 12).abs().maxCoeff(); }

}  // namespace

TEST(Warp, LooksWhereTheFieldPoints) {
  Pixels image = Pixels::Zero(size, size);
  image(10, 20) = 1;
  const Pixels warped = warp(image, constant_field(3, -2));
  EXPECT_FLOAT_EQ(warped(12, 17), 1);
  EXPECT_FLOAT_EQ(warped.sum(), 1);
}

TEST(Warp, ByNothingChangesNothing) {
  EXPECT_TRUE((warp(smooth_image(), zero_field(size, size)) == smooth_image()).all());
}

TEST(Warp, CubicFollowsASmoothImageBetterThanLinear) {
  const Pixels expected = Pixels::NullaryExpr(size, size, [](Eigen::Index row, Eigen::Index column) {
    return std::sin(0.2f * (static_cast<float>(column) + 0.5f)) + std::cos(0.15f * (static_cast<float>(row) + 0.5f));
  });
  const auto error = [&](Interpolation kind) {
    return largest_inside(warp(smooth_image(), constant_field(0.5f, 0.5f), kind) - expected);
  };
  EXPECT_LT(error(Interpolation::cubic), 0.001f);
  EXPECT_LT(error(Interpolation::cubic), 0.2f * error(Interpolation::linear));
}

TEST(Warp, SurvivesFieldsThatAreNotNumbers) {
  EXPECT_NO_FATAL_FAILURE(warp(smooth_image(), constant_field(NAN, 1e30f)));
}

TEST(LeavesImage, MarksWhatIsReadBeyondTheBorder) {
  const Mask outside = leaves_image(constant_field(2, 0));
  EXPECT_EQ(outside(5, size - 1), 1);
  EXPECT_EQ(outside(5, size - 3), 0);
  EXPECT_EQ(outside(5, 0), 0);
}

TEST(Compose, EqualsWarpingTwice) {
  const Pixels twice = warp(warp(smooth_image(), bump(2)), constant_field(1, 1));
  const Pixels once = warp(smooth_image(), compose(constant_field(1, 1), bump(2)));
  EXPECT_LT(largest_inside(twice - once), 0.01f);
}

TEST(Exponential, IsInvertedByTheNegativeVelocity) {
  const auto velocity = bump(6);
  const auto residual = compose(exponential(velocity), exponential({-velocity.x, -velocity.y}));
  EXPECT_LT(largest_inside(residual.x), 0.1f);
  EXPECT_GT(jacobian_determinant(exponential(velocity)).minCoeff(), 0.0f);
}

TEST(JacobianDeterminant, IsTheAreaChangeOfAScaling) {
  DisplacementField field = zero_field(size, size);
  for (int i = 0; i < size; ++i) {
    field.x.col(i) = 0.1f * static_cast<float>(i);
    field.y.row(i) = -0.2f * static_cast<float>(i);
  }
  EXPECT_NEAR(jacobian_determinant(field).minCoeff(), 1.1f * 0.8f, 1e-5);
  EXPECT_NEAR(jacobian_determinant(field).maxCoeff(), 1.1f * 0.8f, 1e-5);
}

TEST(JacobianDeterminant, IsNegativeWhereTheFieldFolds) {
  EXPECT_LT(jacobian_determinant(bump(40)).minCoeff(), 0.0f);
}

TEST(MagnitudeMm, UsesTheSpacingOfEachAxis) {
  Geometry geometry;
  geometry.spacing_x_mm = 2;
  geometry.spacing_y_mm = 0.5;
  EXPECT_FLOAT_EQ(magnitude_mm(constant_field(1.5f, 8), geometry)(0, 0), 5);
}
