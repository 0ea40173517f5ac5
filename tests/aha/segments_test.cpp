#include "cmrt1/aha/segments.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

namespace cmrt1 {
namespace {

TEST(Segments, AreSixteenWithCodesOfTheirOwn) {
  std::set<std::string> codes, names;
  for (const Segment& one : aha_segments()) {
    codes.insert(one.snomed_code);
    names.insert(one.name);
    EXPECT_EQ(&one, &aha_segments()[static_cast<std::size_t>(one.number - 1)]);
  }
  EXPECT_EQ(codes.size(), 16u);
  EXPECT_EQ(names.size(), 16u);
}

TEST(Segments, OfALevelCoverTheCircleOnce) {
  for (const Level level : {Level::basal, Level::mid, Level::apical}) {
    double covered = 0;
    for (const Segment& one : segments_of(level)) covered += one.to_deg - one.from_deg;
    EXPECT_EQ(covered, 360);
    for (double angle = -360; angle < 720; angle += 0.5) {
      const Segment& found = segment_at(level, angle);
      const double within = std::fmod(angle - found.from_deg + 1080, 360);
      EXPECT_LT(within, found.to_deg - found.from_deg) << angle;
    }
  }
}

TEST(Segments, ABorderBelongsToTheOneThatBeginsThere) {
  EXPECT_EQ(segment_at(Level::mid, 0).number, 8);
  EXPECT_EQ(segment_at(Level::mid, 60).number, 9);
  EXPECT_EQ(segment_at(Level::apical, 15).number, 14);
  EXPECT_EQ(segment_at(Level::apical, 0).number, 13);
}

}  // namespace
}  // namespace cmrt1
