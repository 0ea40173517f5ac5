#include "cmrt1/field/fields.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cmrt1 {
namespace {

std::vector<DisplacementField> folding_pair() {
  DisplacementField field = zero_field(40, 40);
  for (int column = 0; column < 40; ++column)
    field.x.col(column).setConstant(6 * std::sin(0.6f * static_cast<float>(column)));
  return {field, {-field.x, -field.y}};
}

TEST(Fields, LoseTheirMean) {
  DisplacementField a = zero_field(3, 3), b = zero_field(3, 3);
  a.x.setConstant(5);
  b.x.setConstant(1);
  const auto fields = without_mean({a, b});
  EXPECT_TRUE((fields[0].x == 2).all());
  EXPECT_TRUE((fields[1].x == -2).all());
}

TEST(Fields, AreSmoothedUntilTheyDoNotFold) {
  ASSERT_LT(smallest_jacobian(folding_pair()), 0);
  const auto fields = made_invertible(folding_pair(), 0.05);
  EXPECT_GE(smallest_jacobian(fields), 0.05);
  EXPECT_GT(fields[0].x.abs().maxCoeff(), 0);
  EXPECT_LT((fields[0].x + fields[1].x).abs().maxCoeff(), 1e-5);
}

TEST(Fields, StayAsTheyAreWhereTheyDoNotFold) {
  DisplacementField field = zero_field(10, 10);
  field.y.setConstant(2);
  EXPECT_TRUE((made_invertible({field})[0].y == field.y).all());
}

}  // namespace
}  // namespace cmrt1
