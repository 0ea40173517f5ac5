#pragma once
/// NIfTI-1 files (.nii.gz) as bytes.
///
/// Voxel (i, j) is pixel (x, y) of the DICOM image, columns fastest. NIfTI's patient axes are RAS, DICOM's
/// LPS: the affine (both sform and qform, code 1 "scanner") is DICOM's with the first two coordinates
/// negated, in mm. The gzip header carries no time, so equal data give equal bytes.
/// A size above 32767, the format's largest, is a CaseError `too_large`.
/// Reference: nifti1.h (Cox et al., NIH); RFC 1952.

#include <span>
#include <string>

#include "cmrt1/image/warp.h"

namespace cmrt1 {

/// A map as float32, columns x rows x 1. At most 79 characters of `description` are kept.
///
/// `like` is the header of the NIfTI file that the map belongs to (NiftiImage::header), or empty. Where that
/// file has one slice, of this size, its axes, spacing, units, qform and sform are taken over; else the slice
/// is written alone, where the geometry puts it. This holds for the next two functions too. Throws
/// std::invalid_argument (no such header).
std::string nifti_gz(const Pixels& pixels, const Geometry& geometry, const std::string& description,
                     const std::string& like = {});

/// A mask as uint8, columns x rows x 1.
std::string nifti_gz(const Mask& mask, const Geometry& geometry, const std::string& description,
                     const std::string& like = {});

/// Masks of one shape as uint8, columns x rows x masks. `geometry` is the first's; each of the others lies
/// `step_mm` (LPS) from the one before. Masks of one place (a step below 1 µm) are written as if they lay
/// side by side, a slice thickness apart. Where the step is oblique to the slice, which a qform cannot say,
/// its code is 0. Throws std::invalid_argument (no masks, or of several shapes).
std::string nifti_gz(std::span<const Mask> masks, const Geometry& geometry, const Vector3& step_mm,
                     const std::string& description);

/// Displacement in mm as float32, columns x rows x 1 x fields x 2, intent NIFTI_INTENT_DISPVECT. Rounded to 1/1024 mm:
/// digits that mean nothing would double the file.
/// Component 0 lies along a row (growing column), component 1 along a column (growing row).
std::string nifti_gz(std::span<const DisplacementField> fields, const Geometry& geometry,
                     const std::string& description, const std::string& like = {});

/// Labels as uint8 on the grid of a NIfTI file: its axes, spacing, units, qform and sform are those of
/// `nifti_header` (348 bytes, this machine's byte order; NiftiImage::header), slice k as read_nifti numbers
/// them. Throws std::invalid_argument (no such header, or masks that do not fill its grid).
std::string label_map_like(const std::string& nifti_header, std::span<const Mask> slices,
                           const std::string& description);

}  // namespace cmrt1
