#include "cmrt1/heart/place.h"

#include <gtest/gtest.h>

#include <numbers>

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

TEST(PlaceInDirection, PrefersTheUsualSideButNotAtAnyPrice) {
  const Place centre{20, 10, 1};
  const double up_left = -0.75 * std::numbers::pi;
  Pixels chances = Pixels::Zero(20, 30);
  chances(3, 13) = 0.15f;   // up and left
  chances(17, 13) = 0.85f;  // down and left: the inferior insertion, taken for the anterior one
  const Place usual = place_in_direction(chances, centre, up_left);
  EXPECT_NEAR(usual.v, 3, 1e-6);
  EXPECT_NEAR(usual.chance, 0.15, 1e-6);
  chances(3, 13) = 0.001f;
  const Place other = place_in_direction(chances, centre, up_left);
  EXPECT_NEAR(other.v, 17, 1e-6);
  EXPECT_NEAR(other.chance, 0.85, 1e-6);
}

TEST(UsualShare, FallsWithTheAngleAndNotNearTheCentre) {
  const Place centre{20, 10, 1};
  EXPECT_NEAR(usual_share({30, 10, 1}, centre, 0), 1, 1e-6);
  EXPECT_NEAR(usual_share({30, 14, 1}, centre, 0), 1, 1e-6);  // 22 degrees
  EXPECT_NEAR(usual_share({25, 21, 1}, centre, 0), 0.5, 0.05);
  EXPECT_NEAR(usual_share({10, 10, 1}, centre, 0), 0.03, 0.01);
  EXPECT_NEAR(usual_share({18, 10, 1}, centre, 0), 1, 1e-6);
}

TEST(PlaceInDirection, DoesNotMoveTheMeanOfWhatIsNear) {
  Pixels chances = Pixels::Zero(20, 30);
  for (int row = 4; row < 7; ++row)
    for (int column = 10; column < 13; ++column) chances(row, column) = 1 / 9.0f;
  const Place centre{14, 12, 1};
  const Place place = place_in_direction(chances, centre, -0.5 * std::numbers::pi);
  EXPECT_NEAR(place.u, 11, 1e-5);
  EXPECT_NEAR(place.v, 5, 1e-5);
}

TEST(PlaceOf, OfNothingHasNoChance) { EXPECT_EQ(place_of(Pixels::Zero(4, 4)).chance, 0); }

}  // namespace
}  // namespace cmrt1
