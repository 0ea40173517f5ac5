#pragma once
/// A drawn heart that moves by known fields: the truth for the motion correction's tests.

#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "cmrt1/image/warp.h"
#include "cmrt1/study/study.h"

namespace cmrt1::testing {

struct MovingHeartOptions {
  int columns = 160;
  int rows = 140;
  double spacing_mm = 1.25;
  double shift_px = 4;   ///< standard deviation of the heart's shift along its main direction
  double radial = 0.04;  ///< standard deviation of its relative contraction
  double reach_mm = 52;  ///< from the heart's centre to where the motion has fallen to half
  double noise = 4;      ///< standard deviation; blood reaches about 300
  bool phase = true;
  unsigned seed = 1;
  std::vector<double> ti_ms = {100, 180, 260, 1100, 2100, 3100, 4100};
};

struct MovingHeart {
  SeriesImages images;
  Pixels t1_ms;                          ///< at the mean position
  Mask myocardium;                       ///< where t1_ms is the myocardium's alone
  std::vector<DisplacementField> truth;  ///< corrected(p) = image(p + truth(p))
};

struct Tissue {
  double density, t1_ms;
};

/// Signal density and T1 at (x, y) mm from the heart's centre: chest wall, lung, liver, right
/// ventricle, left ventricle, its blood; edges blurred over about a pixel.
inline Tissue tissue_at(double x, double y) {
  Tissue tissue{1, 2000};
  const auto paint = [&](double inside_mm, Tissue with) {
    const double share = 1 / (1 + std::exp(-2 * inside_mm));
    tissue.density += share * (with.density - tissue.density);
    tissue.t1_ms += share * (with.t1_ms - tissue.t1_ms);
  };
  const double chest = (1 - std::hypot(x / 92, y / 78)) * 78;
  paint(chest, {320, 300});
  paint(chest - 12, {15, 1200});
  paint(std::min(chest - 12, y - 36 - 0.004 * x * x), {150, 700});
  paint(26 - std::hypot((x + 30) / 1.1, y / 1.2), {300, 1500});
  paint(31 - std::hypot(x, y * 1.05), {190, 1000});
  paint(19 - std::hypot(x, y) - 1.5 * std::cos(3 * std::atan2(y, x)), {300, 1500});
  return tissue;
}

/// Shift and contraction that fade beyond the heart, in pixels.
inline DisplacementField heart_velocity(const MovingHeartOptions& options, double shift_x, double shift_y,
                                        double radial) {
  DisplacementField velocity = zero_field(options.rows, options.columns);
  for (int row = 0; row < options.rows; ++row)
    for (int column = 0; column < options.columns; ++column) {
      const double x = column - (options.columns - 1) / 2.0, y = row - (options.rows - 1) / 2.0;
      const double window =
          1 / (1 + std::exp((std::hypot(x, y) * options.spacing_mm - options.reach_mm) / 5));
      velocity.x(row, column) = static_cast<float>(window * (shift_x + radial * x));
      velocity.y(row, column) = static_cast<float>(window * (shift_y + radial * y));
    }
  return velocity;
}

inline std::vector<std::array<double, 3>> random_motion(const MovingHeartOptions& options,
                                                        std::mt19937& random) {
  std::normal_distribution<double> normal;
  const double direction = std::uniform_real_distribution<double>(0, 2 * std::numbers::pi)(random);
  std::vector<std::array<double, 3>> motion(options.ti_ms.size());
  std::array<double, 3> mean = {0, 0, 0};
  for (auto& m : motion) {
    const double along = options.shift_px * normal(random), across = 0.3 * options.shift_px * normal(random);
    m = {along * std::cos(direction) - across * std::sin(direction),
         along * std::sin(direction) + across * std::cos(direction), options.radial * normal(random)};
    for (int i = 0; i < 3; ++i) mean[i] += m[i] / static_cast<double>(motion.size());
  }
  for (auto& m : motion)
    for (int i = 0; i < 3; ++i) m[i] -= mean[i];
  return motion;
}

inline MovingHeart moving_heart(const MovingHeartOptions& options = {}) {
  std::mt19937 random(options.seed);
  std::normal_distribution<float> noise(0, static_cast<float>(options.noise));
  const double cx = (options.columns - 1) / 2.0, cy = (options.rows - 1) / 2.0;
  const auto tissue_of = [&](double x, double y) {
    return tissue_at((x - cx) * options.spacing_mm, (y - cy) * options.spacing_mm);
  };
  const Geometry geometry{options.columns, options.rows, options.spacing_mm, options.spacing_mm};
  MovingHeart heart;
  heart.images.ti_ms = options.ti_ms;
  heart.images.magnitude.geometry = geometry;
  heart.t1_ms = Pixels(options.rows, options.columns);
  heart.myocardium = Mask::Zero(options.rows, options.columns);
  for (int row = 0; row < options.rows; ++row)
    for (int column = 0; column < options.columns; ++column) {
      const Tissue tissue = tissue_of(column, row);
      heart.t1_ms(row, column) = static_cast<float>(tissue.t1_ms);
      heart.myocardium(row, column) =
          std::abs(tissue.t1_ms - 1000) < 20 && std::abs(tissue.density - 190) < 5;
    }
  Stack phase;
  phase.geometry = geometry;
  const auto motion = random_motion(options, random);
  for (std::size_t k = 0; k < options.ti_ms.size(); ++k) {
    const DisplacementField velocity = heart_velocity(options, motion[k][0], motion[k][1], motion[k][2]);
    heart.truth.push_back(exponential(velocity));
    const DisplacementField back = exponential({-velocity.x, -velocity.y});
    Pixels magnitude(options.rows, options.columns), angle(options.rows, options.columns);
    for (int row = 0; row < options.rows; ++row)
      for (int column = 0; column < options.columns; ++column) {
        const Tissue tissue = tissue_of(column + back.x(row, column), row + back.y(row, column));
        // B/A = 1.9 and T1* = T1 / 0.9: what Look-Locker sampling makes of this T1.
        const double recovery = 1 - 1.9 * std::exp(-0.9 * options.ti_ms[k] / tissue.t1_ms);
        const double background = 0.4 + 0.01 * column - 0.008 * row;
        const double signal = tissue.density * recovery;
        const double real = signal * std::cos(background) + noise(random);
        const double imaginary = signal * std::sin(background) + noise(random);
        magnitude(row, column) = static_cast<float>(std::hypot(real, imaginary));
        angle(row, column) = static_cast<float>(std::atan2(imaginary, real));
      }
    heart.images.magnitude.frames.push_back(magnitude);
    phase.frames.push_back(angle);
  }
  if (options.phase) heart.images.phase = phase;
  return heart;
}

/// Distances in pixels between two sets of fields where `mask` is set, all images together; the mean
/// over the images, which no registration within the series can know, is removed from both.
inline std::vector<float> displacement_errors(const std::vector<DisplacementField>& a,
                                              const std::vector<DisplacementField>& b, const Mask& mask) {
  DisplacementField mean = zero_field(static_cast<int>(mask.rows()), static_cast<int>(mask.cols()));
  for (std::size_t k = 0; k < a.size(); ++k) {
    mean.x += (a[k].x - b[k].x) / static_cast<float>(a.size());
    mean.y += (a[k].y - b[k].y) / static_cast<float>(a.size());
  }
  std::vector<float> errors;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const Pixels error = ((a[k].x - b[k].x - mean.x).square() + (a[k].y - b[k].y - mean.y).square()).sqrt();
    for (const float e : masked_values(error, mask)) errors.push_back(e);
  }
  return errors;
}

}  // namespace cmrt1::testing
