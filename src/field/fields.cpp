#include "cmrt1/field/fields.h"

#include <algorithm>

#include "cmrt1/field/smooth.h"

namespace cmrt1 {

std::vector<DisplacementField> without_mean(std::vector<DisplacementField> fields) {
  DisplacementField mean{Pixels::Zero(fields[0].x.rows(), fields[0].x.cols()),
                         Pixels::Zero(fields[0].x.rows(), fields[0].x.cols())};
  const float share = 1.0f / static_cast<float>(fields.size());
  for (const auto& field : fields) {
    mean.x += share * field.x;
    mean.y += share * field.y;
  }
  for (auto& field : fields) {
    field.x -= mean.x;
    field.y -= mean.y;
  }
  return fields;
}

double smallest_jacobian(const std::vector<DisplacementField>& fields) {
  double smallest = 1;
  for (const auto& field : fields)
    smallest = std::min(smallest, static_cast<double>(jacobian_determinant(field).minCoeff()));
  return smallest;
}

std::vector<DisplacementField> made_invertible(std::vector<DisplacementField> fields, double floor) {
  constexpr int attempts = 12;
  for (int i = 0; i < attempts; ++i) {
    if (smallest_jacobian(fields) >= floor) return fields;
    for (auto& field : fields) field = smooth(field, 1 + i);
  }
  for (auto& field : fields)
    field = {Pixels::Zero(field.x.rows(), field.x.cols()), Pixels::Zero(field.x.rows(), field.x.cols())};
  return fields;
}

}  // namespace cmrt1
