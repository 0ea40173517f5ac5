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
  const auto last = static_cast<float>(size - 1);
  // A coordinate that is not a number is read at 0.
  const float inside = coordinate > 0 ? (coordinate < last ? coordinate : last) : 0;
  const int below = static_cast<int>(inside);
  return {below, inside - static_cast<float>(below)};
}

/// The four pixels about a place, as offsets into the data, and where between them it lies.
struct LinearSample {
  Eigen::Index origin, right, down;
  float x, y;

  LinearSample(const Pixels& image, float at_x, float at_y) {
    const Place px = place_of(at_x, image.cols()), py = place_of(at_y, image.rows());
    origin = py.below * image.cols() + px.below;
    right = px.below + 1 < image.cols() ? 1 : 0;
    down = py.below + 1 < image.rows() ? image.cols() : 0;
    x = px.fraction;
    y = py.fraction;
  }

  float of(const Pixels& image) const {
    const float *above = image.data() + origin, *beneath = above + down;
    const float top = above[0] + x * (above[right] - above[0]);
    const float bottom = beneath[0] + x * (beneath[right] - beneath[0]);
    return top + y * (bottom - top);
  }
};

float sample_linear(const Pixels& image, float x, float y) { return LinearSample(image, x, y).of(image); }

float sample_cubic(const Pixels& image, float x, float y) {
  const Place px = place_of(x, image.cols());
  const Place py = place_of(y, image.rows());
  const auto wx = catmull_rom(px.fraction);
  const auto wy = catmull_rom(py.fraction);
  const bool between = px.below >= 1 && px.below + 2 < image.cols();
  Eigen::Array4f lines = Eigen::Array4f::Zero();
  for (int j = 0; j < 4; ++j) {
    const float* row = image.data() + clamp_index(py.below + j - 1, image.rows()) * image.cols();
    const auto at = [&](int i) { return row[clamp_index(px.below + i - 1, image.cols())]; };
    lines += wy[j] * (between ? Eigen::Array4f(Eigen::Map<const Eigen::Array4f>(row + px.below - 1))
                              : Eigen::Array4f(at(0), at(1), at(2), at(3)));
  }
  return (lines * Eigen::Map<const Eigen::Array4f>(wx.data())).sum();
}

/// use(row, column, x, y) for each pixel, (x, y) the place that the field looks at.
template <typename Use>
void for_each_place(const DisplacementField& field, Use use) {
  for (Eigen::Index row = 0; row < field.x.rows(); ++row)
    for (Eigen::Index column = 0; column < field.x.cols(); ++column)
      use(row, column, static_cast<float>(column) + field.x(row, column),
          static_cast<float>(row) + field.y(row, column));
}

template <typename Sample>
Pixels warp_with(const Pixels& image, const DisplacementField& field, Sample sample) {
  Pixels warped(field.x.rows(), field.x.cols());
  for_each_place(field, [&](Eigen::Index row, Eigen::Index column, float x, float y) {
    warped(row, column) = sample(image, x, y);
  });
  return warped;
}

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
  for_each_place(field, [&](Eigen::Index row, Eigen::Index column, float x, float y) {
    const bool inside = x >= -0.5f && x <= last_column && y >= -0.5f && y <= last_row;
    outside(row, column) = inside ? 0 : 1;
  });
  return outside;
}

DisplacementField compose(const DisplacementField& outer, const DisplacementField& inner) {
  DisplacementField both = outer;
  for_each_place(outer, [&](Eigen::Index row, Eigen::Index column, float x, float y) {
    const LinearSample sample(inner.x, x, y);
    both.x(row, column) += sample.of(inner.x);
    both.y(row, column) += sample.of(inner.y);
  });
  return both;
}

DisplacementField exponential(const DisplacementField& velocity, int squarings) {
  const float scale = 1.0f / static_cast<float>(1 << squarings);
  DisplacementField field{velocity.x * scale, velocity.y * scale};
  for (int i = 0; i < squarings; ++i) field = compose(field, field);
  return field;
}

Slopes slopes(const Pixels& image) {
  const Eigen::Index columns = image.cols(), rows = image.rows();
  Slopes slopes{Pixels::Zero(rows, columns), Pixels::Zero(rows, columns)};
  if (columns > 1) {
    slopes.x.middleCols(1, columns - 2) = (image.rightCols(columns - 2) - image.leftCols(columns - 2)) / 2;
    slopes.x.col(0) = image.col(1) - image.col(0);
    slopes.x.col(columns - 1) = image.col(columns - 1) - image.col(columns - 2);
  }
  if (rows > 1) {
    slopes.y.middleRows(1, rows - 2) = (image.bottomRows(rows - 2) - image.topRows(rows - 2)) / 2;
    slopes.y.row(0) = image.row(1) - image.row(0);
    slopes.y.row(rows - 1) = image.row(rows - 1) - image.row(rows - 2);
  }
  return slopes;
}

Pixels jacobian_determinant(const DisplacementField& field) {
  const Slopes x = slopes(field.x), y = slopes(field.y);
  return (1 + x.x) * (1 + y.y) - x.y * y.x;
}

Pixels magnitude_mm(const DisplacementField& field, const Geometry& geometry) {
  const float sx = static_cast<float>(geometry.spacing_x_mm);
  const float sy = static_cast<float>(geometry.spacing_y_mm);
  return ((field.x * sx).square() + (field.y * sy).square()).sqrt();
}

}  // namespace cmrt1
