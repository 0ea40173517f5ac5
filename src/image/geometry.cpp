#include "cmrt1/image/geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cmrt1 {

double dot(const Vector3& a, const Vector3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector3 slice_normal(const Geometry& geometry) {
  const auto& r = geometry.row_direction;
  const auto& c = geometry.column_direction;
  return {r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]};
}

double tilt_deg(const Geometry& a, const Geometry& b) {
  const double cosine = std::abs(dot(slice_normal(a), slice_normal(b)));
  return std::acos(std::min(cosine, 1.0)) * 180 / std::numbers::pi;
}

double slice_location_mm(const Geometry& geometry) {
  return dot(slice_normal(geometry), geometry.position_mm);
}

Vector3 patient_from_pixel(const Geometry& geometry, double x, double y) {
  Vector3 point = geometry.position_mm;
  for (int i = 0; i < 3; ++i)
    point[i] += x * geometry.spacing_x_mm * geometry.row_direction[i] +
                y * geometry.spacing_y_mm * geometry.column_direction[i];
  return point;
}

std::array<double, 2> pixel_from_patient(const Geometry& geometry, const Vector3& point_mm) {
  Vector3 offset;
  for (int i = 0; i < 3; ++i) offset[i] = point_mm[i] - geometry.position_mm[i];
  return {dot(offset, geometry.row_direction) / geometry.spacing_x_mm,
          dot(offset, geometry.column_direction) / geometry.spacing_y_mm};
}

bool same_grid(const Geometry& a, const Geometry& b, double tolerance_mm) {
  if (a.columns != b.columns || a.rows != b.rows) return false;
  // An affine map that agrees at three corners agrees everywhere between them.
  const std::array<std::array<double, 2>, 3> corners = {{{0, 0}, {a.columns - 1.0, 0}, {0, a.rows - 1.0}}};
  return std::all_of(corners.begin(), corners.end(), [&](const auto& corner) {
    const Vector3 p = patient_from_pixel(a, corner[0], corner[1]);
    const Vector3 q = patient_from_pixel(b, corner[0], corner[1]);
    return std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) <= tolerance_mm;
  });
}

}  // namespace cmrt1
