#include "cmrt1/moco/quality.h"

#include <gtest/gtest.h>

namespace cmrt1 {
namespace {

TEST(Quality, IsWorseWhereMedianOrFifthPercentileFalls) {
  const RegionQuality before{0.9, 0.5, 100};
  EXPECT_TRUE(not_worse(before, before));
  EXPECT_TRUE(not_worse(before, {0.95, 0.6, 100}));
  EXPECT_FALSE(not_worse(before, {0.89, 0.9, 100}));
  EXPECT_FALSE(not_worse(before, {0.99, 0.49, 100}));
}

TEST(Quality, CountsPixelsWithoutAFitAsZero) {
  Pixels r2 = Pixels::Ones(1, 10);
  r2(0, 0) = 0;
  r2(0, 9) = 0;
  Mask region = Mask::Ones(1, 10);
  region(0, 9) = 0;
  const RegionQuality quality = region_quality(r2, region);
  EXPECT_EQ(quality.pixels, 9);
  EXPECT_EQ(quality.r2_median, 1);
  EXPECT_LT(quality.r2_p05, 1);
}

TEST(HeartRegion, LeavesOutAirAndWhatLiesFarFromTheHeart) {
  Stack images{{Pixels::Constant(40, 40, 200)}, Geometry{40, 40, 5, 5}};
  images.frames[0](20, 20) = 12;
  const Mask region = heart_region(images, {19.5, 19.5}, {});
  EXPECT_EQ(region(20, 20), 0);
  EXPECT_EQ(region(20, 25), 1);
  EXPECT_EQ(region(20, 35), 0);
}

}  // namespace
}  // namespace cmrt1
