#include "cmrt1/field/resample.h"

#include <Eigen/SparseCore>
#include <algorithm>
#include <cmath>
#include <vector>

#include "cmrt1/image/interpolation.h"

namespace cmrt1 {
namespace {

/// One row a new sample, one column an old one.
using Weights = Eigen::SparseMatrix<float, Eigen::RowMajor>;
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Weights area_weights(Eigen::Index from, int to) {
  const double step = static_cast<double>(from) / to;
  Weights weights(to, from);
  for (int i = 0; i < to; ++i) {
    const double begin = i * step, end = begin + step;
    for (auto j = static_cast<Eigen::Index>(begin); j < from; ++j) {
      const double covered = std::min(end, j + 1.0) - std::max(begin, 1.0 * static_cast<double>(j));
      if (covered <= 1e-9) break;
      weights.coeffRef(i, j) = static_cast<float>(covered / step);
    }
  }
  return weights;
}

/// Catmull-Rom weights of the four samples around each place.
Weights cubic_weights(Eigen::Index from, std::span<const double> places) {
  Weights weights(static_cast<Eigen::Index>(places.size()), from);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (std::isnan(places[i])) continue;
    const double place = std::clamp(places[i], -2.0, static_cast<double>(from) + 1);
    const double below = std::floor(place);
    const std::array<double, 4> taps = catmull_rom(place - below);
    for (int tap = 0; tap < 4; ++tap)
      weights.coeffRef(static_cast<Eigen::Index>(i),
                       std::clamp<Eigen::Index>(static_cast<Eigen::Index>(below) + tap - 1, 0, from - 1)) +=
          static_cast<float>(taps[static_cast<std::size_t>(tap)]);
  }
  return weights;
}

/// The centres of `to` samples over the same stretch as `from` of them.
std::vector<double> places_of(Eigen::Index from, int to) {
  std::vector<double> places;
  for (int i = 0; i < to; ++i) places.push_back((i + 0.5) * static_cast<double>(from) / to - 0.5);
  return places;
}

Pixels applied(const Weights& down, const Weights& across, const Pixels& image) {
  const Matrix half = (down * image.matrix()).transpose();
  const Matrix whole = across * half;
  return whole.transpose().array();
}

}  // namespace

Pixels area_means(const Pixels& image, int rows, int columns) {
  if (rows == image.rows() && columns == image.cols()) return image;
  return applied(area_weights(image.rows(), rows), area_weights(image.cols(), columns), image);
}

Pixels at_crossings(const Pixels& image, std::span<const double> rows, std::span<const double> columns) {
  return applied(cubic_weights(image.rows(), rows), cubic_weights(image.cols(), columns), image);
}

DisplacementField resampled(const DisplacementField& field, int rows, int columns) {
  if (rows == field.x.rows() && columns == field.x.cols()) return field;
  const Weights down = cubic_weights(field.x.rows(), places_of(field.x.rows(), rows)),
                across = cubic_weights(field.x.cols(), places_of(field.x.cols(), columns));
  const float scale_x = static_cast<float>(columns) / static_cast<float>(field.x.cols());
  const float scale_y = static_cast<float>(rows) / static_cast<float>(field.x.rows());
  return {scale_x * applied(down, across, field.x), scale_y * applied(down, across, field.y)};
}

}  // namespace cmrt1
