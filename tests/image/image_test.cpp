#include "cmrt1/image/image.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace cmrt1;

TEST(Quantile, InterpolatesBetweenOrderStatistics) {
  EXPECT_FLOAT_EQ(quantile({4, 1, 3, 2}, 0.5), 2.5f);
  EXPECT_FLOAT_EQ(quantile({4, 1, 3, 2}, 0), 1);
  EXPECT_FLOAT_EQ(quantile({4, 1, 3, 2}, 1), 4);
}

TEST(Quantile, IsUndefinedWithoutValues) { EXPECT_TRUE(std::isnan(quantile({}, 0.5))); }

TEST(MaskedValues, LeavesOutWhatIsMaskedOrNotFinite) {
  Pixels pixels(2, 2);
  pixels << 1, NAN, 3, 4;
  Mask mask(2, 2);
  mask << 1, 1, 0, 1;
  EXPECT_EQ(masked_values(pixels, mask), (std::vector<float>{1, 4}));
}

TEST(Consistent, SeesAFrameOfAnotherShape) {
  Stack stack{{Pixels::Zero(3, 4), Pixels::Zero(3, 4)}, {}};
  stack.geometry.rows = 3;
  stack.geometry.columns = 4;
  EXPECT_TRUE(consistent(stack));
  stack.frames[1].resize(4, 3);
  EXPECT_FALSE(consistent(stack));
  EXPECT_FALSE(consistent(Stack{}));
}
