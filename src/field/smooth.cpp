#include "cmrt1/field/smooth.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "field/weighted_sum.h"

namespace cmrt1 {
namespace {

Eigen::ArrayXf gaussian_kernel(double sigma) {
  const int reach = std::max(1, static_cast<int>(std::ceil(3 * sigma)));
  const Eigen::ArrayXf offset = Eigen::ArrayXf::LinSpaced(2 * reach + 1, -reach, reach);
  const Eigen::ArrayXf weights = (-offset.square() / static_cast<float>(2 * sigma * sigma)).exp();
  return weights / weights.sum();
}

Pixels smooth_down_columns(const Pixels& image, const Eigen::ArrayXf& kernel) {
  const Eigen::Index reach = kernel.size() / 2;
  Pixels smoothed(image.rows(), image.cols());
  std::vector<const float*> lines(static_cast<std::size_t>(kernel.size()));
  for (Eigen::Index row = 0; row < image.rows(); ++row) {
    for (Eigen::Index i = 0; i < kernel.size(); ++i)
      lines[static_cast<std::size_t>(i)] =
          &image(std::clamp<Eigen::Index>(row + i - reach, 0, image.rows() - 1), 0);
    weighted_sum(kernel, lines, image.cols(), &smoothed(row, 0));
  }
  return smoothed;
}

Pixels smooth_along_rows(const Pixels& image, const Eigen::ArrayXf& kernel) {
  const Eigen::Index reach = kernel.size() / 2, columns = image.cols();
  Pixels smoothed(image.rows(), columns);
  Eigen::ArrayXf padded(columns + 2 * reach);
  std::vector<const float*> lines;
  for (Eigen::Index i = 0; i < kernel.size(); ++i) lines.push_back(padded.data() + i);
  for (Eigen::Index row = 0; row < image.rows(); ++row) {
    padded.head(reach) = image(row, 0);
    padded.segment(reach, columns) = image.row(row).transpose();
    padded.tail(reach) = image(row, columns - 1);
    weighted_sum(kernel, lines, columns, &smoothed(row, 0));
  }
  return smoothed;
}

}  // namespace

Pixels smooth(const Pixels& image, double sigma_px) {
  if (sigma_px <= 0 || image.size() == 0) return image;
  const Eigen::ArrayXf kernel = gaussian_kernel(sigma_px);
  return smooth_along_rows(smooth_down_columns(image, kernel), kernel);
}

DisplacementField smooth(const DisplacementField& field, double sigma_px) {
  return {smooth(field.x, sigma_px), smooth(field.y, sigma_px)};
}

}  // namespace cmrt1
