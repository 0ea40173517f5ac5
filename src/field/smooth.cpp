#include "cmrt1/field/smooth.h"

#include <algorithm>
#include <cmath>

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
  const Eigen::Index last = image.rows() - 1;
  Pixels smoothed = Pixels::Zero(image.rows(), image.cols());
  for (Eigen::Index row = 0; row <= last; ++row)
    for (Eigen::Index i = 0; i < kernel.size(); ++i)
      smoothed.row(row) += kernel[i] * image.row(std::clamp<Eigen::Index>(row + i - reach, 0, last));
  return smoothed;
}

}  // namespace

Pixels smooth(const Pixels& image, double sigma_px) {
  if (sigma_px <= 0) return image;
  const Eigen::ArrayXf kernel = gaussian_kernel(sigma_px);
  const Pixels half = smooth_down_columns(image, kernel).transpose();
  return smooth_down_columns(half, kernel).transpose();
}

DisplacementField smooth(const DisplacementField& field, double sigma_px) {
  return {smooth(field.x, sigma_px), smooth(field.y, sigma_px)};
}

}  // namespace cmrt1
