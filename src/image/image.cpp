#include "cmrt1/image/image.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cmrt1 {

bool consistent(const Stack& stack) {
  return !stack.frames.empty() &&
         std::all_of(stack.frames.begin(), stack.frames.end(), [&](const Pixels& frame) {
           return frame.rows() == stack.geometry.rows && frame.cols() == stack.geometry.columns;
         });
}

Pixels mean_image(const Stack& stack) {
  Pixels sum = stack.frames.front();
  for (std::size_t i = 1; i < stack.frames.size(); ++i) sum += stack.frames[i];
  return sum / static_cast<float>(stack.frames.size());
}

std::vector<float> masked_values(const Pixels& pixels, const Mask& mask) {
  std::vector<float> values;
  for (Eigen::Index i = 0; i < pixels.size(); ++i)
    if (mask.data()[i] && std::isfinite(pixels.data()[i])) values.push_back(pixels.data()[i]);
  return values;
}

float quantile(std::vector<float> values, double q) {
  if (values.empty()) return std::numeric_limits<float>::quiet_NaN();
  const double place = q * static_cast<double>(values.size() - 1);
  const auto lower = static_cast<std::ptrdiff_t>(place);
  std::nth_element(values.begin(), values.begin() + lower, values.end());
  const float below = values[lower];
  if (lower + 1 == static_cast<std::ptrdiff_t>(values.size())) return below;
  const float above = *std::min_element(values.begin() + lower + 1, values.end());
  return below + static_cast<float>(place - static_cast<double>(lower)) * (above - below);
}

Pixels defined_t1(const Pixels& t1_ms) {
  return (t1_ms > 0).select(t1_ms, std::numeric_limits<float>::quiet_NaN());
}

}  // namespace cmrt1
