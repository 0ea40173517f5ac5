#include "cmrt1/field/demons.h"

#include <gtest/gtest.h>

#include "support/itk_demons.h"

namespace cmrt1 {
namespace {

Pixels blob(float centre_x, float centre_y) {
  Pixels image(60, 70);
  for (int row = 0; row < 60; ++row)
    for (int column = 0; column < 70; ++column) {
      const float x = static_cast<float>(column) - centre_x, y = static_cast<float>(row) - centre_y;
      image(row, column) = std::exp(-(x * x + y * y) / 150);
    }
  return image;
}

TEST(Demons, FindTheShiftOfABlob) {
  DisplacementField field = zero_field(60, 70);
  for (int i = 0; i < 4; ++i) field = register_demons(blob(35, 30), blob(38, 28), field);
  EXPECT_NEAR(field.x(30, 35), 3, 0.6);
  EXPECT_NEAR(field.y(30, 35), -2, 0.6);
}

TEST(Demons, LeaveEqualImagesAlone) {
  const DisplacementField field = register_demons(blob(35, 30), blob(35, 30), zero_field(60, 70));
  EXPECT_EQ(field.x.abs().maxCoeff(), 0);
  EXPECT_EQ(field.y.abs().maxCoeff(), 0);
}

TEST(Demons, FindNothingInConstantImages) {
  const Pixels flat = Pixels::Ones(20, 20);
  const DisplacementField field = register_demons(flat, 0.5f * flat, zero_field(20, 20));
  EXPECT_EQ(field.x.abs().maxCoeff(), 0);
}

TEST(Demons, FindWhatItksFilterFinds) {
  const Pixels fixed = blob(35, 30) + 0.4f * blob(20, 15), moving = blob(37, 29) + 0.4f * blob(21, 17);
  const DisplacementField ours = register_demons(fixed, moving, zero_field(60, 70));
  const DisplacementField itks = peer::register_demons(fixed, moving, {});
  EXPECT_GT(itks.x.abs().maxCoeff(), 1);
  EXPECT_LT((ours.x - itks.x).abs().mean(), 0.02);
  EXPECT_LT((ours.y - itks.y).abs().mean(), 0.02);
  EXPECT_LT((ours.x - itks.x).abs().maxCoeff(), 0.2);
  EXPECT_LT((ours.y - itks.y).abs().maxCoeff(), 0.2);
}

TEST(Demons, TakeNoForceFromWhatLiesOutsideTheImage) {
  DisplacementField away = zero_field(60, 70);
  away.x.setConstant(100);
  DemonsOptions once;
  once.iterations = 1;
  const DisplacementField field = register_demons(blob(35, 30), blob(65, 30), away, once);
  EXPECT_LT((field.x - 100).abs().maxCoeff(), 1e-3);
  EXPECT_EQ(field.y.abs().maxCoeff(), 0);
}

}  // namespace
}  // namespace cmrt1
