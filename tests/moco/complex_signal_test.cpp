#include "cmrt1/moco/complex_signal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "moco/moving_heart.h"

namespace cmrt1 {
namespace {

TEST(SignedImages, GiveEachTissueOneSignBeforeAndOneAfterItsNull) {
  const auto heart = testing::moving_heart({.shift_px = 0, .radial = 0, .noise = 0});
  const Stack images = signed_images(complex_series(heart.images), 2);
  const Mask& myocardium = heart.myocardium;
  const float late = masked_values(images.frames.back(), myocardium).front();
  for (const float s : masked_values(images.frames.back(), myocardium)) EXPECT_GT(s * late, 0);
  for (const float s : masked_values(images.frames.front(), myocardium)) EXPECT_LT(s * late, 0);
}

TEST(SignedImages, DoNotLetAPixelThatIsNotANumberSpread) {
  auto heart = testing::moving_heart();
  const Stack expected = signed_images(complex_series(heart.images), 2);
  heart.images.magnitude.frames[2](70, 80) = std::nanf("");
  heart.images.phase->frames[4](30, 40) = std::nanf("");
  const Stack images = signed_images(complex_series(heart.images), 2);
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
  const Stack result = signed_images(complex_series(images), 2);
  const Pixels fat = result.frames[0].leftCols(10), water = result.frames[0].rightCols(10);
  EXPECT_LT(fat.maxCoeff() * water.maxCoeff(), 0);
  EXPECT_GT(fat.maxCoeff() * fat.minCoeff(), 0);
  EXPECT_GT(water.maxCoeff() * water.minCoeff(), 0);
}

TEST(SignedImages, AreTheMagnitudesWithoutPhase) {
  const auto heart = testing::moving_heart({.phase = false});
  EXPECT_TRUE(
      (signed_images(complex_series(heart.images), 2).frames[1] == heart.images.magnitude.frames[1]).all());
}

/// One image of 32 x 32 pixels whose phase goes round, its magnitudes from 1e-3 to 1e3.
SeriesImages all_phases() {
  SeriesImages images;
  images.ti_ms = {100};
  images.magnitude = {{Pixels(32, 32)}, {32, 32}};
  images.phase = images.magnitude;
  for (int i = 0; i < 1024; ++i) {
    images.magnitude.frames[0].data()[i] = std::pow(10.0f, static_cast<float>(i % 7) - 3);
    images.phase->frames[0].data()[i] = std::numbers::pi_v<float> * (static_cast<float>(i) / 512 - 1);
  }
  return images;
}

TEST(ComplexSeries, GivesMagnitudeAndPhaseBack) {
  const SeriesImages images = all_phases(), back = magnitude_and_phase(complex_series(images));
  for (int i = 1; i < 1024; ++i) {  // the first phase is -pi, and may come back as pi
    EXPECT_NEAR(back.phase->frames[0].data()[i], images.phase->frames[0].data()[i], 1e-6) << i;
    EXPECT_NEAR(back.magnitude.frames[0].data()[i] / images.magnitude.frames[0].data()[i], 1, 1e-6) << i;
  }
  EXPECT_NEAR(std::abs(back.phase->frames[0].data()[0]), std::numbers::pi, 1e-6);
}

TEST(ComplexSeries, HasAPhaseWhereThereIsNoSignalAndNoneWhereItIsUnknown) {
  SeriesImages images = all_phases();
  images.magnitude.frames[0].data()[7] = 0;
  images.magnitude.frames[0].data()[8] = std::nanf("");
  images.phase->frames[0].data()[9] = std::nanf("");
  const SeriesImages back = magnitude_and_phase(complex_series(images));
  EXPECT_EQ(back.magnitude.frames[0].data()[7], 0);
  EXPECT_TRUE(std::isfinite(back.phase->frames[0].data()[7]));
  for (const int i : {8, 9}) {
    EXPECT_TRUE(std::isnan(back.magnitude.frames[0].data()[i]));
    EXPECT_TRUE(std::isnan(back.phase->frames[0].data()[i]));
  }
}

TEST(ComplexSeries, KeepsMagnitudesAlone) {
  SeriesImages images = all_phases();
  images.phase.reset();
  const SeriesImages back = magnitude_and_phase(complex_series(images));
  EXPECT_FALSE(back.phase);
  EXPECT_TRUE((back.magnitude.frames[0] == images.magnitude.frames[0]).all());
}

SeriesImages warp_series(const SeriesImages& images, const std::vector<DisplacementField>& fields) {
  return magnitude_and_phase(warped(complex_series(images), fields, images.magnitude.geometry));
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
  const SeriesImages moved = warp_series(images, {field});
  EXPECT_NEAR(std::cos(moved.phase->frames[0](5, 4)), -1, 1e-4);
  EXPECT_NEAR(std::cos(moved.phase->frames[0](5, 5)), 1, 1e-4);
  EXPECT_NEAR(moved.magnitude.frames[0](5, 5), 50, 1e-3);
}

TEST(WarpSeries, KeepsUnknownMagnitudesUnknown) {
  SeriesImages images = testing::moving_heart({.phase = false}).images;
  images.magnitude.frames[2](70, 80) = std::nanf("");
  const std::vector<DisplacementField> still(images.ti_ms.size(), zero_field(140, 160));
  EXPECT_TRUE(std::isnan(warp_series(images, still).magnitude.frames[2](70, 80)));
}

}  // namespace
}  // namespace cmrt1
