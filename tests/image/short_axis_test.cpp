#include "cmrt1/image/short_axis.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cmrt1 {
namespace {

TEST(AlongLongAxis, GrowsTowardsTheApex) {
  Geometry base;
  base.columns = base.rows = 10;
  Geometry apex = base;
  const Vector3 axis = usual_long_axis();
  EXPECT_GT(axis[0], 0);  // left
  EXPECT_LT(axis[1], 0);  // front
  EXPECT_LT(axis[2], 0);  // feet
  for (std::size_t i = 0; i < 3; ++i) apex.position_mm[i] += 30 * axis[i];
  EXPECT_NEAR(along_long_axis_mm(apex) - along_long_axis_mm(base), 30, 1e-9);
}

TEST(SeenFromApex, HoldsInTheUsualViewAndNotInItsMirrorImage) {
  Geometry usual;
  usual.row_direction = {0.8, 0.6, 0};
  usual.column_direction = {0, 0, -1};
  EXPECT_TRUE(seen_from_apex(usual));
  Geometry mirrored = usual;
  for (double& part : mirrored.row_direction) part = -part;
  EXPECT_FALSE(seen_from_apex(mirrored));
}

TEST(UsualEntry, PointsUpAndLeftInTheStandardViewAndWithTheImageWhereItIsTurned) {
  Geometry usual;
  usual.row_direction = {0.691, 0.621, -0.370}, usual.column_direction = {-0.517, 0.066, -0.853};
  const auto entry = usual_entry(usual);
  ASSERT_TRUE(entry);
  EXPECT_LT((*entry)[0], -0.4);
  EXPECT_LT((*entry)[1], -0.4);
  EXPECT_NEAR(std::hypot((*entry)[0], (*entry)[1]), 1, 1e-9);
  Geometry mirrored = usual, quarter = usual;
  for (double& part : mirrored.row_direction) part = -part;
  for (std::size_t i = 0; i < 3; ++i)
    quarter.row_direction[i] = usual.column_direction[i],
    quarter.column_direction[i] = -usual.row_direction[i];
  EXPECT_NEAR((*usual_entry(mirrored))[0], -(*entry)[0], 1e-9);
  EXPECT_NEAR((*usual_entry(mirrored))[1], (*entry)[1], 1e-9);
  EXPECT_NEAR((*usual_entry(quarter))[0], (*entry)[1], 1e-9);
  EXPECT_NEAR((*usual_entry(quarter))[1], -(*entry)[0], 1e-9);
}

TEST(UsualEntry, IsNotToldOfPlanesThatAreNoShortAxis) {
  EXPECT_FALSE(usual_entry(Geometry{}));  // axial, as in files that say nothing
  Geometry coronal;
  coronal.column_direction = {0, 0, -1};
  EXPECT_FALSE(usual_entry(coronal));
}

}  // namespace
}  // namespace cmrt1
