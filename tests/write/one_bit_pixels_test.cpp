#include "write/one_bit_pixels.h"

#include <gtest/gtest.h>

using namespace cmrt1;

namespace {

Mask row(std::initializer_list<int> values) {
  Mask made(1, static_cast<Eigen::Index>(values.size()));
  Eigen::Index i = 0;
  for (const int value : values) made(0, i++) = static_cast<std::uint8_t>(value);
  return made;
}

}  // namespace

TEST(OneBitPixels, PutTheFirstPixelIntoTheLowestBit) {
  EXPECT_EQ(packed_bits({row({1, 0, 0, 0, 0, 0, 0, 0, 0, 1})}), (std::vector<std::uint8_t>{0x01, 0x02}));
}

TEST(OneBitPixels, GoOnFromFrameToFrameWithoutAGap) {
  const std::vector<Mask> frames = {row({1, 0, 1}), row({1, 1, 0}), row({0, 1, 1})};
  EXPECT_EQ(packed_bits(frames), (std::vector<std::uint8_t>{0b10011101, 0b1}));
}

TEST(OneBitPixels, FillAnEvenNumberOfBytes) {
  EXPECT_EQ(packed_bits({row({0})}).size(), 2u);
  EXPECT_EQ(packed_bits({Mask::Ones(4, 4)}), (std::vector<std::uint8_t>{0xff, 0xff}));
  EXPECT_EQ(packed_bits({Mask::Ones(1, 17)}), (std::vector<std::uint8_t>{0xff, 0xff, 1, 0}));
}

TEST(OneBitPixels, TakeEveryLabelForOne) { EXPECT_EQ(packed_bits({row({0, 2, 255})})[0], 0b110); }
