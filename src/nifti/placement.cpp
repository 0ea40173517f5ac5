#include "nifti/placement.h"

#include <nifti2_io.h>

#include <Eigen/Geometry>
#include <cmath>

#include "cmrt1/base/error.h"

namespace cmrt1::nifti {
namespace {

using Eigen::Matrix3d;
using Eigen::Vector3d;

/// Voxel (i, j, k) lies at origin + axes * (i, j, k), in LPS mm.
struct Affine {
  Matrix3d axes;
  Vector3d origin;
};

bool valid_length(double mm) { return mm > 0 && mm < 1000; }

double mm_per_unit(const nifti_2_header& fields) {
  switch (XYZT_TO_SPACE(fields.xyzt_units)) {
    case NIFTI_UNITS_METER:
      return 1000;
    case NIFTI_UNITS_MICRON:
      return 0.001;
    default:
      return 1;
  }
}

Vector3d pixdim(const nifti_2_header& fields) {
  return Vector3d(fields.pixdim[1], fields.pixdim[2], fields.pixdim[3]).cwiseAbs();
}

Affine lps_from_ras(const Matrix3d& axes, const Vector3d& origin) {
  const Vector3d flip(-1, -1, 1);
  return {flip.asDiagonal() * axes, flip.asDiagonal() * origin};
}

Affine from_sform(const nifti_2_header& fields) {
  Eigen::Matrix<double, 3, 4> rows;
  for (int i = 0; i < 4; ++i) rows.col(i) << fields.srow_x[i], fields.srow_y[i], fields.srow_z[i];
  return lps_from_ras(rows.leftCols<3>(), rows.col(3));
}

Affine from_qform(const nifti_2_header& fields) {
  const double third_axis = fields.pixdim[0] < 0 ? -1 : 1;
  const nifti_dmat44 rotation = nifti_quatern_to_dmat44(fields.quatern_b, fields.quatern_c, fields.quatern_d,
                                                        0, 0, 0, 1, 1, 1, third_axis);
  Matrix3d axes;
  for (int row = 0; row < 3; ++row)
    for (int column = 0; column < 3; ++column) axes(row, column) = rotation.m[row][column];
  return lps_from_ras(axes * pixdim(fields).asDiagonal(),
                      {fields.qoffset_x, fields.qoffset_y, fields.qoffset_z});
}

bool spans_a_plane(const Affine& affine) {
  constexpr double least_sine = 1e-3;
  const Vector3d a = affine.axes.col(0), b = affine.axes.col(1);
  const double area = a.norm() * b.norm();
  return affine.origin.allFinite() && std::isfinite(area) && area > 0 &&
         a.cross(b).norm() > least_sine * area;
}

/// The file's own affine, or pixdim's; the second is true for the former.
std::pair<Affine, bool> find_affine(const nifti_2_header& fields) {
  if (fields.sform_code > 0)
    if (const Affine sform = from_sform(fields); spans_a_plane(sform)) return {sform, true};
  if (fields.qform_code > 0)
    if (const Affine qform = from_qform(fields); spans_a_plane(qform)) return {qform, true};
  return {{Matrix3d(pixdim(fields).asDiagonal()), Vector3d::Zero()}, false};
}

Vector3 vector3(const Vector3d& v) { return {v[0], v[1], v[2]}; }

}  // namespace

Placement placement(const Header& header, const Shape& shape, const std::string& file) {
  const auto& fields = header.fields;
  const auto [affine, placed] = find_affine(fields);
  const Matrix3d axes = affine.axes * mm_per_unit(fields);
  const double spacing_x = axes.col(0).norm(), spacing_y = axes.col(1).norm();
  const auto check = [&](bool valid, const char* which) {
    if (valid) return;
    throw CaseError(
        "invalid_pixel_spacing",
        file + " has a " + which + " that is 0, no number or above 1 m: correct pixdim in its header");
  };
  check(valid_length(spacing_x) && valid_length(spacing_y), "pixel spacing");

  const Vector3d row = axes.col(0) / spacing_x;
  const Vector3d column = (axes.col(1) - axes.col(1).dot(row) * row).normalized();
  Vector3d step = axes.col(2);
  if (!(step.norm() > 0)) step = row.cross(column) * pixdim(fields)[2] * mm_per_unit(fields);
  check(shape.depth == 1 || valid_length(step.norm()), "slice spacing");

  Placement made;
  made.placed = placed;
  made.step_mm = vector3(step);
  made.first = {shape.columns,
                shape.rows,
                spacing_x,
                spacing_y,
                valid_length(step.norm()) ? step.norm() : 1,
                vector3(affine.origin * mm_per_unit(fields)),
                vector3(row),
                vector3(column)};
  return made;
}

Geometry geometry_of_slice(const Placement& placement, int index) {
  Geometry geometry = placement.first;
  if (index == 0) return geometry;
  for (std::size_t axis = 0; axis < 3; ++axis) geometry.position_mm[axis] += index * placement.step_mm[axis];
  return geometry;
}

}  // namespace cmrt1::nifti
