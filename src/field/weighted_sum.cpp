#include "field/weighted_sum.h"

#include <cstring>

#include "cmrt1/base/wide.h"

namespace cmrt1 {
namespace {

/// sum[j] = weights[0] * lines[0][j] + weights[1] * lines[1][j] + ... for `count` values of j.
CMRT1_WIDE void sum_up(const float* weights, const float* const* lines, int weight_count, int count,
                       float* sum) {
  using Lanes = float __attribute__((vector_size(32)));
  constexpr int lanes = 8, width = 4 * lanes;  // held in registers
  int j = 0;
  for (; j + width <= count; j += width) {
    Lanes first = {}, second = {}, third = {}, fourth = {}, values;
    for (int i = 0; i < weight_count; ++i) {
      const float weight = weights[i];
      const float* const line = lines[i] + j;
      std::memcpy(&values, line, sizeof values), first += weight * values;
      std::memcpy(&values, line + lanes, sizeof values), second += weight * values;
      std::memcpy(&values, line + 2 * lanes, sizeof values), third += weight * values;
      std::memcpy(&values, line + 3 * lanes, sizeof values), fourth += weight * values;
    }
    std::memcpy(sum + j, &first, sizeof first);
    std::memcpy(sum + j + lanes, &second, sizeof second);
    std::memcpy(sum + j + 2 * lanes, &third, sizeof third);
    std::memcpy(sum + j + 3 * lanes, &fourth, sizeof fourth);
  }
  for (; j + lanes <= count; j += lanes) {
    Lanes part = {}, values;
    for (int i = 0; i < weight_count; ++i)
      std::memcpy(&values, lines[i] + j, sizeof values), part += weights[i] * values;
    std::memcpy(sum + j, &part, sizeof part);
  }
  for (; j < count; ++j) {
    sum[j] = 0;
    for (int i = 0; i < weight_count; ++i) sum[j] += weights[i] * lines[i][j];
  }
}

}  // namespace

void weighted_sum(const Eigen::ArrayXf& weights, const std::vector<const float*>& lines, Eigen::Index count,
                  float* sum) {
  sum_up(weights.data(), lines.data(), static_cast<int>(weights.size()), static_cast<int>(count), sum);
}

}  // namespace cmrt1
