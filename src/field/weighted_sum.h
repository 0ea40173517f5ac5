#pragma once
/// Sums of an image's lines, of which smoothing and resampling consist.

#include <Eigen/Core>
#include <vector>

namespace cmrt1 {

/// sum[j] = weights[0] * lines[0][j] + weights[1] * lines[1][j] + ... for `count` values of j; 0 without
/// weights.
void weighted_sum(const Eigen::ArrayXf& weights, const std::vector<const float*>& lines, Eigen::Index count,
                  float* sum);

}  // namespace cmrt1
