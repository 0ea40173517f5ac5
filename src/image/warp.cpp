#include "cmrt1/image/warp.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "cmrt1/image/interpolation.h"

namespace cmrt1 {
namespace {

int clamp_index(int i, Eigen::Index size) { return std::clamp(i, 0, static_cast<int>(size) - 1); }

/// Where to read along one axis: the pixel below and the fraction towards the next.
struct Place {
  int below;
  float fraction;
};

Place place_of(float coordinate, Eigen::Index size) {
  // fmax takes 0 where the coordinate is not a number.
  const float inside = std::fmin(std::fmax(coordinate, 0.0f), static_cast<float>(size - 1));
  const int below = static_cast<int>(inside);
  return {below, inside - static_cast<float>(below)};
}

float sample_linear(const Pixels& image, float x, float y) {
  const Place px = place_of(x, image.cols());
  const Place py = place_of(y, image.rows());
  const int right = clamp_index(px.below + 1, image.cols());
  const int down = clamp_index(py.below + 1, image.rows());
  const float top =
      image(py.below, px.below) + px.fraction * (image(py.below, right) - image(py.below, px.below));
  const float bottom = image(down, px.below) + px.fraction * (image(down, right) - image(down, px.below));
  return top + py.fraction * (bottom - top);
}

float sample_cubic(const Pixels& image, float x, float y) {
  const Place px = place_of(x, image.cols());
  const Place py = place_of(y, image.rows());
  const auto wx = catmull_rom(px.fraction);
  const auto wy = catmull_rom(py.fraction);
  float sum = 0;
  for (int j = 0; j < 4; ++j) {
    const int row = clamp_index(py.below + j - 1, image.rows());
    float line = 0;
    for (int i = 0; i < 4; ++i) line += wx[i] * image(row, clamp_index(px.below + i - 1, image.cols()));
    sum += wy[j] * line;
  }
  return sum;
}

template <typename Sample>
Pixels warp_with(const Pixels& image, const DisplacementField& field, Sample sample) {
  Pixels warped(field.x.rows(), field.x.cols());
  for (Eigen::Index row = 0; row < warped.rows(); ++row)
    for (Eigen::Index column = 0; column < warped.cols(); ++column)
      warped(row, column) = sample(image, static_cast<float>(column) + field.x(row, column),
                                   static_cast<float>(row) + field.y(row, column));
  return warped;
}

/// d/dx of `values`: central differences inside, one-sided at the border.
Pixels derivative_x(const Pixels& values) {
  Pixels slope(values.rows(), values.cols());
  for (Eigen::Index column = 0; column < values.cols(); ++column) {
    const int left = clamp_index(static_cast<int>(column) - 1, values.cols());
    const int right = clamp_index(static_cast<int>(column) + 1, values.cols());
    slope.col(column) =
        (values.col(right) - values.col(left)) / static_cast<float>(std::max(1, right - left));
  }
  return slope;
}

Pixels derivative_y(const Pixels& values) { return derivative_x(values.transpose()).transpose(); }

}  // namespace

DisplacementField zero_field(int rows, int columns) {
  return {Pixels::Zero(rows, columns), Pixels::Zero(rows, columns)};
}

Pixels warp(const Pixels& image, const DisplacementField& field, Interpolation interpolation) {
  return interpolation == Interpolation::linear ? warp_with(image, field, sample_linear)
                                                : warp_with(image, field, sample_cubic);
}

Mask leaves_image(const DisplacementField& field) {
  Mask outside(field.x.rows(), field.x.cols());
  const float last_column = static_cast<float>(field.x.cols()) - 0.5f;
  const float last_row = static_cast<float>(field.x.rows()) - 0.5f;
  for (Eigen::Index row = 0; row < outside.rows(); ++row)
    for (Eigen::Index column = 0; column < outside.cols(); ++column) {
      const float x = static_cast<float>(column) + field.x(row, column);
      const float y = static_cast<float>(row) + field.y(row, column);
      const bool inside = x >= -0.5f && x <= last_column && y >= -0.5f && y <= last_row;
      outside(row, column) = inside ? 0 : 1;
    }
  return outside;
}

DisplacementField compose(const DisplacementField& outer, const DisplacementField& inner) {
  return {outer.x + warp(inner.x, outer, Interpolation::linear),
          outer.y + warp(inner.y, outer, Interpolation::linear)};
}

DisplacementField exponential(const DisplacementField& velocity, int squarings) {
  const float scale = 1.0f / static_cast<float>(1 << squarings);
  DisplacementField field{velocity.x * scale, velocity.y * scale};
  for (int i = 0; i < squarings; ++i) field = compose(field, field);
  return field;
}

Pixels jacobian_determinant(const DisplacementField& field) {
  return (1 + derivative_x(field.x)) * (1 + derivative_y(field.y)) -
         derivative_y(field.x) * derivative_x(field.y);
}

Pixels magnitude_mm(const DisplacementField& field, const Geometry& geometry) {
  const float sx = static_cast<float>(geometry.spacing_x_mm);
  const float sy = static_cast<float>(geometry.spacing_y_mm);
  return ((field.x * sx).square() + (field.y * sy).square()).sqrt();
}

}  // namespace cmrt1
