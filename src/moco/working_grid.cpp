#include "cmrt1/moco/working_grid.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "cmrt1/field/resample.h"

namespace cmrt1 {
namespace {

struct Span {
  int first;
  int blocks;
};

/// Whole blocks between centre - half and centre + half, inside 0...size-1.
Span span_about(double centre, double half, int size, int factor) {
  const auto first = static_cast<int>(std::clamp(std::floor(centre - half), 0.0, size - 1.0));
  const auto last = static_cast<int>(std::clamp(std::ceil(centre + half), 1.0 * first, size - 1.0));
  return {first, std::max(1, (last - first + 1) / factor)};
}

/// Where the `size` pixels of an axis lie among its blocks; not a number beyond. A field ends a block before
/// the first and after the last block's centre, or with the image where that leaves no room for another
/// block.
std::vector<double> places_on_grid(int first, int blocks, int factor, int size) {
  const bool at_border = first + factor * (blocks + 1) > size;
  const double end = blocks + (at_border ? 0.5 : 0.0);
  std::vector<double> places;
  for (int i = 0; i < size; ++i) {
    const double place = (i - first - (factor - 1) / 2.0) / factor;
    places.push_back(place > -1 && place < end ? place : std::numeric_limits<double>::quiet_NaN());
  }
  return places;
}

Pixels block_means(const Pixels& image, const WorkingGrid& grid) {
  Pixels means(grid.rows, grid.columns);
  const int width = grid.columns * grid.factor;
  const float share = 1.0f / static_cast<float>(grid.factor * grid.factor);
  for (int row = 0; row < grid.rows; ++row) {
    const Eigen::RowVectorXf sums =
        image.block(grid.first_row + row * grid.factor, grid.first_column, grid.factor, width)
            .colwise()
            .sum()
            .matrix();
    means.row(row).setZero();
    for (int i = 0; i < grid.factor; ++i)
      means.row(row) += sums(Eigen::seqN(i, grid.columns, grid.factor)).array();
    means.row(row) *= share;
  }
  return means;
}

Geometry geometry_of(const Geometry& full, const WorkingGrid& grid) {
  Geometry geometry = full;
  const double offset = (grid.factor - 1) / 2.0;
  geometry.columns = grid.columns;
  geometry.rows = grid.rows;
  geometry.spacing_x_mm *= grid.factor;
  geometry.spacing_y_mm *= grid.factor;
  geometry.position_mm = patient_from_pixel(full, grid.first_column + offset, grid.first_row + offset);
  return geometry;
}

}  // namespace

WorkingGrid working_grid(const Geometry& geometry, const std::array<double, 2>& centre_px,
                         double half_width_mm, double block_mm) {
  const double spacing = std::sqrt(geometry.spacing_x_mm * geometry.spacing_y_mm);
  const int largest = std::max(1, std::min(geometry.columns, geometry.rows));
  const int factor = std::clamp(static_cast<int>(std::lround(block_mm / spacing)), 1, largest);
  const Span x = span_about(centre_px[0], half_width_mm / geometry.spacing_x_mm, geometry.columns, factor);
  const Span y = span_about(centre_px[1], half_width_mm / geometry.spacing_y_mm, geometry.rows, factor);
  return {std::min(x.first, geometry.columns - factor * x.blocks),
          std::min(y.first, geometry.rows - factor * y.blocks), x.blocks, y.blocks, factor};
}

ComplexSeries on_working_grid(const ComplexSeries& series, const WorkingGrid& grid, int threads) {
  return transformed(series, geometry_of(series.real.geometry, grid), threads,
                     [&](const Pixels& frame) { return block_means(frame, grid); });
}

DisplacementField on_full_grid(const DisplacementField& field, const WorkingGrid& grid,
                               const Geometry& geometry) {
  const auto rows = places_on_grid(grid.first_row, grid.rows, grid.factor, geometry.rows);
  const auto columns = places_on_grid(grid.first_column, grid.columns, grid.factor, geometry.columns);
  const float factor = static_cast<float>(grid.factor);
  return {factor * at_crossings(field.x, rows, columns), factor * at_crossings(field.y, rows, columns)};
}

DisplacementField on_working_grid(const DisplacementField& field, const WorkingGrid& grid) {
  const float scale = 1.0f / static_cast<float>(grid.factor);
  return {scale * block_means(field.x, grid), scale * block_means(field.y, grid)};
}

Pixels round_window(const Geometry& geometry, const std::array<double, 2>& centre_px, double radius_mm,
                    double falloff_mm) {
  Pixels window(geometry.rows, geometry.columns);
  for (int row = 0; row < geometry.rows; ++row)
    for (int column = 0; column < geometry.columns; ++column) {
      const double distance = std::hypot((column - centre_px[0]) * geometry.spacing_x_mm,
                                         (row - centre_px[1]) * geometry.spacing_y_mm);
      const double beyond = std::clamp((distance - radius_mm) / falloff_mm, 0.0, 1.0);
      window(row, column) = static_cast<float>(0.5 + 0.5 * std::cos(std::numbers::pi * beyond));
    }
  return window;
}

}  // namespace cmrt1
