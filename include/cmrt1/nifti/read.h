#pragma once
/// NIfTI files as images: NIfTI-1 and NIfTI-2 in one file (.nii, .nii.gz), of either byte order.
///
/// Where a slice lies comes from the sform (code above 0), else from the qform, else from pixdim with rows
/// along LPS x and columns along LPS y; a form that spans no plane, or has a number that is none, is passed
/// over. Coordinates are turned from NIfTI's RAS to DICOM's LPS and into mm (xyzt_units; mm where unknown).
/// Reference: nifti1.h and nifti2.h (Cox et al., NIH).

#include <filesystem>
#include <string>
#include <vector>

#include "cmrt1/image/image.h"

namespace cmrt1 {

/// Slice k is the k-th along the third and all further axes together, the third fastest.
struct NiftiImage {
  /// pixels(j, i) is voxel i of the first axis and j of the second, scaled by scl_slope and scl_inter; values
  /// that are not finite stay so. Positions repeat for each volume. Where the first two axes are not
  /// orthogonal, the column direction is the nearest that is; the spacing stays the axes' own.
  std::vector<Image> slices;
  /// The grid as a NIfTI-1 header, 348 bytes in this machine's byte order, for label_map_like.
  std::string header;
  std::string description;  ///< what the file says it holds (descrip)
  bool placed = false;      ///< the file says where it lies: the geometry is from its sform or qform
};

/// Throws IoError (the file cannot be read) or CaseError: `empty_file`, `not_nifti`, `unreadable_header`,
/// `invalid_image_size`, `too_large` (an axis above 32767 voxels, or more than 2^29 in all),
/// `not_single_channel` (colour or complex), `unsupported_bits_allocated`, `invalid_rescale`,
/// `invalid_pixel_spacing`, `truncated_pixel_data`, `pixel_data_unreadable` (damaged gzip).
NiftiImage read_nifti(const std::filesystem::path& file);

}  // namespace cmrt1
