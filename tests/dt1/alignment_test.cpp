#include "cmrt1/dt1/alignment.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace cmrt1 {
namespace {

constexpr int kSize = 64;

Mask everywhere() { return Mask::Ones(kSize, kSize); }

/// A disc of 0.9 in 0.4, its middle at (x, 32).
Pixels disc(double x, float inside = 0.9f, float outside = 0.4f) {
  Pixels pixels(kSize, kSize);
  for (int row = 0; row < kSize; ++row)
    for (int column = 0; column < kSize; ++column)
      pixels(row, column) = std::hypot(column - x, row - 32.0) < 15 ? inside : outside;
  return pixels;
}

Pixels noise(unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> value(0.1f, 1.4f);
  return Pixels(kSize, kSize).unaryExpr([&](float) { return value(random); });
}

TEST(MutualInformation, IsTwoForAMapWithItself) {
  EXPECT_NEAR(normalised_mutual_information(disc(32), disc(32), everywhere()), 2, 1e-9);
}

TEST(MutualInformation, IsNearOneForUnrelatedMaps) {
  EXPECT_LT(normalised_mutual_information(noise(1), noise(2), everywhere()), 1.1);
}

TEST(MutualInformation, FallsWithEveryStepAside) {
  double last = 2.1;
  for (const double x : {32.0, 34.0, 37.0, 41.0}) {
    const double now = normalised_mutual_information(disc(32), disc(x), everywhere());
    EXPECT_LT(now, last) << x;
    last = now;
  }
}

TEST(MutualInformation, DoesNotMindThatATissueAnswersToStress) {
  const double changed = normalised_mutual_information(disc(32), disc(32, 0.97f, 0.37f), everywhere());
  EXPECT_GT(changed, 1.1 * normalised_mutual_information(disc(32), disc(34), everywhere()));
}

TEST(MutualInformation, LooksAtTheRegionAndAtDefinedPixelsAlone) {
  Mask left = Mask::Zero(kSize, kSize);
  left.leftCols(20).setOnes();
  Pixels spoiled = noise(3);
  spoiled.leftCols(26) = noise(4).leftCols(26);
  EXPECT_NEAR(normalised_mutual_information(noise(4), spoiled, left), 2, 0.02);
  EXPECT_EQ(normalised_mutual_information(disc(32), disc(32), Mask::Zero(kSize, kSize)), 1);
  EXPECT_EQ(normalised_mutual_information(disc(32), Pixels::Zero(kSize, kSize), everywhere()), 1);
}

TEST(MutualInformation, IsANumberForMapsOfOneValue) {
  const Pixels flat = Pixels::Constant(kSize, kSize, 0.5f);
  EXPECT_EQ(normalised_mutual_information(flat, flat, everywhere()), 1);
}

/// x grows by `left` a pixel in the left half, by `right` in the right one.
DisplacementField stretched(float left, float right) {
  DisplacementField field = zero_field(kSize, kSize);
  for (int column = 1; column < kSize; ++column)
    field.x.col(column) = field.x.col(column - 1) + (column < kSize / 2 ? left : right);
  return field;
}

TEST(AreaChange, IsZeroWhereNothingMoves) {
  EXPECT_NEAR(area_change(zero_field(kSize, kSize), everywhere()), 0, 1e-6);
}

TEST(AreaChange, SeesAHeartThatGrowsEvenly) {
  EXPECT_NEAR(area_change(stretched(0.3f, 0.3f), everywhere()), std::log(1.3), 0.01);
}

TEST(AreaChange, SeesOneThatGrowsHereAndShrinksThere) {
  EXPECT_NEAR(area_change(stretched(0.5f, -0.5f), everywhere()), std::hypot(std::log(1.5), std::log(2)) / std::sqrt(2), 0.02);
}

TEST(AreaChange, OfAFoldingFieldIsANumber) {
  const double found = area_change(stretched(0, -2), everywhere());
  EXPECT_TRUE(std::isfinite(found));
  EXPECT_GT(found, 1);
}

TEST(MatchedValues, GivesTissuesTheSameBrightness) {
  const Pixels rest = disc(32), stress = disc(32, 1.0f, 0.36f);
  const Pixels matched = with_matched_values(stress, stress, rest, everywhere());
  EXPECT_LT((matched - rest).abs().maxCoeff(), 1e-5);
}

TEST(MatchedValues, GoesOnBeyondTheRegionsValues) {
  const Pixels moving = noise(5), fixed = moving * 1.1f;
  Pixels values = moving;
  values(0, 0) = 10, values(0, 1) = 0;
  const Pixels matched = with_matched_values(values, moving, fixed, everywhere());
  EXPECT_NEAR(matched(0, 0), 11, 0.01);
  EXPECT_EQ(matched(0, 1), 0);
  EXPECT_LT((matched - values * 1.1f).abs().maxCoeff(), 0.01);
}

TEST(MatchedValues, ChangesNothingWhereNothingCanBeCompared) {
  const Pixels moving = noise(6);
  EXPECT_TRUE(
      (with_matched_values(moving, moving, Pixels::Zero(kSize, kSize), everywhere()) == moving).all());
}

}  // namespace
}  // namespace cmrt1
