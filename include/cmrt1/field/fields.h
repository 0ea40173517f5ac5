#pragma once
/// The fields of one series together.

#include <vector>

#include "cmrt1/image/warp.h"

namespace cmrt1 {

/// Subtracts the mean over the images at each pixel, so that the corrected images lie at the mean
/// position of the acquired ones.
std::vector<DisplacementField> without_mean(std::vector<DisplacementField> fields);

/// Smallest Jacobian determinant over all pixels and fields.
double smallest_jacobian(const std::vector<DisplacementField>& fields);

/// The fields themselves where every Jacobian determinant is at least `floor` (0...1); else all of
/// them smoothed by as much as it takes, and if that fails, zero. A mean of zero stays zero.
std::vector<DisplacementField> made_invertible(std::vector<DisplacementField> fields, double floor = 0.05);

}  // namespace cmrt1
