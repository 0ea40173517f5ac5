#include "cmrt1/moco/crop.h"

#include <gtest/gtest.h>

namespace cmrt1 {
namespace {

const Geometry grid{60, 40, 2.0, 1.0};

TEST(BoxAbout, CoversTheHalfWidthInMmAndTheMargin) {
  const Box box = box_about(grid, {30, 20}, 10, 2);
  EXPECT_EQ(box.first_column, 30 - 5 - 2);
  EXPECT_EQ(box.columns, 2 * (5 + 2) + 1);
  EXPECT_EQ(box.first_row, 20 - 10 - 2);
  EXPECT_EQ(box.rows, 2 * (10 + 2) + 1);
}

TEST(BoxAbout, EndsWithTheImage) {
  const Box box = box_about(grid, {0, 39}, 10, 500);
  EXPECT_EQ(box.first_column, 0);
  EXPECT_EQ(box.first_row, 0);
  EXPECT_EQ(box.columns, 60);
  EXPECT_EQ(box.rows, 40);
}

TEST(BoxAbout, IsTheImageForAHalfWidthBeyondAnyNumberOfPixels) {
  const Box box = box_about(grid, {30, 20}, 1e300, 4);
  EXPECT_EQ(box.first_column, 0);
  EXPECT_EQ(box.first_row, 0);
  EXPECT_EQ(box.columns, 60);
  EXPECT_EQ(box.rows, 40);
}

TEST(Cropped, KeepsPixelsAndTheirPlaceInThePatient) {
  SeriesImages images;
  images.ti_ms = {100};
  images.magnitude = {{Pixels::Random(40, 60)}, grid};
  images.phase = images.magnitude;
  const Box box{7, 11, 20, 15};
  const SeriesImages part = cropped(images, box);
  EXPECT_EQ(part.magnitude.frames[0](2, 3), images.magnitude.frames[0](13, 10));
  EXPECT_EQ(part.phase->frames[0](14, 19), images.phase->frames[0](25, 26));
  EXPECT_TRUE(consistent(part.magnitude));
  EXPECT_EQ(patient_from_pixel(part.magnitude.geometry, 0, 0), patient_from_pixel(grid, 7, 11));
}

}  // namespace
}  // namespace cmrt1
