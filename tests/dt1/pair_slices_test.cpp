#include "cmrt1/dt1/pair_slices.h"

#include <gtest/gtest.h>

#include <cmath>

#include "cmrt1/base/error.h"

namespace cmrt1 {
namespace {

MapPlace at(double mm, const std::string& protocol = "", double tilt = 0) {
  MapPlace place;
  place.geometry.columns = place.geometry.rows = 100;
  place.geometry.position_mm = {0, 0, mm};
  place.geometry.column_direction = {0, std::cos(tilt), std::sin(tilt)};
  place.protocol = protocol;
  return place;
}

TEST(PairSlices, PutsTheNearestTogetherWhateverTheirOrder) {
  const Pairing found =
      pair_slices(std::vector{at(0), at(20), at(40)}, std::vector{at(41), at(-1), at(20.5)});
  ASSERT_EQ(found.pairs.size(), 3u);
  EXPECT_EQ(found.pairs[0].stress, 1u);
  EXPECT_EQ(found.pairs[1].stress, 2u);
  EXPECT_EQ(found.pairs[2].stress, 0u);
  EXPECT_NEAR(found.pairs[0].distance_mm, -1, 1e-9);
  EXPECT_NEAR(found.pairs[2].distance_mm, 1, 1e-9);
  EXPECT_TRUE(found.unpaired.empty());
}

TEST(PairSlices, ListsWhatHasNoPartnerInsteadOfGuessing) {
  const Pairing found = pair_slices(std::vector{at(0), at(20)}, std::vector{at(6), at(20)});
  ASSERT_EQ(found.pairs.size(), 1u);
  EXPECT_EQ(found.pairs[0].rest, 1u);
  ASSERT_EQ(found.unpaired.size(), 2u);
  EXPECT_FALSE(found.unpaired[0].stress);
  EXPECT_EQ(found.unpaired[0].number, 0u);
  EXPECT_TRUE(found.unpaired[1].stress);
  EXPECT_EQ(found.unpaired[0].reason, "no_map_at_this_slice");
}

TEST(PairSlices, TakesTheWiderToleranceThatIsAskedFor) {
  EXPECT_EQ(pair_slices(std::vector{at(0)}, std::vector{at(6)}, {8, 10}).pairs.size(), 1u);
}

TEST(PairSlices, DoesNotChooseAmongRepeatsAtOnePlace) {
  const Pairing found = pair_slices(std::vector{at(0)}, std::vector{at(0), at(0.2)});
  EXPECT_TRUE(found.pairs.empty());
  ASSERT_EQ(found.unpaired.size(), 3u);
  for (const Unpaired& one : found.unpaired) EXPECT_EQ(one.reason, "several_maps_at_this_slice");
}

TEST(PairSlices, LetsTheProtocolDecideAmongRepeats) {
  const Pairing found =
      pair_slices(std::vector{at(0, "ShMOLLI")}, std::vector{at(0, "MOLLI"), at(0.2, "ShMOLLI")});
  ASSERT_EQ(found.pairs.size(), 1u);
  EXPECT_EQ(found.pairs[0].stress, 1u);
  ASSERT_EQ(found.unpaired.size(), 1u);
  EXPECT_EQ(found.unpaired[0].reason, "no_map_at_this_slice");
}

TEST(PairSlices, PrefersAClearlyNearerMapOfAnotherProtocol) {
  const Pairing found =
      pair_slices(std::vector{at(0, "ShMOLLI")}, std::vector{at(0, "MOLLI"), at(3, "ShMOLLI")});
  ASSERT_EQ(found.pairs.size(), 1u);
  EXPECT_EQ(found.pairs[0].stress, 0u);
}

TEST(PairSlices, LeavesPlanesThatCrossAlone) {
  EXPECT_TRUE(pair_slices(std::vector{at(0)}, std::vector{at(0, "", 0.3)}).pairs.empty());
  EXPECT_EQ(pair_slices(std::vector{at(0)}, std::vector{at(0, "", 0.02)}).pairs.size(), 1u);
}

TEST(PairSlices, RefusesAToleranceBelowZero) { EXPECT_THROW(pair_slices({}, {}, {-1, 10}), UsageError); }

}  // namespace
}  // namespace cmrt1
