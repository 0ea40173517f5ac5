#include "cmrt1/image/short_axis.h"

#include <cmath>

namespace cmrt1 {
namespace {

Vector3 cross(const Vector3& a, const Vector3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

}  // namespace

Vector3 usual_long_axis() {
  Vector3 axis = cross(kShortAxisDown, kShortAxisRight);
  const double length = std::sqrt(dot(axis, axis));
  for (double& part : axis) part /= length;
  return axis;
}

double along_long_axis_mm(const Geometry& geometry) {
  return dot(patient_from_pixel(geometry, (geometry.columns - 1) / 2.0, (geometry.rows - 1) / 2.0),
             usual_long_axis());
}

bool seen_from_apex(const Geometry& geometry) { return dot(slice_normal(geometry), usual_long_axis()) < 0; }

}  // namespace cmrt1
