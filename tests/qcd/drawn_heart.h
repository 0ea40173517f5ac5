#pragma once
/// Short-axis slices drawn in the grey values that the stand-in networks know.

#include <cmath>
#include <numbers>

#include "cmrt1/heart/window.h"
#include "cmrt1/qcd/candidates.h"

namespace cmrt1::testing {

inline constexpr float kGreyAround = 100, kGreyRight = 400, kGreyMuscle = 1000, kGreyBlood = 1800;
inline constexpr float kGreyDoubt = 2550;  ///< myocardium to members 1 to 3, background to the others

/// A left ventricle: a ring of myocardium about blood, the right ventricle where the standard view has it.
struct DrawnHeart {
  double x_px = 0, y_px = 0;  ///< centre
  double inner_mm = 17, outer_mm = 26;
  double odd_share = 0;  ///< of the ring's turn that is drawn as `odd`
  float odd = kGreyDoubt;
  bool right_ventricle = true;
};

/// What lies at (x, y) px of a slice.
inline float grey_at(const DrawnHeart& heart, const Geometry& geometry, double x, double y) {
  const double across = (x - heart.x_px) * geometry.spacing_x_mm,
               along = (y - heart.y_px) * geometry.spacing_y_mm;
  const double radius = std::hypot(across, along);
  if (radius < heart.inner_mm) return kGreyBlood;
  if (radius < heart.outer_mm)
    return std::atan2(along, across) / (2 * std::numbers::pi) + 0.5 < heart.odd_share ? heart.odd
                                                                                      : kGreyMuscle;
  const Direction right = standard_orientation(geometry).right;
  const double rv_mm = 1.2 * heart.outer_mm;
  const double away =
      std::hypot(across + 1.5 * heart.outer_mm * right[0], along + 1.5 * heart.outer_mm * right[1]);
  return heart.right_ventricle && away < rv_mm / 2 ? kGreyRight : kGreyAround;
}

/// Each pixel is the mean of what it covers.
inline Image drawn(const DrawnHeart& heart, const Geometry& geometry) {
  constexpr int finer = 5;
  Image image{Pixels::Zero(geometry.rows, geometry.columns), geometry};
  for (int row = 0; row < geometry.rows; ++row)
    for (int column = 0; column < geometry.columns; ++column)
      for (int i = 0; i < finer * finer; ++i)
        image.pixels(row, column) +=
            grey_at(heart, geometry, column + (i % finer - 2.0) / finer, row + (i / finer - 2.0) / finer) /
            (finer * finer);
  return image;
}

/// The labels of what was drawn: by each pixel's centre.
inline LabelMap truth_of(const DrawnHeart& heart, const Geometry& geometry) {
  return LabelMap::NullaryExpr(geometry.rows, geometry.columns, [&](Eigen::Index row, Eigen::Index column) {
    const double radius = std::hypot((static_cast<double>(column) - heart.x_px) * geometry.spacing_x_mm,
                                     (static_cast<double>(row) - heart.y_px) * geometry.spacing_y_mm);
    return radius < heart.inner_mm ? kBloodPool : radius < heart.outer_mm ? kMyocardium : kBackground;
  });
}

}  // namespace cmrt1::testing
