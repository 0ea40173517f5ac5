#pragma once
/// NIfTI-1 files (.nii.gz) as bytes.
///
/// Voxel (i, j) is pixel (x, y) of the DICOM image, columns fastest. NIfTI's patient axes are RAS, DICOM's
/// LPS: the affine (both sform and qform, code 1 "scanner") is DICOM's with the first two coordinates
/// negated, in mm. The gzip header carries no time, so equal data give equal bytes.
/// Reference: nifti1.h (Cox et al., NIH); RFC 1952.

#include <span>
#include <string>

#include "cmrt1/image/warp.h"

namespace cmrt1 {

/// A map as float32, columns x rows x 1. At most 79 characters of `description` are kept.
std::string nifti_gz(const Pixels& pixels, const Geometry& geometry, const std::string& description);

/// A mask as uint8, columns x rows x 1.
std::string nifti_gz(const Mask& mask, const Geometry& geometry, const std::string& description);

/// Displacement in mm as float32, columns x rows x 1 x fields x 2, intent NIFTI_INTENT_DISPVECT.
/// Component 0 lies along a row (growing column), component 1 along a column (growing row).
std::string nifti_gz(std::span<const DisplacementField> fields, const Geometry& geometry,
                     const std::string& description);

}  // namespace cmrt1
