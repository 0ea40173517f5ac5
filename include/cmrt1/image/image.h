#pragma once
/// Images as values: row-major float pixels, addressed pixels(row, column), with their geometry.

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "cmrt1/image/geometry.h"

namespace cmrt1 {

using Pixels = Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Mask = Eigen::Array<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Image {
  Pixels pixels;
  Geometry geometry;
};

/// Images of one slice on one grid (a T1-mapping series: one frame an inversion time).
struct Stack {
  std::vector<Pixels> frames;
  Geometry geometry;
};

/// True where the stack has frames and all have the shape that its geometry states.
bool consistent(const Stack& stack);

/// Mean over the frames, pixel by pixel. The stack must not be empty.
Pixels mean_image(const Stack& stack);

/// A T1 map with NaN where it holds no value, which scanners write as 0.
Pixels defined_t1(const Pixels& t1_ms);

/// The values of `pixels` where `mask` is not zero, in row-major order; values that are not finite
/// are left out.
std::vector<float> masked_values(const Pixels& pixels, const Mask& mask);

/// Quantile (linear interpolation between order statistics, `q` in 0...1) of `values`; NaN if empty.
float quantile(std::vector<float> values, double q);

}  // namespace cmrt1
