#include "nifti/header.h"

#include <nifti2_io.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "cmrt1/base/error.h"

// The library serves here for its structures, names and byte swapping alone. Its functions that read files
// would have to be told not to print, and ITK carries an older copy that exports the same names with other
// types: only functions that both have alike, or that ITK has not, are safe in a program that links both.

namespace cmrt1::nifti {
namespace {

constexpr std::int64_t largest_axis = std::numeric_limits<short>::max();
constexpr std::int64_t most_voxels = std::int64_t{1} << 29;
constexpr std::uint64_t extension_flag_bytes = 4;
constexpr std::int64_t largest_offset = std::int64_t{1} << 40;

CaseError fault(const std::string& reason, const std::string& file, const std::string& what) {
  return {reason, file + ' ' + what};
}

/// The fields that both versions have and this module uses.
template <class To, class From>
void copy_grid(To& to, const From& from) {
  for (int i = 0; i < 8; ++i) {
    to.dim[i] = from.dim[i];
    to.pixdim[i] = from.pixdim[i];
  }
  to.dim_info = from.dim_info;
  to.xyzt_units = static_cast<unsigned char>(from.xyzt_units);
  to.qform_code = from.qform_code;
  to.sform_code = from.sform_code;
  to.quatern_b = from.quatern_b;
  to.quatern_c = from.quatern_c;
  to.quatern_d = from.quatern_d;
  to.qoffset_x = from.qoffset_x;
  to.qoffset_y = from.qoffset_y;
  to.qoffset_z = from.qoffset_z;
  for (int i = 0; i < 4; ++i) {
    to.srow_x[i] = from.srow_x[i];
    to.srow_y[i] = from.srow_y[i];
    to.srow_z[i] = from.srow_z[i];
  }
}

std::int64_t whole_offset(double stated) {
  return stated >= 0 && stated <= static_cast<double>(largest_offset) ? static_cast<std::int64_t>(stated)
                                                                      : -1;
}

nifti_2_header widened(const nifti_1_header& header) {
  nifti_2_header wide = {};
  copy_grid(wide, header);
  std::memcpy(wide.magic, header.magic, sizeof header.magic);
  wide.datatype = header.datatype;
  wide.vox_offset = whole_offset(header.vox_offset);
  wide.scl_slope = header.scl_slope;
  wide.scl_inter = header.scl_inter;
  std::memcpy(wide.descrip, header.descrip, sizeof wide.descrip);
  return wide;
}

/// What the first field tells: the header's length, 348 or 540 in one byte order or the other, else 0.
struct Kind {
  std::size_t header_bytes = 0;
  bool swapped = false;
};

Kind kind_of(std::int32_t first) {
  for (const bool swapped : {false, true}) {
    if (swapped) nifti_swap_Nbytes(1, sizeof first, &first);
    if (first == sizeof(nifti_1_header) || first == sizeof(nifti_2_header))
      return {static_cast<std::size_t>(first), swapped};
  }
  return {};
}

template <class Stated>
Stated in_native_order(const char* bytes, bool swapped, void (*swap)(Stated*)) {
  Stated stated;
  std::memcpy(&stated, bytes, sizeof stated);
  if (swapped) swap(&stated);
  return stated;
}

}  // namespace

Header read_header(Stream& stream) {
  const std::string file = stream.file().string();
  char bytes[sizeof(nifti_2_header)] = {};
  std::int32_t first = 0;
  const std::size_t start = stream.read(bytes, sizeof first);
  if (start == 0) throw fault("empty_file", file, "is empty: copy it again");
  std::memcpy(&first, bytes, sizeof first);
  const Kind kind = kind_of(first);
  if (kind.header_bytes == 0) throw fault("not_nifti", file, "is not a NIfTI file: leave it out");
  const std::size_t rest = kind.header_bytes - start;
  if (stream.read(bytes + start, rest) < rest)
    throw fault("unreadable_header", file, "ends inside its header: copy it again");
  const int version = kind.header_bytes == sizeof(nifti_1_header) ? 1 : 2;
  const nifti_2_header fields = version == 1
                                    ? widened(in_native_order(bytes, kind.swapped, nifti_swap_as_nifti1))
                                    : in_native_order(bytes, kind.swapped, nifti_swap_as_nifti2);
  if (NIFTI_VERSION(fields) != version || !NIFTI_ONEFILE(fields))
    throw fault("not_nifti", file, "is not NIfTI in one file: convert Analyze or .hdr/.img pairs to .nii");
  return {fields, kind.swapped, kind.header_bytes};
}

Shape checked_shape(const Header& header, const std::string& file) {
  const nifti_2_header& fields = header.fields;
  const auto dim = [&](int axis) { return fields.dim[axis]; };
  if (dim(0) < 1 || dim(0) > 7)
    throw fault("invalid_image_size", file, "states a number of axes that is not 1 to 7: write it again");
  std::int64_t voxels = 1;
  for (int axis = 1; axis <= dim(0); ++axis) {
    if (dim(axis) < 1) throw fault("invalid_image_size", file, "has an axis without voxels: write it again");
    if (dim(axis) > largest_axis || (voxels *= dim(axis)) > most_voxels)
      throw fault("too_large", file, "has an axis above 32767 voxels or more than 2^29 in all: split it");
  }
  const auto length = [&](int axis) { return static_cast<int>(axis <= dim(0) ? dim(axis) : 1); };
  Shape shape{length(1), length(2), length(3), 1};
  shape.slices = static_cast<int>(voxels / (std::int64_t{shape.columns} * shape.rows));
  return shape;
}

const VoxelType& checked_voxel_type(const Header& header, const std::string& file) {
  const int code = header.fields.datatype;
  switch (code) {
    case DT_RGB24:
    case DT_RGBA32:
    case DT_COMPLEX64:
    case DT_COMPLEX128:
    case DT_COMPLEX256:
      throw fault("not_single_channel", file,
                  std::string("holds ") + nifti_datatype_string(code) + " voxels: give magnitude images");
    default:
      break;
  }
  if (const VoxelType* type = find_voxel_type(code)) return *type;
  throw fault("unsupported_bits_allocated", file,
              "holds voxels of datatype " + std::to_string(code) + ": convert it to float32");
}

Scaling checked_scaling(const Header& header, const std::string& file) {
  const Scaling scaling{header.fields.scl_slope, header.fields.scl_inter};
  if (scaling.slope == 0 || !std::isfinite(scaling.slope)) return {};
  if (!std::isfinite(scaling.intercept))
    throw fault("invalid_rescale", file, "has a scl_inter that is no number: correct the header");
  return scaling;
}

std::uint64_t checked_gap(const Header& header, const std::string& file) {
  const std::int64_t offset = header.fields.vox_offset;
  if (offset == 0) return extension_flag_bytes;
  if (offset < static_cast<std::int64_t>(header.bytes_read) || offset > largest_offset)
    throw fault("unreadable_header", file,
                "states a vox_offset at which no voxels can begin: write it again");
  return static_cast<std::uint64_t>(offset) - header.bytes_read;
}

std::string grid_header(const Header& header) {
  nifti_1_header grid = {};
  copy_grid(grid, header.fields);
  grid.sizeof_hdr = sizeof grid;
  grid.vox_offset = sizeof grid + extension_flag_bytes;
  std::memcpy(grid.magic, "n+1", sizeof grid.magic);
  return {reinterpret_cast<const char*>(&grid), sizeof grid};
}

}  // namespace cmrt1::nifti
