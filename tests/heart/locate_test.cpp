#include "cmrt1/heart/locate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace cmrt1 {
namespace {

constexpr int size = 96;

Pixels disc(double x, double y, double radius, float share = 1) {
  return Pixels::NullaryExpr(size, size, [=](auto row, auto column) {
    return std::hypot(double(column) - x, double(row) - y) < radius ? share : 0.0f;
  });
}

Geometry square_slice() {
  Geometry geometry;
  geometry.columns = geometry.rows = 192;
  geometry.spacing_x_mm = geometry.spacing_y_mm = 2;  // 384 mm: 4 mm a cell
  return geometry;
}

std::optional<HeartLocation> located(const Pixels& lv, const Pixels& rv) {
  const std::vector<Pixels> images = {lv};
  return locate_in_shares(lv, rv, images, whole_window(square_slice(), {}), square_slice());
}

TEST(LocateInShares, PutsAWindowOf27DiametersAboutTheLeftVentricle) {
  const auto found = located(disc(60, 30, 8), disc(50, 30, 0));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->window.x, 2 * 60 + 0.5, 0.2);
  EXPECT_NEAR(found->window.y, 2 * 30 + 0.5, 0.2);
  EXPECT_NEAR(found->lv_diameter_mm, 16 * 4, 2);
  EXPECT_NEAR(found->window.side_mm, 2.7 * 16 * 4, 6);
  EXPECT_FALSE(found->turned_by_rv);
}

TEST(LocateInShares, TakesTheHeavierOfTwoCandidates) {
  const auto found = located(disc(60, 30, 8) + disc(20, 70, 5), Pixels::Zero(size, size));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->window.x, 120.5, 0.5);
}

TEST(LocateInShares, FindsNothingWhereNothingIsSeen) {
  EXPECT_FALSE(located(disc(60, 30, 8, 0.05f), Pixels::Zero(size, size)));
}

TEST(LocateInShares, FollowsTheRightVentricleWhereTheHeaderIsWrong) {
  const auto usual = located(disc(60, 40, 8), disc(46, 42, 6));
  EXPECT_FALSE(usual->turned_by_rv);
  const auto upside_down = located(disc(60, 40, 8), disc(74, 40, 6));  // to the right
  ASSERT_TRUE(upside_down->turned_by_rv);
  EXPECT_NEAR(upside_down->window.orientation.right[0], -1, 0.02);
  const auto below = located(disc(60, 40, 8), disc(60, 54, 6));
  ASSERT_TRUE(below->turned_by_rv);
  // seen in the window found, the right ventricle lies to the left
  const auto rv = window_from_slice(below->window, square_slice(), size, 2 * 60 + 0.5, 2 * 54 + 0.5);
  EXPECT_LT(rv[0], (size - 1) / 2.0 - 10);
  EXPECT_NEAR(rv[1], (size - 1) / 2.0, 3);
}

TEST(LocateInShares, DoesNotFollowARightVentricleWhereTheHeaderLetsTheLateralWallBe) {
  Geometry usual = square_slice();
  usual.row_direction = {0.691, 0.621, -0.370}, usual.column_direction = {-0.517, 0.066, -0.853};
  Geometry upside_down = usual;
  for (std::size_t i = 0; i < 3; ++i)
    upside_down.row_direction[i] *= -1, upside_down.column_direction[i] *= -1;
  const Pixels lv = disc(60, 40, 8), to_the_right = disc(74, 40, 6), below = disc(60, 54, 6);
  const auto followed = [&](const Geometry& geometry, const Pixels& rv) {
    const std::vector<Pixels> images = {lv};
    return locate_in_shares(lv, rv, images, whole_window(geometry, {}), geometry)->turned_by_rv;
  };
  EXPECT_FALSE(followed(usual, to_the_right));
  const std::vector<Pixels> images = {lv};
  const auto whole = whole_window(usual, {});
  EXPECT_TRUE(locate_in_shares(lv, to_the_right, images, whole, usual)->rv_against_header);
  EXPECT_FALSE(locate_in_shares(lv, below, images, whole, usual)->rv_against_header);
  EXPECT_TRUE(followed(usual, below));
  EXPECT_TRUE(followed(upside_down, to_the_right));
  EXPECT_TRUE(followed(square_slice(), to_the_right));  // an axial plane: the header tells nothing
}

TEST(LocateInShares, DoesNotFollowFarOrFaintRightVentricles) {
  EXPECT_FALSE(located(disc(60, 40, 8), disc(60, 90, 6))->turned_by_rv);
  EXPECT_FALSE(located(disc(60, 40, 8), disc(74, 40, 2))->turned_by_rv);
}

}  // namespace
}  // namespace cmrt1
