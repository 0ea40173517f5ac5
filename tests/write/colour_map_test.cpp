#include "cmrt1/write/colour_map.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace cmrt1;

namespace {

double luminance(const Colour& colour) {
  const auto linear = [](std::uint8_t channel) { return std::pow(channel / 255.0, 2.2); };
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}

}  // namespace

TEST(ColourMap, GrowsLighterWithTheValue) {
  for (const ColourMap map : {ColourMap::inferno, ColourMap::viridis})
    for (int i = 0; i < 255; ++i)
      EXPECT_LE(luminance(colour_of({map, 0, 255}, i)), luminance(colour_of({map, 0, 255}, i + 1)) + 1e-3)
          << i;
}

TEST(ColourMap, BeginsAndEndsWhereThePublishedTablesDo) {
  EXPECT_EQ(colour_of({ColourMap::viridis, 0, 1}, 0), (Colour{68, 1, 84}));
  EXPECT_EQ(colour_of({ColourMap::viridis, 0, 1}, 1), (Colour{253, 231, 37}));
  EXPECT_EQ(colour_of({ColourMap::inferno, 0, 1}, 0), (Colour{0, 0, 4}));
}

TEST(ColourMap, TakesTheEndForValuesBeyond) {
  const ColourScale scale{ColourMap::viridis, 0, 2000};
  EXPECT_EQ(colour_of(scale, -5), colour_of(scale, 0));
  EXPECT_EQ(colour_of(scale, 9000), colour_of(scale, 2000));
}

TEST(ColourMap, SetsUndefinedValuesApart) {
  EXPECT_EQ(colour_of({ColourMap::viridis, 0, 1}, std::nan("")), undefined_colour);
}

TEST(ColourMap, CoolWarmHasThePublishedEndsAndMiddle) {
  const ColourScale scale{ColourMap::cool_warm, -15, 15};
  EXPECT_EQ(colour_of(scale, -15), (Colour{59, 76, 192}));
  EXPECT_EQ(colour_of(scale, 15), (Colour{180, 4, 38}));
  for (const std::uint8_t channel : colour_of(scale, 0)) EXPECT_NEAR(channel, 221, 1);
}

TEST(ColourMap, CoolWarmIsLightestInTheMiddleAndDarkensEvenlyToBothSides) {
  const ColourScale scale{ColourMap::cool_warm, -100, 100};
  constexpr double rounding = 0.004;  // of three channels of 8 bits
  for (int i = 0; i < 100; ++i) {
    EXPECT_GE(luminance(colour_of(scale, i)) + rounding, luminance(colour_of(scale, i + 1)));
    EXPECT_GE(luminance(colour_of(scale, -i)) + rounding, luminance(colour_of(scale, -i - 1)));
    EXPECT_NEAR(std::cbrt(luminance(colour_of(scale, i))), std::cbrt(luminance(colour_of(scale, -i))), 0.06);
  }
}
