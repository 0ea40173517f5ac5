#pragma once
/// Images that the stand-in networks understand (tests/landmark/networks/make_networks.py).

#include <array>
#include <cmath>
#include <numbers>

#include "cmrt1/landmark/find.h"

namespace cmrt1::testing {

/// A ring in mm about a centre, with discs at its landmarks; angles clockwise from the right, degrees.
struct DrawnMarks {
  Point centre_mm = {150, 140};
  double inner_mm = 16, outer_mm = 26;
  double anterior_deg = -135, inferior_deg = 110;
  double stretch = 1;         ///< of the ring along x
  double centre_disc_mm = 5;  ///< radius
  double insertion_mm = 26;   ///< distance of the insertions from the centre
  bool insertions = true;

  Point insertion(double angle_deg) const {
    const double angle = angle_deg * std::numbers::pi / 180;
    return {centre_mm[0] + insertion_mm * std::cos(angle), centre_mm[1] + insertion_mm * std::sin(angle)};
  }
};

/// 300 mm x 280 mm; seen from the apex, as usual.
inline Geometry drawn_slice(double spacing_x = 1.5, double spacing_y = 1.5) {
  Geometry geometry;
  geometry.columns = static_cast<int>(300 / spacing_x);
  geometry.rows = static_cast<int>(280 / spacing_y);
  geometry.spacing_x_mm = spacing_x;
  geometry.spacing_y_mm = spacing_y;
  geometry.row_direction = {0.8, 0.6, 0};
  geometry.column_direction = {0, 0, -1};
  return geometry;
}

inline Image drawn(const DrawnMarks& heart, const Geometry& geometry = drawn_slice()) {
  const auto value = [&](double x, double y) {
    const auto away = [&](const Point& point) { return std::hypot(x - point[0], y - point[1]); };
    if (away(heart.centre_mm) < heart.centre_disc_mm) return 2600.0f;
    if (heart.insertions && away(heart.insertion(heart.anterior_deg)) < 5) return 3200.0f;
    if (heart.insertions && away(heart.insertion(heart.inferior_deg)) < 5) return 3800.0f;
    const double radius = std::hypot((x - heart.centre_mm[0]) / heart.stretch, y - heart.centre_mm[1]);
    return radius < heart.inner_mm ? 1800.0f : radius < heart.outer_mm ? 1000.0f : 100.0f;
  };
  return {Pixels::NullaryExpr(geometry.rows, geometry.columns,
                              [&](Eigen::Index row, Eigen::Index column) {
                                return value(static_cast<double>(column) * geometry.spacing_x_mm,
                                             static_cast<double>(row) * geometry.spacing_y_mm);
                              }),
          geometry};
}

/// The networks of one folder; they have been loaded, so that they may be static.
class MarkNetworks {
 public:
  explicit MarkNetworks(const std::string& folder = "marks")
      : options_{.models = CMRT1_SOURCE_DIR "/tests/landmark/networks/" + folder, .device = "cpu"},
        heart_(kHeartNetwork, options_),
        landmarks_(kLandmarkNetwork, options_) {
    for (const nn::Network* network : {&heart_, &landmarks_}) network->identity();
  }
  LandmarkNetworks all() const { return {heart_, landmarks_}; }

 private:
  nn::NetworkOptions options_;
  nn::Network heart_, landmarks_;
};

}  // namespace cmrt1::testing
