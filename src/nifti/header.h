#pragma once
/// The header of a NIfTI file, checked.

#include <nifti1.h>
#include <nifti2.h>

#include <string>

#include "nifti/stream.h"
#include "nifti/voxels.h"

namespace cmrt1::nifti {

/// NIfTI-2's fields hold those of NIfTI-1 too.
struct Header {
  nifti_2_header fields = {};    ///< in this machine's byte order; those that this module does not use are 0
  bool swapped = false;          ///< the voxels have the other byte order
  std::uint64_t bytes_read = 0;  ///< the header's length in the file
};

struct Shape {
  int columns = 1;
  int rows = 1;
  int depth = 1;   ///< along the third axis
  int slices = 1;  ///< along the third and all further axes
};

/// Throws CaseError: `empty_file`, `not_nifti`, `unreadable_header`.
Header read_header(Stream& stream);

/// Throws CaseError: `invalid_image_size`, `too_large`.
Shape checked_shape(const Header& header, const std::string& file);

/// Throws CaseError: `not_single_channel`, `unsupported_bits_allocated`.
const VoxelType& checked_voxel_type(const Header& header, const std::string& file);

/// Slope 0, or one that is no number, means no scaling. Throws CaseError `invalid_rescale`.
Scaling checked_scaling(const Header& header, const std::string& file);

/// Bytes between the header and the first voxel. Throws CaseError `unreadable_header`.
std::uint64_t checked_gap(const Header& header, const std::string& file);

/// The grid as the 348 bytes of a NIfTI-1 header.
std::string grid_header(const Header& header);

}  // namespace cmrt1::nifti
