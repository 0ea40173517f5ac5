#include "cmrt1/moco/working_grid.h"

#include <gtest/gtest.h>

namespace cmrt1 {
namespace {

const Geometry kGeometry{100, 80, 1.0, 1.0};

TEST(WorkingGrid, CoversTheSquareAboutTheHeartInWholeBlocks) {
  const WorkingGrid grid = working_grid(kGeometry, {50, 40}, 20, 4);
  EXPECT_EQ(grid.factor, 4);
  EXPECT_EQ(grid.first_column, 30);
  EXPECT_EQ(grid.first_row, 20);
  EXPECT_EQ(grid.columns, 10);
  EXPECT_EQ(grid.rows, 10);
}

TEST(WorkingGrid, StaysInsideTheImage) {
  const WorkingGrid grid = working_grid(kGeometry, {2, 78}, 500, 3);
  EXPECT_GE(grid.first_column, 0);
  EXPECT_GE(grid.first_row, 0);
  EXPECT_LE(grid.first_column + grid.columns * grid.factor, 100);
  EXPECT_LE(grid.first_row + grid.rows * grid.factor, 80);
}

TEST(WorkingGrid, TakesAHalfWidthOfAnySize) {
  const WorkingGrid grid = working_grid(kGeometry, {50, 40}, 1e300, 4);
  EXPECT_EQ(grid.columns, 25);
  EXPECT_EQ(grid.rows, 20);
}

TEST(WorkingGrid, KeepsBlockCentresInPlace) {
  const ComplexSeries series{{100}, {{Pixels::Ones(80, 100)}, kGeometry}, {}};
  const WorkingGrid grid = working_grid(kGeometry, {50, 40}, 20, 4);
  const Geometry& coarse = on_working_grid(series, grid).real.geometry;
  EXPECT_EQ(patient_from_pixel(coarse, 0, 0), patient_from_pixel(kGeometry, 31.5, 21.5));
}

TEST(WorkingGrid, BringsALinearFieldThereAndBack) {
  DisplacementField field = zero_field(80, 100);
  for (int column = 0; column < 100; ++column)
    field.x.col(column).setConstant(0.1f * static_cast<float>(column - 50));
  const WorkingGrid grid = working_grid(kGeometry, {50, 40}, 20, 4);
  const DisplacementField back = on_full_grid(on_working_grid(field, grid), grid, kGeometry);
  EXPECT_NEAR(back.x(40, 55), field.x(40, 55), 1e-3);
  EXPECT_NEAR(back.x(33, 41), field.x(33, 41), 1e-3);
  EXPECT_EQ(back.x(40, 10), 0);
}

TEST(WorkingGrid, CarriesAFieldOnToTheBorderWhereNoWholeBlockIsLeft) {
  const Geometry geometry{103, 87, 1.0, 1.0};
  const WorkingGrid grid = working_grid(geometry, {51, 43}, 500, 8);
  const DisplacementField field{Pixels::Ones(grid.rows, grid.columns), Pixels::Ones(grid.rows, grid.columns)};
  const DisplacementField full = on_full_grid(field, grid, geometry);
  EXPECT_EQ(full.x.minCoeff(), 8);
  EXPECT_EQ(full.y.minCoeff(), 8);
}

TEST(RoundWindow, IsOneInsideAndZeroBeyondTheFalloff) {
  const Pixels window = round_window(kGeometry, {50, 40}, 10, 10);
  EXPECT_EQ(window(40, 59), 1);
  EXPECT_NEAR(window(40, 65), 0.5, 1e-5);
  EXPECT_NEAR(window(40, 71), 0, 1e-6);
}

}  // namespace
}  // namespace cmrt1
