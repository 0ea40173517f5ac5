#include "cmrt1/image/geometry.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace cmrt1;

namespace {

Geometry oblique() {
  Geometry g;
  g.columns = 40;
  g.rows = 30;
  g.spacing_x_mm = 0.9;
  g.spacing_y_mm = 1.3;
  g.position_mm = {10, -20, 5};
  g.row_direction = {std::sqrt(0.5), std::sqrt(0.5), 0};
  g.column_direction = {0, 0, -1};
  return g;
}

}  // namespace

TEST(Geometry, TakesPixelsToThePatientAndBack) {
  const auto back = pixel_from_patient(oblique(), patient_from_pixel(oblique(), 12.25, 7.5));
  EXPECT_NEAR(back[0], 12.25, 1e-9);
  EXPECT_NEAR(back[1], 7.5, 1e-9);
}

TEST(Geometry, MovesAlongRowsByTheColumnSpacing) {
  const auto first = patient_from_pixel(oblique(), 0, 0);
  const auto next = patient_from_pixel(oblique(), 1, 0);
  EXPECT_NEAR(std::hypot(next[0] - first[0], next[1] - first[1], next[2] - first[2]), 0.9, 1e-12);
}

TEST(SliceLocation, ChangesAlongTheNormalAlone) {
  Geometry shifted = oblique();
  const auto normal = slice_normal(shifted);
  for (int i = 0; i < 3; ++i) shifted.position_mm[i] += 8 * normal[i] + 3 * shifted.row_direction[i];
  EXPECT_NEAR(slice_location_mm(shifted) - slice_location_mm(oblique()), 8, 1e-9);
}

TEST(SameGrid, SeesAShiftASizeAndARotation) {
  EXPECT_TRUE(same_grid(oblique(), oblique()));
  Geometry shifted = oblique();
  shifted.position_mm[0] += 0.5;
  EXPECT_FALSE(same_grid(oblique(), shifted));
  Geometry larger = oblique();
  larger.rows += 1;
  EXPECT_FALSE(same_grid(oblique(), larger));
  Geometry turned = oblique();
  turned.column_direction = {0, 0, 1};
  EXPECT_FALSE(same_grid(oblique(), turned));
}
