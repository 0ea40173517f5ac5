#pragma once
/// Stored voxels as floats.

#include <string>

namespace cmrt1::nifti {

struct Scaling {
  double slope = 1;
  double intercept = 0;
};

/// A real voxel type of NIfTI (datatype) and how its values become floats.
struct VoxelType {
  int code;
  int bytes;
  /// Writes slope * voxel + intercept for each voxel of `stored`, in this machine's byte order, to `values`.
  void (*scale)(const std::string& stored, const Scaling& scaling, float* values);
};

/// Null for types of several channels and those longer than 8 bytes.
const VoxelType* find_voxel_type(int code);

}  // namespace cmrt1::nifti
