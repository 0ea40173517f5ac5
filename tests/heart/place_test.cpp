#include "cmrt1/heart/place.h"

#include <gtest/gtest.h>

namespace cmrt1 {
namespace {

TEST(PlaceOf, IsTheMeanAboutTheLikeliestCell) {
  Pixels chances = Pixels::Zero(20, 30);
  chances(8, 10) = 0.5f;
  chances(8, 11) = 0.25f;
  chances(2, 28) = 0.25f;  // far away
  const Place place = place_of(chances);
  EXPECT_NEAR(place.u, 10 + 1 / 3.0, 1e-6);
  EXPECT_NEAR(place.v, 8, 1e-6);
  EXPECT_NEAR(place.chance, 0.75, 1e-6);
}

TEST(PlaceOf, OfNothingHasNoChance) { EXPECT_EQ(place_of(Pixels::Zero(4, 4)).chance, 0); }

}  // namespace
}  // namespace cmrt1
