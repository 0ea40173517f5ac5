#include "cmrt1/field/resample.h"

#include <gtest/gtest.h>

namespace cmrt1 {
namespace {

TEST(AreaMeans, AverageWhatEachNewPixelCovers) {
  Pixels image(1, 6);
  image << 0, 1, 2, 3, 4, 5;
  Pixels expected(1, 4);  // each covers a pixel and a half
  expected << (0 + 0.5f * 1) / 1.5f, (0.5f * 1 + 2) / 1.5f, (3 + 0.5f * 4) / 1.5f, (0.5f * 4 + 5) / 1.5f;
  EXPECT_LT((area_means(image, 1, 4) - expected).abs().maxCoeff(), 1e-6f);
}

TEST(AreaMeans, KeepTheMeanOfTheImage) {
  const Pixels image = Pixels::Random(90, 77);
  EXPECT_NEAR(area_means(image, 41, 60).mean(), image.mean(), 1e-6);
}

TEST(AreaMeans, FillEveryLineAtAnySize) {
  for (int from = 1; from <= 400; from += 3)
    for (int to = 1; to <= from; ++to)
      ASSERT_LT((area_means(Pixels::Ones(from, 1), to, 1) - 1).abs().maxCoeff(), 1e-5f)
          << from << " lines to " << to;
}

TEST(AreaMeans, ReturnAnImageOfThatSizeUntouched) {
  const Pixels image = Pixels::Random(20, 30);
  EXPECT_TRUE((area_means(image, 20, 30) == image).all());
}

/// u(x, y) in pixels of a grid `size` times as fine as 40 x 60, linear in the place on the rectangle.
DisplacementField ramps(float size) {
  const auto rows = static_cast<Eigen::Index>(40 * size), columns = static_cast<Eigen::Index>(60 * size);
  const auto along = [&](Eigen::Index i) { return (static_cast<float>(i) + 0.5f) / size; };
  return {Pixels::NullaryExpr(rows, columns,
                              [&](Eigen::Index row, Eigen::Index column) {
                                return size * (0.1f * along(column) - 0.05f * along(row));
                              }),
          Pixels::NullaryExpr(rows, columns, [&](Eigen::Index row, Eigen::Index column) {
            return size * (1 + 0.02f * along(column) + 0.03f * along(row));
          })};
}

TEST(ResampledField, IsTheSameMotionOnAFinerGrid) {
  const DisplacementField coarse = ramps(1), expected = ramps(1.5f), found = resampled(coarse, 60, 90);
  ASSERT_EQ(found.x.rows(), 60);
  ASSERT_EQ(found.x.cols(), 90);
  const auto inside = [](const Pixels& pixels) { return pixels.block(3, 3, 54, 84); };
  EXPECT_LT((inside(found.x) - inside(expected.x)).abs().maxCoeff(), 1e-4f);
  EXPECT_LT((inside(found.y) - inside(expected.y)).abs().maxCoeff(), 1e-4f);
}

TEST(ResampledField, GoesOnToTheBorder) {
  const DisplacementField found = resampled({Pixels::Constant(8, 9, 1), Pixels::Constant(8, 9, -2)}, 16, 27);
  EXPECT_LT((found.x - 3).abs().maxCoeff(), 1e-5f);
  EXPECT_LT((found.y + 4).abs().maxCoeff(), 1e-5f);
}

}  // namespace
}  // namespace cmrt1
