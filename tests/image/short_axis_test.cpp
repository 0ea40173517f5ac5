#include "cmrt1/image/short_axis.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace cmrt1
