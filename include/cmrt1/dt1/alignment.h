#pragma once
/// How well two maps of one slice lie on one another.

#include "cmrt1/image/warp.h"

namespace cmrt1 {

/// Normalised mutual information (H(a) + H(b)) / H(a, b) of two maps where `region` is not zero and both are
/// above zero: from 1 (unrelated) to 2; 1 where nothing can be compared. Values from 0 to 1.5 (more counts
/// as 1.5) in 24 steps, both smoothed by 1.5 pixels first, since noise would hide what is looked for. It does
/// not matter by how much the tissues differ, so a response to stress is no misalignment. Reference:
/// Studholme et al., Pattern Recognit 1999;32:71.
double normalised_mutual_information(const Pixels& a, const Pixels& b, const Mask& region);

/// Root mean square of the logarithm of the Jacobian determinant (at least 0.05) where `region` is not zero: by how much
/// areas change, all alike or each in its own way.
double area_change(const DisplacementField& field, const Mask& region);

/// `values` changed by the growing function that gives `moving` the quantiles of `fixed` where `region` is
/// not zero, so that tissues have one brightness in both. Values beyond go on by the factor at the end.
Pixels with_matched_values(const Pixels& values, const Pixels& moving, const Pixels& fixed,
                           const Mask& region);

}  // namespace cmrt1
