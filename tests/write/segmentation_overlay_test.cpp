#include "cmrt1/write/segmentation_overlay.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/picture.h"
#include "support/segmentation_record.h"

using namespace cmrt1;

namespace {

Picture overlay(const SegmentationRecord& record, std::size_t slice = 0) {
  return Picture(segmentation_overlay_png(record, slice));
}

bool red(const Colour& c) { return c[0] > 180 && c[1] < 80 && c[2] < 80; }
bool green(const Colour& c) { return c[1] > 160 && c[0] < 140 && c[2] < 170; }
bool yellow(const Colour& c) { return c[0] > 200 && c[1] > 150 && c[2] < 110; }

/// The corners and the middles of the edges.
int red_places(const Picture& picture) {
  int found = 0;
  for (const int x : {2, picture.width() / 2, picture.width() - 3})
    for (const int y : {2, picture.height() / 2, picture.height() - 3})
      if (x != picture.width() / 2 || y != picture.height() / 2) found += red(picture.at(x, y));
  return found;
}

}  // namespace

TEST(SegmentationOverlay, IsFramedInRedWhereFlagged) {
  EXPECT_EQ(red_places(overlay(sample::segmentation_record(), 1)), 8);
  EXPECT_EQ(red_places(overlay(sample::segmentation_record(), 3)), 8);
}

TEST(SegmentationOverlay, IsNowhereRedWhereAccepted) {
  const Picture accepted = overlay(sample::segmentation_record(), 0);
  EXPECT_EQ(accepted.count(0, accepted.width(), red), 0);
}

TEST(SegmentationOverlay, ShowsBothContoursWholeAndEnlarged) {
  const Picture picture = overlay(sample::segmentation_record());
  const int middle = picture.width() / 2;
  for (const auto& is : {green, yellow}) {
    EXPECT_GT(picture.count(0, middle, is), 100);
    EXPECT_GT(picture.count(middle, picture.width(), is), picture.count(0, middle, is)) << "larger";
  }
}

TEST(SegmentationOverlay, HasNoContoursWithoutAHeart) {
  const Picture picture = overlay(sample::segmentation_record(), 3);
  EXPECT_EQ(picture.count(0, picture.width(), green) + picture.count(0, picture.width(), yellow), 0);
}

TEST(SegmentationOverlay, ShowsTheImageItIsGiven) {
  SegmentationRecord record = sample::segmentation_record();
  const std::string before = segmentation_overlay_png(record, 0);
  EXPECT_EQ(segmentation_overlay_png(record, 0), before) << "the same in every run";
  record.loaded.images[0].image.pixels = record.loaded.images[0].image.pixels.colwise().reverse().eval();
  record.loaded.images[0].image.pixels.topRows(15) += 500;
  EXPECT_NE(segmentation_overlay_png(record, 0), before);
}

TEST(SegmentationOverlay, IsDrawnWhateverTheImageHolds) {
  for (const float value :
       {0.0f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    SegmentationRecord record = sample::segmentation_record();
    record.loaded.images[0].image.pixels = value;
    EXPECT_NO_THROW(overlay(record)) << value;
  }
}

TEST(SegmentationOverlay, StaysOfOneSizeForAStripOfAnImage) {
  const Picture usual = overlay(sample::segmentation_record());
  for (const double spacing_mm : {0.001, 500.0}) {
    SegmentationRecord record = sample::segmentation_record();
    record.loaded.images[0].image.geometry.spacing_y_mm = spacing_mm;
    const Picture strip = overlay(record);
    EXPECT_EQ(strip.width(), usual.width());
    EXPECT_EQ(strip.height(), usual.height());
  }
}

TEST(SegmentationOverlay, IsDrawnWhateverTheFilesName) {
  for (const char* name : {"caf\xe9", "two\nlines", "\x1b[31m"}) {
    SegmentationRecord record = sample::segmentation_record();
    record.series.key = name;
    EXPECT_NO_THROW(overlay(record)) << name;
  }
}
