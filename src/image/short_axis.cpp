#include "cmrt1/image/short_axis.h"

#include <cmath>
#include <numbers>

namespace cmrt1 {
namespace {

constexpr double kUsualTiltDeg = 35;  // of short-axis planes against the usual one

Vector3 cross(const Vector3& a, const Vector3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

Vector3 unit(const Vector3& vector) {
  const double length = std::sqrt(dot(vector, vector));
  return {vector[0] / length, vector[1] / length, vector[2] / length};
}

}  // namespace

Vector3 usual_long_axis() { return unit(cross(kShortAxisDown, kShortAxisRight)); }

double along_long_axis_mm(const Geometry& geometry) {
  return dot(patient_from_pixel(geometry, (geometry.columns - 1) / 2.0, (geometry.rows - 1) / 2.0),
             usual_long_axis());
}

bool lies_as_short_axis(const Geometry& geometry) {
  const double along = std::abs(dot(slice_normal(geometry), usual_long_axis()));
  return along >= std::cos(kUsualTiltDeg * std::numbers::pi / 180);
}

std::optional<std::array<double, 2>> usual_entry(const Geometry& geometry) {
  if (!lies_as_short_axis(geometry)) return std::nullopt;
  const Vector3 right = unit(kShortAxisRight), down = unit(kShortAxisDown);
  const Vector3 entry = {-right[0] - down[0], -right[1] - down[1], -right[2] - down[2]};
  const double x = dot(entry, geometry.row_direction), y = dot(entry, geometry.column_direction);
  const double length = std::hypot(x, y);
  return std::array<double, 2>{x / length, y / length};
}

bool seen_from_apex(const Geometry& geometry) { return dot(slice_normal(geometry), usual_long_axis()) < 0; }

}  // namespace cmrt1
