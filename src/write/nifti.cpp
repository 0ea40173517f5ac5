#include "cmrt1/write/nifti.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "cmrt1/base/error.h"
#include "cmrt1/base/wide.h"
#include "write/deflate.h"

namespace cmrt1 {
namespace {

constexpr std::int16_t type_uint8 = 2;
constexpr std::int16_t type_float32 = 16;
constexpr std::int16_t intent_displacement = 1006;
constexpr std::int16_t scanner_coordinates = 1;
constexpr char unit_mm = 2;
constexpr double orthogonal_cosine = 1e-4;

/// The first 348 bytes of a NIfTI-1 file, field by field as in nifti1.h.
struct Header {
  std::int32_t sizeof_hdr = 348;
  char unused_analyze[35] = {};
  char dim_info = 0;
  std::int16_t dim[8] = {};
  float intent_p[3] = {};
  std::int16_t intent_code = 0;
  std::int16_t datatype = 0;
  std::int16_t bitpix = 0;
  std::int16_t slice_start = 0;
  float pixdim[8] = {1, 1, 1, 1, 1, 1, 1, 1};
  float vox_offset = 352;
  float scl_slope = 1;
  float scl_inter = 0;
  std::int16_t slice_end = 0;
  char slice_code = 0;
  char xyzt_units = unit_mm;
  float cal_max = 0, cal_min = 0, slice_duration = 0, toffset = 0;
  std::int32_t glmax = 0, glmin = 0;
  char descrip[80] = {};
  char aux_file[24] = {};
  std::int16_t qform_code = 0, sform_code = scanner_coordinates;
  float quatern[3] = {};
  float qoffset[3] = {};
  float srow[3][4] = {};
  char intent_name[16] = {};
  char magic[4] = {'n', '+', '1', '\0'};
};
static_assert(sizeof(Header) == 348);

Eigen::Vector3d ras_from_lps(const Vector3& v) { return {-v[0], -v[1], v[2]}; }

std::int16_t dimension(std::size_t size) {
  if (size > std::numeric_limits<std::int16_t>::max())
    throw CaseError("too_large",
                    "an image has a side of " + std::to_string(size) + ", and NIfTI holds 32767");
  return static_cast<std::int16_t>(size);
}

void set_shape(Header& header, const Geometry& geometry, std::size_t slices) {
  const auto columns = static_cast<std::size_t>(geometry.columns);
  const auto rows = static_cast<std::size_t>(geometry.rows);
  const std::size_t dim[8] = {3, columns, rows, slices, 1, 1, 1, 1};
  std::transform(std::begin(dim), std::end(dim), header.dim, dimension);
}

void set_type(Header& header, std::int16_t datatype, const std::string& description) {
  header.datatype = datatype;
  header.bitpix = datatype == type_uint8 ? 8 : 32;
  description.copy(header.descrip, sizeof header.descrip - 1);
}

/// `axes`: orthogonal unit vectors in RAS. A quaternion is a rotation: pixdim[0] says that the third axis is
/// turned round.
void set_qform(Header& header, Eigen::Matrix3d axes) {
  header.qform_code = scanner_coordinates;
  if (axes.determinant() < 0) {
    header.pixdim[0] = -1;
    axes.col(2) *= -1;
  }
  Eigen::Quaterniond q(axes);
  if (q.w() < 0) q.coeffs() = -q.coeffs();
  for (int axis = 0; axis < 3; ++axis) header.quatern[axis] = static_cast<float>(q.coeffs()[axis]);
}

void set_orientation(Header& header, const Geometry& geometry, const Vector3& step_mm) {
  const Eigen::Vector3d step = ras_from_lps(step_mm);
  const Eigen::Vector3d spacing(geometry.spacing_x_mm, geometry.spacing_y_mm, step.norm());
  const Eigen::Vector3d origin = ras_from_lps(geometry.position_mm);
  Eigen::Matrix3d axes;
  axes << ras_from_lps(geometry.row_direction), ras_from_lps(geometry.column_direction), step.normalized();
  for (int axis = 0; axis < 3; ++axis) {
    header.pixdim[axis + 1] = static_cast<float>(spacing[axis]);
    header.qoffset[axis] = header.srow[axis][3] = static_cast<float>(origin[axis]);
    for (int column = 0; column < 3; ++column)
      header.srow[axis][column] = static_cast<float>(axes(axis, column) * spacing[column]);
  }
  if ((axes.leftCols<2>().transpose() * axes.col(2)).cwiseAbs().maxCoeff() < orthogonal_cosine)
    set_qform(header, axes);
}

/// From a slice to one that lies against it.
Vector3 thickness_step(const Geometry& geometry) {
  Vector3 step = slice_normal(geometry);
  for (double& coordinate : step) coordinate *= geometry.slice_thickness_mm;
  return step;
}

/// The fields of `source` that say where its voxels lie.
Header header_on_grid_of(const Header& source) {
  Header header;
  header.dim_info = source.dim_info;
  header.xyzt_units = source.xyzt_units;
  header.qform_code = source.qform_code;
  header.sform_code = source.sform_code;
  std::memcpy(header.dim, source.dim, sizeof header.dim);
  std::memcpy(header.pixdim, source.pixdim, sizeof header.pixdim);
  std::memcpy(header.quatern, source.quatern, sizeof header.quatern);
  std::memcpy(header.qoffset, source.qoffset, sizeof header.qoffset);
  std::memcpy(header.srow, source.srow, sizeof header.srow);
  return header;
}

Header parsed(const std::string& bytes) {
  Header header;
  if (bytes.size() != sizeof header) throw std::invalid_argument("not a NIfTI-1 header");
  std::memcpy(&header, bytes.data(), sizeof header);
  return header;
}

/// Length of an axis, from 1; of those that the file does not have, 1.
int length(const Header& header, int axis) { return axis <= header.dim[0] ? header.dim[axis] : 1; }

std::size_t slice_count(const Header& header) {
  std::size_t slices = 1;
  for (int axis = 3; axis <= 7; ++axis) slices *= static_cast<std::size_t>(length(header, axis));
  return slices;
}

/// Of one slice, on the grid of the file with the header `like` where that is this one slice.
Header header_of_slice(const Geometry& geometry, std::int16_t datatype, const std::string& description,
                       const std::string& like) {
  Header header;
  set_orientation(header, geometry, thickness_step(geometry));
  if (!like.empty()) {
    const Header source = parsed(like);
    if (slice_count(source) == 1 && length(source, 1) == geometry.columns &&
        length(source, 2) == geometry.rows)
      header = header_on_grid_of(source);
  }
  set_shape(header, geometry, 1);
  set_type(header, datatype, description);
  return header;
}

/// Throws std::invalid_argument where `masks` are not the slices of a grid of these dimensions.
void check_fills(const Header& header, std::span<const Mask> masks) {
  const bool shaped = std::all_of(masks.begin(), masks.end(), [&](const Mask& mask) {
    return mask.cols() == length(header, 1) && mask.rows() == length(header, 2);
  });
  if (masks.empty() || masks.size() != slice_count(header) || !shaped)
    throw std::invalid_argument("masks do not fill the grid of the NIfTI file they are to be written for");
}

std::string gzip(const std::string& bytes) { return deflated(bytes, Wrapping::gzip); }

void append(std::string& bytes, const void* data, std::size_t size) {
  bytes.append(static_cast<const char*>(data), size);
}

/// To a whole number of steps, which keeps files small; the step is a power of two, so that the result is
/// exact.
CMRT1_WIDE void to_mm(const float* displacement_px, float spacing_mm, int count, float* mm) {
  constexpr float step_mm = 1.0f / 128;
  constexpr float shifter = 12582912;  // 1.5 * 2^23: adding it rounds what is below 2^22 to an integer
  for (int i = 0; i < count; ++i)
    mm[i] = ((displacement_px[i] * (spacing_mm / step_mm) + shifter) - shifter) * step_mm;
}

/// `data_size` bytes are to follow.
std::string start_file(const Header& header, std::size_t data_size) {
  constexpr char no_extension[4] = {};
  std::string bytes;
  bytes.reserve(sizeof header + sizeof no_extension + data_size);
  append(bytes, &header, sizeof header);
  append(bytes, no_extension, sizeof no_extension);
  return bytes;
}

std::size_t size_of(const Pixels& pixels) { return sizeof(float) * static_cast<std::size_t>(pixels.size()); }

void append_mm(std::string& bytes, const Pixels& displacement_px, double spacing_mm) {
  Pixels mm(displacement_px.rows(), displacement_px.cols());
  to_mm(displacement_px.data(), static_cast<float>(spacing_mm), static_cast<int>(mm.size()), mm.data());
  append(bytes, mm.data(), size_of(mm));
}

std::string label_file(const Header& header, std::span<const Mask> masks) {
  check_fills(header, masks);
  std::string bytes = start_file(header, masks.size() * static_cast<std::size_t>(masks[0].size()));
  for (const Mask& mask : masks) append(bytes, mask.data(), static_cast<std::size_t>(mask.size()));
  return gzip(bytes);
}

}  // namespace

std::string nifti_gz(const Pixels& pixels, const Geometry& geometry, const std::string& description,
                     const std::string& like) {
  std::string bytes = start_file(header_of_slice(geometry, type_float32, description, like), size_of(pixels));
  append(bytes, pixels.data(), size_of(pixels));
  return gzip(bytes);
}

std::string nifti_gz(const Mask& mask, const Geometry& geometry, const std::string& description,
                     const std::string& like) {
  return label_file(header_of_slice(geometry, type_uint8, description, like), std::span(&mask, 1));
}

std::string nifti_gz(std::span<const Mask> masks, const Geometry& geometry, const Vector3& step_mm,
                     const std::string& description) {
  constexpr double tolerance_mm = 1e-3;
  const bool one_place = dot(step_mm, step_mm) < tolerance_mm * tolerance_mm;
  Header header;
  set_shape(header, geometry, masks.size());
  set_type(header, type_uint8, description);
  set_orientation(header, geometry, one_place ? thickness_step(geometry) : step_mm);
  return label_file(header, masks);
}

std::string nifti_gz(std::span<const DisplacementField> fields, const Geometry& geometry,
                     const std::string& description, const std::string& like) {
  Header header = header_of_slice(geometry, type_float32, description, like);
  header.dim[0] = 5;
  header.dim[4] = dimension(fields.size());
  header.dim[5] = 2;
  header.intent_code = intent_displacement;
  std::string bytes = start_file(header, fields.empty() ? 0 : 2 * fields.size() * size_of(fields[0].x));
  for (const auto& field : fields) append_mm(bytes, field.x, geometry.spacing_x_mm);
  for (const auto& field : fields) append_mm(bytes, field.y, geometry.spacing_y_mm);
  return gzip(bytes);
}

std::string label_map_like(const std::string& nifti_header, std::span<const Mask> slices,
                           const std::string& description) {
  Header header = header_on_grid_of(parsed(nifti_header));
  set_type(header, type_uint8, description);
  return label_file(header, slices);
}

}  // namespace cmrt1
