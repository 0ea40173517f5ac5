#include "cmrt1/moco/level.h"

#include <gtest/gtest.h>

#include "moco/moving_heart.h"

namespace cmrt1 {
namespace {

Level level_of(const SeriesImages& images) {
  const Geometry& geometry = images.magnitude.geometry;
  return make_level(complex_series(images), 4, {(geometry.columns - 1) / 2.0, (geometry.rows - 1) / 2.0}, {});
}

Fields no_motion(const Level& level) {
  return Fields(level.moving.frames.size(), zero_field(level.grid.rows, level.grid.columns));
}

TEST(Improve, GoesOnAsLongAsRoundsTakeAwayEnough) {
  const Level level = level_of(testing::moving_heart().images);
  const Fields still = no_motion(level);
  const auto rounds = [&](double least_gain) {
    return improve(level, still, still,
                   {.rounds = 3, .iterations = 8, .least_gain = least_gain, .patience = 1})
        .rounds;
  };
  EXPECT_GT(rounds(0), 1);
  EXPECT_EQ(rounds(0.99), 1) << "the first round is kept, but no other follows";
}

TEST(Improve, KeepsTheFieldsThatLeaveLeastUnexplained) {
  const Level level = level_of(testing::moving_heart().images);
  const Fields still = no_motion(level);
  const Improved once =
      improve(level, still, still, {.rounds = 1, .iterations = 8, .least_gain = 0, .patience = 2});
  const Improved more =
      improve(level, still, still, {.rounds = 4, .iterations = 8, .least_gain = 0, .patience = 2});
  EXPECT_LT(unexplained(level, once.fields), unexplained(level, still));
  EXPECT_LT(unexplained(level, more.fields), unexplained(level, once.fields));
}

}  // namespace
}  // namespace cmrt1
