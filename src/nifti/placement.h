#pragma once
/// Where the slices of a NIfTI file lie.

#include <string>

#include "cmrt1/image/geometry.h"
#include "nifti/header.h"

namespace cmrt1::nifti {

struct Placement {
  Geometry first;               ///< of the slice of index 0
  Vector3 step_mm = {0, 0, 0};  ///< from a slice to the next along the third axis
  bool placed = false;          ///< from the file's sform or qform
};

/// Throws CaseError `invalid_pixel_spacing`.
Placement placement(const Header& header, const Shape& shape, const std::string& file);

/// The position of slice `index` along the third axis.
Geometry geometry_of_slice(const Placement& placement, int index);

}  // namespace cmrt1::nifti
