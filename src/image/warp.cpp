#include "cmrt1/image/warp.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "cmrt1/base/wide.h"
#include "cmrt1/image/interpolation.h"

namespace cmrt1 {
namespace {

int clamp_index(int i, Eigen::Index size) { return std::clamp(i, 0, static_cast<int>(size) - 1); }

/// Where to read along one axis: the pixel below and the fraction towards the next.
struct Place {
  int below;
  float fraction;
};

CMRT1_WIDE_PART Place place_of(float coordinate, int size) {
  const auto last = static_cast<float>(size - 1);
  // A coordinate that is not a number is read at 0.
  const float positive = coordinate > 0 ? coordinate : 0, inside = positive < last ? positive : last;
  const int below = static_cast<int>(inside);
  return {below, inside - static_cast<float>(below)};
}

/// The four pixels about a place, as offsets into the data, and where between them it lies.
struct LinearSample {
  int origin, right, down;
  float x, y;

  CMRT1_WIDE_PART LinearSample(int rows, int columns, float at_x, float at_y) {
    const Place px = place_of(at_x, columns), py = place_of(at_y, rows);
    origin = py.below * columns + px.below;
    right = px.below + 1 < columns ? 1 : 0;
    down = py.below + 1 < rows ? columns : 0;
    x = px.fraction;
    y = py.fraction;
  }

  CMRT1_WIDE_PART float of(const float* image) const {
    const float above = image[origin], beneath = image[origin + down];
    const float top = above + x * (image[origin + right] - above);
    const float bottom = beneath + x * (image[origin + down + right] - beneath);
    return top + y * (bottom - top);
  }
};

/// The values of `image` at the places that a field (`x`, `y`: one of its rows) looks at.
CMRT1_WIDE void sample_row(const float* image, int rows, int columns, const float* x, const float* y, int row,
                           int count, float* values) {
  const auto at_row = static_cast<float>(row);
#pragma GCC ivdep
  for (int i = 0; i < count; ++i)
    values[i] = LinearSample(rows, columns, static_cast<float>(i) + x[i], at_row + y[i]).of(image);
}

/// Adds to both components of a field's row those of `inner` at the places that the row looks at.
CMRT1_WIDE void add_inner_row(const float* inner_x, const float* inner_y, int rows, int columns, int row,
                              int count, float* x, float* y) {
  const auto at_row = static_cast<float>(row);
#pragma GCC ivdep
  for (int i = 0; i < count; ++i) {
    const LinearSample sample(rows, columns, static_cast<float>(i) + x[i], at_row + y[i]);
    x[i] += sample.of(inner_x);
    y[i] += sample.of(inner_y);
  }
}

/// The sixteen pixels about a place, as offsets into the data, and their weights.
struct CubicSample {
  std::array<Eigen::Index, 4> lines, columns;
  std::array<float, 4> down;
  Eigen::Array4f along;
  bool between;  ///< the four columns lie side by side

  CubicSample(const Pixels& image, float at_x, float at_y) {
    const Place px = place_of(at_x, static_cast<int>(image.cols())),
                py = place_of(at_y, static_cast<int>(image.rows()));
    const auto weights = catmull_rom(px.fraction);
    along = Eigen::Map<const Eigen::Array4f>(weights.data());
    down = catmull_rom(py.fraction);
    between = px.below >= 1 && px.below + 2 < image.cols();
    for (int i = 0; i < 4; ++i) {
      const auto tap = static_cast<std::size_t>(i);
      lines[tap] = clamp_index(py.below + i - 1, image.rows()) * image.cols();
      columns[tap] = clamp_index(px.below + i - 1, image.cols());
    }
  }

  float of(const Pixels& image) const {
    Eigen::Array4f sum = Eigen::Array4f::Zero();
    for (std::size_t j = 0; j < 4; ++j) {
      const float* line = image.data() + lines[j];
      sum += down[j] * (between ? Eigen::Array4f(Eigen::Map<const Eigen::Array4f>(line + columns[0]))
                                : Eigen::Array4f(line[columns[0]], line[columns[1]], line[columns[2]],
                                                 line[columns[3]]));
    }
    return (sum * along).sum();
  }
};

/// use(row, column, x, y) for each pixel, (x, y) the place that the field looks at.
template <typename Use>
void for_each_place(const DisplacementField& field, Use use) {
  for (Eigen::Index row = 0; row < field.x.rows(); ++row)
    for (Eigen::Index column = 0; column < field.x.cols(); ++column)
      use(row, column, static_cast<float>(column) + field.x(row, column),
          static_cast<float>(row) + field.y(row, column));
}

/// One where the places that the field looks at from one row lie outside, or are not numbers.
CMRT1_WIDE void mark_leaving(const float* x, const float* y, int row, int rows, int columns,
                             std::uint8_t* outside) {
  const float last_column = static_cast<float>(columns) - 0.5f, last_row = static_cast<float>(rows) - 0.5f;
  const auto at_row = static_cast<float>(row);
#pragma GCC ivdep
  for (int column = 0; column < columns; ++column) {
    const float at_x = static_cast<float>(column) + x[column], at_y = at_row + y[column];
    const bool inside = (at_x >= -0.5f) & (at_x <= last_column) & (at_y >= -0.5f) & (at_y <= last_row);
    outside[column] = inside ? 0 : 1;
  }
}

}  // namespace

DisplacementField zero_field(int rows, int columns) {
  return {Pixels::Zero(rows, columns), Pixels::Zero(rows, columns)};
}

Pixels warp(const Pixels& image, const DisplacementField& field, Interpolation interpolation) {
  Pixels warped(field.x.rows(), field.x.cols());
  const int rows = static_cast<int>(image.rows()), columns = static_cast<int>(image.cols());
  if (interpolation == Interpolation::linear)
    for (int row = 0; row < warped.rows(); ++row)
      sample_row(image.data(), rows, columns, &field.x(row, 0), &field.y(row, 0), row,
                 static_cast<int>(warped.cols()), &warped(row, 0));
  else
    for_each_place(field, [&](Eigen::Index row, Eigen::Index column, float x, float y) {
      warped(row, column) = CubicSample(image, x, y).of(image);
    });
  return warped;
}

std::array<Pixels, 2> warp_alike(const Pixels& first, const Pixels& second, const DisplacementField& field) {
  std::array<Pixels, 2> warped;
  warped.fill(Pixels(field.x.rows(), field.x.cols()));
  for_each_place(field, [&](Eigen::Index row, Eigen::Index column, float x, float y) {
    const CubicSample sample(first, x, y);
    warped[0](row, column) = sample.of(first);
    warped[1](row, column) = sample.of(second);
  });
  return warped;
}

Mask leaves_image(const DisplacementField& field) {
  const auto columns = static_cast<int>(field.x.cols()), rows = static_cast<int>(field.x.rows());
  Mask outside(rows, columns);
  for (int row = 0; row < rows; ++row)
    mark_leaving(&field.x(row, 0), &field.y(row, 0), row, rows, columns, &outside(row, 0));
  return outside;
}

DisplacementField compose(const DisplacementField& outer, const DisplacementField& inner) {
  DisplacementField both = outer;
  const int rows = static_cast<int>(inner.x.rows()), columns = static_cast<int>(inner.x.cols());
  for (int row = 0; row < both.x.rows(); ++row)
    add_inner_row(inner.x.data(), inner.y.data(), rows, columns, row, static_cast<int>(both.x.cols()),
                  &both.x(row, 0), &both.y(row, 0));
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
