#include "cmrt1/write/nifti.h"

#include <zlib.h>

#include <Eigen/Geometry>
#include <cstdint>
#include <cstring>

#include "write/deflate.h"

namespace cmrt1 {
namespace {

constexpr std::int16_t type_uint8 = 2;
constexpr std::int16_t type_float32 = 16;
constexpr std::int16_t intent_displacement = 1006;
constexpr std::int16_t scanner_coordinates = 1;
constexpr char unit_mm = 2;

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
  std::int16_t qform_code = scanner_coordinates, sform_code = scanner_coordinates;
  float quatern[3] = {};
  float qoffset[3] = {};
  float srow[3][4] = {};
  char intent_name[16] = {};
  char magic[4] = {'n', '+', '1', '\0'};
};
static_assert(sizeof(Header) == 348);

Eigen::Vector3d ras_from_lps(const Vector3& v) { return {-v[0], -v[1], v[2]}; }

void set_orientation(Header& header, const Geometry& geometry) {
  Eigen::Matrix3d rotation;
  rotation << ras_from_lps(geometry.row_direction), ras_from_lps(geometry.column_direction),
      ras_from_lps(slice_normal(geometry));
  const Eigen::Vector3d spacing(geometry.spacing_x_mm, geometry.spacing_y_mm, geometry.slice_thickness_mm);
  const Eigen::Vector3d origin = ras_from_lps(geometry.position_mm);
  Eigen::Quaterniond q(rotation);
  if (q.w() < 0) q.coeffs() = -q.coeffs();
  for (int axis = 0; axis < 3; ++axis) {
    header.pixdim[axis + 1] = static_cast<float>(spacing[axis]);
    header.quatern[axis] = static_cast<float>(q.coeffs()[axis]);
    header.qoffset[axis] = header.srow[axis][3] = static_cast<float>(origin[axis]);
    for (int column = 0; column < 3; ++column)
      header.srow[axis][column] = static_cast<float>(rotation(axis, column) * spacing[column]);
  }
}

Header make_header(const Geometry& geometry, std::int16_t datatype, const std::string& description) {
  Header header;
  const std::int16_t dim[8] = {
      3, static_cast<std::int16_t>(geometry.columns), static_cast<std::int16_t>(geometry.rows), 1, 1, 1, 1,
      1};
  std::memcpy(header.dim, dim, sizeof dim);
  header.datatype = datatype;
  header.bitpix = datatype == type_uint8 ? 8 : 32;
  description.copy(header.descrip, sizeof header.descrip - 1);
  set_orientation(header, geometry);
  return header;
}

std::string gzip(const std::string& bytes, int strategy = Z_DEFAULT_STRATEGY) {
  return deflated(bytes, Wrapping::gzip, strategy);
}

void append(std::string& bytes, const void* data, std::size_t size) {
  bytes.append(static_cast<const char*>(data), size);
}

std::string start_file(const Header& header) {
  constexpr char no_extension[4] = {};
  std::string bytes;
  append(bytes, &header, sizeof header);
  append(bytes, no_extension, sizeof no_extension);
  return bytes;
}

void append(std::string& bytes, const Pixels& pixels) {
  append(bytes, pixels.data(), sizeof(float) * static_cast<std::size_t>(pixels.size()));
}

}  // namespace

std::string nifti_gz(const Pixels& pixels, const Geometry& geometry, const std::string& description) {
  std::string bytes = start_file(make_header(geometry, type_float32, description));
  append(bytes, pixels);
  return gzip(bytes);
}

std::string nifti_gz(const Mask& mask, const Geometry& geometry, const std::string& description) {
  std::string bytes = start_file(make_header(geometry, type_uint8, description));
  append(bytes, mask.data(), static_cast<std::size_t>(mask.size()));
  return gzip(bytes);
}

std::string nifti_gz(std::span<const DisplacementField> fields, const Geometry& geometry,
                     const std::string& description) {
  Header header = make_header(geometry, type_float32, description);
  header.dim[0] = 5;
  header.dim[4] = static_cast<std::int16_t>(fields.size());
  header.dim[5] = 2;
  header.intent_code = intent_displacement;
  std::string bytes = start_file(header);
  for (const auto& field : fields) append(bytes, Pixels(field.x * static_cast<float>(geometry.spacing_x_mm)));
  for (const auto& field : fields) append(bytes, Pixels(field.y * static_cast<float>(geometry.spacing_y_mm)));
  // No sequence of a smooth field's values returns: looking for any but runs of zeros takes three times as
  // long and saves nothing.
  return gzip(bytes, Z_RLE);
}

}  // namespace cmrt1
