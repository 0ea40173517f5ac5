#include "cmrt1/aha/levels.h"

#include <gtest/gtest.h>

namespace cmrt1 {
namespace {

std::vector<Level> levels(const std::vector<double>& along) {
  std::vector<Level> all;
  for (const SliceLevel& one : levels_along(along)) all.push_back(one.level);
  return all;
}

using enum Level;

TEST(LevelsAlong, TakesThreeSlicesInTheirOrderFromTheBase) {
  EXPECT_EQ(levels({40, 0, 20}), (std::vector{apical, basal, mid}));
}

TEST(LevelsAlong, TakesThreeSlicesInTheirOrderHoweverFarApart) {
  EXPECT_EQ(levels({0, 10, 60}), (std::vector{basal, mid, apical}));
  EXPECT_EQ(levels({0, 0.3, 50, 60, 60.4}), (std::vector{basal, basal, mid, apical, apical}));
}

TEST(LevelsAlong, AssumesThatTwoSlicesAreMidSinceNothingTellsWhichTheyAre) {
  for (const SliceLevel& one : levels_along(std::vector<double>{30, 0})) {
    EXPECT_EQ(one.level, mid);
    EXPECT_EQ(one.source, LevelSource::assumed);
  }
}

TEST(LevelsAlong, DividesAStackIntoThirds) {
  EXPECT_EQ(levels({0, 10, 20, 30, 40, 50, 60, 70, 80, 90}),
            (std::vector{basal, basal, basal, mid, mid, mid, mid, apical, apical, apical}));
}

TEST(LevelsAlong, TakesPhasesOfASliceForOneSlice) {
  EXPECT_EQ(levels({0, 0, 20, 20, 40, 40}), (std::vector{basal, basal, mid, mid, apical, apical}));
}

TEST(SliceCount, CountsPhasesOnce) {
  EXPECT_EQ(slice_count(std::vector<double>{0, 0.4, 20, 20, 40}), 3u);
  EXPECT_EQ(slice_count({}), 0u);
}

TEST(LevelsAlong, AssumesThatOneSliceIsMidAndSaysSo) {
  const std::vector<double> phases = {12, 12.2};
  for (const SliceLevel& one : levels_along(phases)) {
    EXPECT_EQ(one.level, mid);
    EXPECT_EQ(one.source, LevelSource::assumed);
  }
}

TEST(LevelsAlong, FollowsWhatIsGiven) {
  const std::vector<double> along = {0, 20};
  for (const SliceLevel& one : levels_along(along, basal)) {
    EXPECT_EQ(one.level, basal);
    EXPECT_EQ(one.source, LevelSource::given);
  }
}

}  // namespace
}  // namespace cmrt1
