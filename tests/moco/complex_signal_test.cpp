#include "cmrt1/moco/complex_signal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "moco/moving_heart.h"

namespace cmrt1 {
namespace {

TEST(SignedImages, GiveEachTissueOneSignBeforeAndOneAfterItsNull) {
  const auto heart = testing::moving_heart({.shift_px = 0, .radial = 0, .noise = 0});
  const Stack images = signed_images(heart.images, 2);
  const Mask& myocardium = heart.myocardium;
  const float late = masked_values(images.frames.back(), myocardium).front();
  for (const float s : masked_values(images.frames.back(), myocardium)) EXPECT_GT(s * late, 0);
  for (const float s : masked_values(images.frames.front(), myocardium)) EXPECT_LT(s * late, 0);
}

TEST(SignedImages, DoNotLetAPixelThatIsNotANumberSpread) {
  auto heart = testing::moving_heart();
  const Stack expected = signed_images(heart.images, 2);
  heart.images.magnitude.frames[2](70, 80) = std::nanf("");
  heart.images.phase->frames[4](30, 40) = std::nanf("");
  const Stack images = signed_images(heart.images, 2);
  for (std::size_t k = 0; k < images.frames.size(); ++k) {
    const int lost = k == 2 || k == 4 ? 1 : 0;
    EXPECT_EQ(images.frames[k].isFinite().count(), images.frames[k].size() - lost);
  }
  EXPECT_NEAR(std::abs(images.frames[0](70, 82)), std::abs(expected.frames[0](70, 82)), 5);
}

TEST(SignedImages, KeepTheSignOfTissueOfOppositePhase) {
  SeriesImages images;
  images.ti_ms = {100, 200};
  images.magnitude.geometry = {24, 24};
  images.magnitude.frames.assign(2, Pixels::Constant(24, 24, 100));
  images.phase = images.magnitude;
  for (Pixels& phase : images.phase->frames)
    for (int row = 0; row < 24; ++row)
      for (int column = 0; column < 24; ++column) {
        const float fat = column < 12 ? std::numbers::pi_v<float> : 0;
        phase(row, column) =
            std::remainder(0.2f * static_cast<float>(row) + fat, 2 * std::numbers::pi_v<float>);
      }
  const Stack result = signed_images(images, 2);
  const Pixels fat = result.frames[0].leftCols(10), water = result.frames[0].rightCols(10);
  EXPECT_LT(fat.maxCoeff() * water.maxCoeff(), 0);
  EXPECT_GT(fat.maxCoeff() * fat.minCoeff(), 0);
  EXPECT_GT(water.maxCoeff() * water.minCoeff(), 0);
}

TEST(SignedImages, AreTheMagnitudesWithoutPhase) {
  const auto heart = testing::moving_heart({.phase = false});
  EXPECT_TRUE((signed_images(heart.images, 2).frames[1] == heart.images.magnitude.frames[1]).all());
}

TEST(WarpSeries, MovesPolarityWithTheTissue) {
  SeriesImages images;
  images.ti_ms = {100};
  images.magnitude.geometry = {20, 10};
  images.magnitude.frames = {Pixels::Constant(10, 20, 50)};
  images.phase = images.magnitude;
  images.phase->frames[0].setZero();
  images.phase->frames[0].leftCols(8).setConstant(std::numbers::pi_v<float>);
  DisplacementField field = zero_field(10, 20);
  field.x.setConstant(3);
  const SeriesImages warped = warp_series(images, std::vector{field});
  EXPECT_NEAR(std::cos(warped.phase->frames[0](5, 4)), -1, 1e-4);
  EXPECT_NEAR(std::cos(warped.phase->frames[0](5, 5)), 1, 1e-4);
  EXPECT_NEAR(warped.magnitude.frames[0](5, 5), 50, 1e-3);
}

TEST(WarpSeries, KeepsUnknownMagnitudesUnknown) {
  SeriesImages images = testing::moving_heart({.phase = false}).images;
  images.magnitude.frames[2](70, 80) = std::nanf("");
  const std::vector<DisplacementField> still(images.ti_ms.size(), zero_field(140, 160));
  EXPECT_TRUE(std::isnan(warp_series(images, still).magnitude.frames[2](70, 80)));
}

}  // namespace
}  // namespace cmrt1
