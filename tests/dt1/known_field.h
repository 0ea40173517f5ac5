#pragma once
/// The fields that the stand-ins of tests/dt1/networks/make_networks.py answer, and a heart that moved so.

#include <cmath>
#include <random>
#include <string>

#include "cmrt1/dt1/register_maps.h"
#include "moco/moving_heart.h"

namespace cmrt1::testing {

/// (shift + growth (p - middle)) exp(-|p - middle|^2 / 2 reach^2), all in mm.
struct KnownField {
  double shift_x = 7, shift_y = -4, growth = 0, reach = 45;

  /// At (x, y) mm from the heart's centre.
  std::array<double, 2> at(double x, double y) const {
    const double share = std::exp(-(x * x + y * y) / (2 * reach * reach));
    return {(shift_x + growth * x) * share, (shift_y + growth * y) * share};
  }

  /// The p with p + u(p) = (x, y), by fixed point.
  std::array<double, 2> origin_of(double x, double y) const {
    std::array<double, 2> p = {x, y};
    for (int i = 0; i < 200; ++i) {
      const auto u = at(p[0], p[1]);
      p = {0.5 * (p[0] + x - u[0]), 0.5 * (p[1] + y - u[1])};
    }
    return p;
  }
};

constexpr KnownField kShrinking = {0, 0, -0.6, 28};

/// 160 x 140 pixels of 1.25 mm; the heart lies in the middle.
inline Geometry usual_grid() { return {160, 140, 1.25, 1.25}; }

inline std::array<double, 2> middle_of(const Geometry& grid) {
  return {0.5 * (grid.columns - 1), 0.5 * (grid.rows - 1)};
}

/// T1 in ms of a heart whose centre is that of usual_grid(), after `field` has moved it, on any grid in the
/// same plane; `change` is the part by which its T1 has grown.
inline Image drawn_t1(const Geometry& grid, const KnownField& field, double change = 0, double noise_ms = 0,
                      unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(0, static_cast<float>(noise_ms));
  const Geometry usual = usual_grid();
  const auto middle = middle_of(usual);
  Image image{Pixels(grid.rows, grid.columns), grid};
  for (int row = 0; row < grid.rows; ++row)
    for (int column = 0; column < grid.columns; ++column) {
      const auto at = pixel_from_patient(usual, patient_from_pixel(grid, column, row));
      const auto origin =
          field.origin_of((at[0] - middle[0]) * usual.spacing_x_mm, (at[1] - middle[1]) * usual.spacing_y_mm);
      const double t1_ms = tissue_at(origin[0], origin[1]).t1_ms * (1 + change);
      image.pixels(row, column) = static_cast<float>(t1_ms) + (noise_ms > 0 ? noise(random) : 0.0f);
    }
  return image;
}

inline Image drawn_rest(double noise_ms = 0) { return drawn_t1(usual_grid(), {0, 0, 0, 45}, 0, noise_ms, 2); }

/// One where the drawn heart at rest is muscle, on usual_grid().
inline Mask drawn_muscle() { return moving_heart({.phase = false}).myocardium; }

/// The field in pixels of usual_grid().
inline DisplacementField truth_of(const KnownField& field) {
  const Geometry grid = usual_grid();
  const auto middle = middle_of(grid);
  DisplacementField truth = zero_field(grid.rows, grid.columns);
  for (int row = 0; row < grid.rows; ++row)
    for (int column = 0; column < grid.columns; ++column) {
      const auto u =
          field.at((column - middle[0]) * grid.spacing_x_mm, (row - middle[1]) * grid.spacing_y_mm);
      truth.x(row, column) = static_cast<float>(u[0] / grid.spacing_x_mm);
      truth.y(row, column) = static_cast<float>(u[1] / grid.spacing_y_mm);
    }
  return truth;
}

/// Median distance of two fields over the drawn muscle, pixels.
inline float median_error_px(const DisplacementField& found, const DisplacementField& truth) {
  const Pixels error = ((found.x - truth.x).square() + (found.y - truth.y).square()).sqrt();
  return quantile(masked_values(error, drawn_muscle()), 0.5);
}

inline HeartPlaces usual_heart() {
  const auto middle = middle_of(usual_grid());
  return {middle, middle, 62};
}

inline nn::Network registration_stand_in(const std::string& name) {
  nn::NetworkOptions options;
  options.models = CMRT1_SOURCE_DIR "/tests/dt1/networks/" + name;
  options.device = "cpu";
  return nn::Network(kRegistrationNetwork, options);
}

}  // namespace cmrt1::testing
