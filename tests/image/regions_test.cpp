#include "cmrt1/image/regions.h"

#include <gtest/gtest.h>

namespace cmrt1 {
namespace {

Mask mask(const std::vector<std::string>& rows) {
  Mask made(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows.front().size()));
  for (Eigen::Index row = 0; row < made.rows(); ++row)
    for (Eigen::Index column = 0; column < made.cols(); ++column)
      made(row, column) = rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] == '#';
  return made;
}

TEST(ConnectedRegions, CountsPiecesThatShareASide) {
  const Regions regions = connected_regions(mask({"##..#", "....#", "#...#", ".#..."}));
  EXPECT_EQ(regions.pixels, (std::vector<int>{2, 3, 1, 1}));
  EXPECT_EQ(regions.number(1, 4), 2);
  EXPECT_EQ(regions.number(0, 2), 0);
}

TEST(LargestRegion, KeepsOnePieceAndOfEqualsTheFirst) {
  EXPECT_TRUE((largest_region(mask({"##.#", "...#", "...#"})) == mask({"...#", "...#", "...#"})).all());
  EXPECT_TRUE((largest_region(mask({"##.#", "...#"})) == mask({"##..", "...."})).all());
  EXPECT_EQ(pixel_count(largest_region(mask({"...", "..."}))), 0);
}

TEST(Eroded, TakesTheOutermostPixelsAndThoseAtTheBorder) {
  EXPECT_TRUE((eroded(mask({"###..", "####.", "#####"})) == mask({".....", ".##..", "....."})).all());
}

TEST(Dilated, AddsTheNeighbours) {
  EXPECT_TRUE((dilated(mask({".....", "..#..", "....."})) == mask({"..#..", ".###.", "..#.."})).all());
}

}  // namespace
}  // namespace cmrt1
