#include "dt1/cells.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace cmrt1 {
namespace {

constexpr float kNoValue = 0;

float scale_of(const Cells& ms) {
  std::vector<float> values;
  for (const Pixels* map : {&ms.rest, &ms.stress}) {
    const auto middle = map->block(kCells / 4, kCells / 4, kCells / 2, kCells / 2);
    for (const float value : middle.reshaped())
      if (value > 0) values.push_back(value);
  }
  return 2 * std::max(1.0f, values.empty() ? 1.0f : quantile(std::move(values), 0.5));
}

}  // namespace

Window window_about(const std::array<double, 2>& centre_px) {
  return {centre_px[0], centre_px[1], kWindowMm, Orientation{}};
}

Cells cells_in(const Image& rest, const Image& stress, const Window& window,
               const std::array<double, 2>& start) {
  const Window moved = window_about({window.x + start[0] * kCellMm / rest.geometry.spacing_x_mm,
                                     window.y + start[1] * kCellMm / rest.geometry.spacing_y_mm});
  return {cut(rest, window, kCells, kNoValue), cut(stress, moved, kCells, kNoValue)};
}

Cells scaled(const Cells& ms) {
  const float scale = scale_of(ms);
  return {(ms.rest / scale).min(1.5f), (ms.stress / scale).min(1.5f)};
}

Mask disc_about_middle(double radius_mm) {
  Mask disc(kCells, kCells);
  for (int y = 0; y < kCells; ++y)
    for (int x = 0; x < kCells; ++x)
      disc(y, x) = std::hypot(x - 0.5 * (kCells - 1), y - 0.5 * (kCells - 1)) * kCellMm <= radius_mm;
  return disc;
}

DisplacementField on_grid(const DisplacementField& field, const std::array<double, 2>& start,
                          const Window& window, const Geometry& grid) {
  DisplacementField places =
      zero_field(grid.rows, grid.columns);  // from a pixel to its place among the cells
  for (int y = 0; y < grid.rows; ++y)
    for (int x = 0; x < grid.columns; ++x) {
      const auto at = window_from_slice(window, grid, kCells, x, y);
      places.x(y, x) = static_cast<float>(at[0] - x);
      places.y(y, x) = static_cast<float>(at[1] - y);
    }
  const auto in_px = [&](const Pixels& cells, double from, double spacing_mm) -> Pixels {
    return (warp(cells, places) + static_cast<float>(from)) * static_cast<float>(kCellMm / spacing_mm);
  };
  return {in_px(field.x, start[0], grid.spacing_x_mm), in_px(field.y, start[1], grid.spacing_y_mm)};
}

}  // namespace cmrt1
