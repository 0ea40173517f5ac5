#include "cmrt1/write/dt1_overlay.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/dt1_record.h"
#include "support/picture.h"
#include "write/dt1_style.h"

using namespace cmrt1;

namespace {

Picture overlay(const Dt1Record& record) { return Picture(dt1_overlay_png(record)); }

bool is_red(const Colour& c) { return c == Colour{230, 50, 50}; }

/// Pixels in the colour of a dT1 value.
int coloured(const Picture& picture, double percent) {
  const Colour wanted = colour_of(dt1_scale, percent);
  return picture.count(0, picture.width(), [&](const Colour& c) { return c == wanted; });
}

bool framed(const Picture& picture) {
  const int right = picture.width() - 3, bottom = picture.height() - 3;
  return is_red(picture.at(2, bottom / 2)) && is_red(picture.at(right, bottom / 2)) &&
         is_red(picture.at(right / 2, 2)) && is_red(picture.at(right / 2, bottom));
}

}  // namespace

TEST(Dt1Overlay, IsFramedInRedOnlyWhereFlagged) {
  EXPECT_TRUE(framed(overlay(sample::flagged_dt1_record())));
  const Picture accepted = overlay(sample::dt1_record());
  EXPECT_EQ(accepted.count(0, accepted.width(), is_red), 0);
}

TEST(Dt1Overlay, ShowsTheValuesOfTheMuscleInTheirColour) {
  Dt1Record record = sample::dt1_record();
  record.reactivity.dt1_percent.setConstant(7.5f);
  const int shown = coloured(overlay(record), 7.5);
  record.reactivity.dt1_percent.setConstant(-7.5f);
  EXPECT_GT(shown, 5000);
  EXPECT_GT(coloured(overlay(record), -7.5), 5000);
  EXPECT_LT(coloured(overlay(record), 7.5), 1000) << "the bar alone";
}

TEST(Dt1Overlay, HasNoColourOutsideTheMuscleWhereThatIsKnown) {
  Dt1Record record = sample::dt1_record();
  record.reactivity.dt1_percent.setConstant(7.5f);
  const int muscle = coloured(overlay(record), 7.5);
  record.myocardium = Mask();
  record.muscle.reset();
  EXPECT_GT(coloured(overlay(record), 7.5), 2 * muscle) << "everywhere where it is not known";
}

TEST(Dt1Overlay, SetsUndefinedMuscleApart) {
  Dt1Record record = sample::dt1_record();
  const auto undefined = [](const Colour& c) { return c == undefined_colour; };
  const Picture before = overlay(record);
  record.reactivity.dt1_percent.setConstant(std::numeric_limits<float>::quiet_NaN());
  const Picture after = overlay(record);
  EXPECT_GT(after.count(0, after.width(), undefined), before.count(0, before.width(), undefined) + 5000);
}

TEST(Dt1Overlay, ShowsBothDifferences) {
  Dt1Record record = sample::dt1_record();
  const std::string usual = dt1_overlay_png(record);
  EXPECT_EQ(dt1_overlay_png(record), usual) << "the same in every run";
  record.stress.map.pixels.block(15, 15, 10, 10) += 500;
  EXPECT_NE(dt1_overlay_png(record), usual) << "before";
  record = sample::dt1_record();
  record.reactivity.registered_stress_ms.block(15, 15, 10, 10) += 500;
  EXPECT_NE(dt1_overlay_png(record), usual) << "after";
}

TEST(Dt1Overlay, IsDrawnWhateverIsKnown) {
  Dt1Record record = sample::dt1_record();
  const int width = overlay(record).width();
  record.landmarks.reset();
  record.segments.reset();
  EXPECT_EQ(overlay(record).width(), width);
  record.myocardium = Mask::Zero(sample::rows, sample::columns);
  record.muscle.reset();
  record.dice_before.reset();
  record.key = "\x1b[31m caf\xe9";
  EXPECT_EQ(overlay(record).width(), width);
  record.rest.map.pixels.setConstant(std::numeric_limits<float>::quiet_NaN());
  record.registration.window = {};
  EXPECT_EQ(overlay(record).width(), width);
}
