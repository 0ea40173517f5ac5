#include "cmrt1/heart/window.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/image/short_axis.h"

namespace cmrt1 {
namespace {

Direction scaled(const Direction& direction, double factor) {
  return {factor * direction[0], factor * direction[1]};
}

Direction sum(const Direction& a, const Direction& b) { return {a[0] + b[0], a[1] + b[1]}; }

/// The direction in the patient of a direction in the slice.
double along(const Geometry& geometry, const Direction& direction, const Vector3& axis) {
  return direction[0] * dot(geometry.row_direction, axis) +
         direction[1] * dot(geometry.column_direction, axis);
}

float lowest_value(const Pixels& pixels) {
  float lowest = 0;
  bool any = false;
  for (Eigen::Index i = 0; i < pixels.size(); ++i) {
    const float value = pixels.data()[i];
    if (!std::isfinite(value)) continue;
    lowest = any ? std::min(lowest, value) : value;
    any = true;
  }
  return lowest;
}

/// Linear interpolation; half a pixel beyond the outermost centres the border's values go on, then `outside`.
float sample(const Pixels& pixels, double x, double y, float outside) {
  const auto rows = pixels.rows(), columns = pixels.cols();
  if (!(x >= -0.5 && y >= -0.5 && x <= static_cast<double>(columns) - 0.5 &&
        y <= static_cast<double>(rows) - 0.5))
    return outside;
  x = std::clamp(x, 0.0, static_cast<double>(columns - 1));
  y = std::clamp(y, 0.0, static_cast<double>(rows - 1));
  const auto column =
      std::min<Eigen::Index>(static_cast<Eigen::Index>(x), std::max<Eigen::Index>(columns - 2, 0));
  const auto row = std::min<Eigen::Index>(static_cast<Eigen::Index>(y), std::max<Eigen::Index>(rows - 2, 0));
  const auto right = std::min<Eigen::Index>(column + 1, columns - 1),
             below = std::min<Eigen::Index>(row + 1, rows - 1);
  const float fx = static_cast<float>(x - static_cast<double>(column)),
              fy = static_cast<float>(y - static_cast<double>(row));
  const float upper = pixels(row, column) + fx * (pixels(row, right) - pixels(row, column));
  const float lower = pixels(below, column) + fx * (pixels(below, right) - pixels(below, column));
  return upper + fy * (lower - upper);
}

}  // namespace

Orientation standard_orientation(const Geometry& geometry) {
  Orientation best;
  double best_match = -1e9;
  for (const bool transposed : {false, true})
    for (const double across : {1.0, -1.0})
      for (const double upright : {1.0, -1.0}) {
        const Direction first = {across, 0}, second = {0, upright};
        const Orientation candidate = transposed ? Orientation{second, first} : Orientation{first, second};
        const double match = along(geometry, candidate.right, kShortAxisRight) +
                             along(geometry, candidate.down, kShortAxisDown);
        if (match > best_match + 1e-9) {
          best_match = match;
          best = candidate;
        }
      }
  return best;
}

Orientation turned(const Orientation& orientation, double angle) {
  const double c = std::cos(angle), s = std::sin(angle);
  return {sum(scaled(orientation.right, c), scaled(orientation.down, s)),
          sum(scaled(orientation.right, -s), scaled(orientation.down, c))};
}

Window whole_window(const Geometry& geometry, const Orientation& orientation) {
  return {(geometry.columns - 1) / 2.0, (geometry.rows - 1) / 2.0,
          std::max(geometry.columns * geometry.spacing_x_mm, geometry.rows * geometry.spacing_y_mm),
          orientation};
}

std::array<double, 2> slice_from_window(const Window& window, const Geometry& geometry, int size, double u,
                                        double v) {
  const double step = window.side_mm / size;
  const Direction mm = sum(scaled(window.orientation.right, (u - (size - 1) / 2.0) * step),
                           scaled(window.orientation.down, (v - (size - 1) / 2.0) * step));
  return {window.x + mm[0] / geometry.spacing_x_mm, window.y + mm[1] / geometry.spacing_y_mm};
}

std::array<double, 2> window_from_slice(const Window& window, const Geometry& geometry, int size, double x,
                                        double y) {
  const double cells = size / window.side_mm;
  const Direction mm = {(x - window.x) * geometry.spacing_x_mm, (y - window.y) * geometry.spacing_y_mm};
  const auto part = [&](const Direction& axis) {
    return (mm[0] * axis[0] + mm[1] * axis[1]) * cells + (size - 1) / 2.0;
  };
  return {part(window.orientation.right), part(window.orientation.down)};
}

Pixels cut(const Image& image, const Window& window, int size, std::optional<float> outside) {
  const float beyond = outside.value_or(lowest_value(image.pixels));
  const Pixels values = image.pixels.isFinite().select(image.pixels, beyond);
  const double step = window.side_mm / size;
  const double pixel = std::min(image.geometry.spacing_x_mm, image.geometry.spacing_y_mm);
  const int finer = std::clamp(static_cast<int>(std::lround(step / pixel)), 1, 16);
  Pixels cells(size, size);
  for (int row = 0; row < size; ++row)
    for (int column = 0; column < size; ++column) {
      float total = 0;
      for (int j = 0; j < finer; ++j)
        for (int i = 0; i < finer; ++i) {
          const auto at = slice_from_window(window, image.geometry, size, column + (i + 0.5) / finer - 0.5,
                                            row + (j + 0.5) / finer - 0.5);
          total += sample(values, at[0], at[1], beyond);
        }
      cells(row, column) = total / static_cast<float>(finer * finer);
    }
  return cells;
}

std::vector<Pixels> back_on_slice(std::span<const Pixels> planes, const Window& window,
                                  const Geometry& geometry) {
  std::vector<Pixels> on_slice(planes.size(), Pixels::Zero(geometry.rows, geometry.columns));
  if (planes.empty()) return on_slice;
  const int size = static_cast<int>(planes.front().rows());
  for (int y = 0; y < geometry.rows; ++y)
    for (int x = 0; x < geometry.columns; ++x) {
      const auto at = window_from_slice(window, geometry, size, x, y);
      if (at[0] < -0.5 || at[1] < -0.5 || at[0] > size - 0.5 || at[1] > size - 0.5) continue;
      for (std::size_t k = 0; k < planes.size(); ++k) on_slice[k](y, x) = sample(planes[k], at[0], at[1], 0);
    }
  return on_slice;
}

}  // namespace cmrt1
