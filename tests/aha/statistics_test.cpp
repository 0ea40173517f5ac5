#include "cmrt1/aha/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cmrt1 {
namespace {

/// The LV's centre in column 60 and row 50, the insertion up left of it.
Division mid_slice() {
  Division division{{60, 50}, {39, 29}, Level::mid, Sense::anticlockwise, {}};
  division.geometry.columns = 120;
  division.geometry.rows = 100;
  division.geometry.spacing_x_mm = division.geometry.spacing_y_mm = 1;
  return division;
}

TEST(SegmentStatistics, CountWhatIsDefinedInEachHalf) {
  const Division one = mid_slice();
  const Wall wall = round_wall(14, 26);
  const SegmentMap map = segment_map(pixels_of(wall, one), wall, one);
  Pixels values = map.depth.isFinite().select(1000 + 200 * (map.depth >= 0.5f).cast<float>(), map.depth);
  values(50, 60 - 15) = std::nanf("");
  const auto all = segment_statistics(map, values, one.level);
  ASSERT_EQ(all.size(), 6u);
  int undefined = 0;
  for (const SegmentStatistics& segment : all) {
    EXPECT_EQ(segment.subendocardial.mean, 1000);
    EXPECT_EQ(segment.subepicardial.mean, 1200);
    EXPECT_EQ(segment.subendocardial.pixels + segment.subepicardial.pixels, segment.whole.pixels);
    undefined += segment.whole.undefined_pixels;
  }
  EXPECT_EQ(undefined, 1);
  const SegmentMap nothing{Mask::Zero(100, 120), map.depth};
  EXPECT_TRUE(std::isnan(segment_statistics(nothing, values, one.level)[0].whole.mean));
}

TEST(StatisticsOf, AreThoseOfTheFiniteValues) {
  Pixels values(1, 5);
  values << 1, 2, 6, std::nanf(""), 100;
  Mask mask(1, 5);
  mask << 1, 1, 1, 1, 0;
  const Statistics found = statistics_of(values, mask);
  EXPECT_EQ(found.mean, 3);
  EXPECT_NEAR(found.sd, std::sqrt(7), 1e-9);
  EXPECT_EQ(found.median, 2);
  EXPECT_EQ(found.pixels, 3);
  EXPECT_EQ(found.undefined_pixels, 1);
}

TEST(StatisticsOf, KnowNoSpreadOfOneValue) {
  const Statistics found = statistics_of(Pixels::Constant(1, 1, 7), Mask::Ones(1, 1));
  EXPECT_EQ(found.mean, 7);
  EXPECT_TRUE(std::isnan(found.sd));
}

}  // namespace
}  // namespace cmrt1
