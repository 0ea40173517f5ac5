#pragma once
/// Displacement fields and warping.
///
/// A field says where to look: corrected(p) = image(p + u(p)), p = (x, y) in pixels of the grid the
/// field is defined on, x to the right (growing column), y down (growing row).

#include <array>

#include "cmrt1/image/image.h"

namespace cmrt1 {

struct DisplacementField {
  Pixels x;  ///< displacement along growing column, in pixels
  Pixels y;  ///< displacement along growing row, in pixels
};

DisplacementField zero_field(int rows, int columns);

enum class Interpolation { linear, cubic };

/// image(p + u(p)). `cubic` is the Catmull-Rom kernel (interpolating, C1). Samples beyond the border
/// take the nearest border pixel: use `leaves_image` to tell where that happened.
Pixels warp(const Pixels& image, const DisplacementField& field,
            Interpolation interpolation = Interpolation::cubic);

/// Two images of one size, such as the parts of a complex one, warped by one field, cubic.
std::array<Pixels, 2> warp_alike(const Pixels& first, const Pixels& second, const DisplacementField& field);

/// One where p + u(p) lies outside the pixel centres' rectangle (by more than half a pixel).
Mask leaves_image(const DisplacementField& field);

/// The field that first looks along `outer`, then along `inner`: w(p) = outer(p) + inner(p + outer(p)),
/// so that warp(warp(image, inner), outer) == warp(image, compose(outer, inner)) up to interpolation.
DisplacementField compose(const DisplacementField& outer, const DisplacementField& inner);

/// exp(velocity): integrates a stationary velocity field (pixels) by scaling and squaring; the result
/// is invertible. Reference: Arsigny et al., MICCAI 2006.
DisplacementField exponential(const DisplacementField& velocity, int squarings = 6);

struct Slopes {
  Pixels x;  ///< along growing column, per pixel
  Pixels y;  ///< along growing row, per pixel
};

/// Central differences inside, one-sided at the border.
Slopes slopes(const Pixels& image);

/// Determinant of the Jacobian of p + u(p), from `slopes`.
Pixels jacobian_determinant(const DisplacementField& field);

/// |u| in mm for the spacing of `geometry`.
Pixels magnitude_mm(const DisplacementField& field, const Geometry& geometry);

}  // namespace cmrt1
