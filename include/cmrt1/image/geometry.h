#pragma once
/// Where the pixels of a 2-D image lie in the patient.

#include <array>

namespace cmrt1 {

using Vector3 = std::array<double, 3>;

double dot(const Vector3& a, const Vector3& b);

/// Pixel grid of one slice in the DICOM patient frame (LPS, mm).
/// Column index x grows along `row_direction`, row index y along `column_direction`
/// (Image Orientation (Patient), first and second triple). Pixel (x, y) has its centre at
/// position_mm + x * spacing_x_mm * row_direction + y * spacing_y_mm * column_direction.
struct Geometry {
  int columns = 0;
  int rows = 0;
  double spacing_x_mm = 1;  ///< between columns: the second value of DICOM Pixel Spacing
  double spacing_y_mm = 1;  ///< between rows: the first value of DICOM Pixel Spacing
  double slice_thickness_mm = 1;
  Vector3 position_mm = {0, 0, 0};
  Vector3 row_direction = {1, 0, 0};
  Vector3 column_direction = {0, 1, 0};

  bool operator==(const Geometry&) const = default;
};

/// Unit normal of the slice: row_direction x column_direction.
Vector3 slice_normal(const Geometry& geometry);

/// Angle between the planes of two slices, 0...90 degrees.
double tilt_deg(const Geometry& a, const Geometry& b);

/// Distance in mm of the slice from the patient origin along its normal.
double slice_location_mm(const Geometry& geometry);

/// Centre of pixel (x, y), which may be fractional, in patient mm.
Vector3 patient_from_pixel(const Geometry& geometry, double x, double y);

/// The (x, y) of the point of the slice plane nearest to `point_mm`.
std::array<double, 2> pixel_from_patient(const Geometry& geometry, const Vector3& point_mm);

/// True where two grids have the same size and every pixel centre agrees within `tolerance_mm`.
bool same_grid(const Geometry& a, const Geometry& b, double tolerance_mm = 0.01);

}  // namespace cmrt1
