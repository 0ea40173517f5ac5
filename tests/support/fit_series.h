#pragma once
/// Synthetic inversion-recovery series for the tests of the fit.

#include <cmath>
#include <numbers>
#include <optional>
#include <random>
#include <vector>

#include "cmrt1/fit/t1_map.h"

namespace cmrt1::testing {

inline const std::vector<double> kShmolliTi = {100, 180, 260, 1100, 2100, 3100, 4100};
inline const std::vector<double> kMolliTi = {100, 180, 260, 1000, 1080, 1900, 2800, 3700};

/// S = A - B exp(-TI/T1*) of a tissue with perfect inversion (B = 2A), so that T1 = T1*.
struct Tissue {
  double t1_ms = 1000;
  double a = 400;
  double b = 800;

  double t_star_ms() const { return t1_ms / (b / a - 1); }
  double signal(double ti_ms) const { return a - b * std::exp(-ti_ms / t_star_ms()); }
};

struct Series {
  std::vector<double> ti_ms;
  Stack magnitude;
  std::optional<Stack> phase;
};

/// One row, a pixel a tissue; the phase is 0.3 rad where the signal is negative and pi away from it
/// elsewhere. Gaussian noise of `sd` on the signed signal.
inline Series make_series(const std::vector<double>& ti_ms, const std::vector<Tissue>& tissues, double sd = 0,
                          unsigned seed = 1) {
  const auto pixels = static_cast<int>(tissues.size());
  Series series{ti_ms, {}, Stack{}};
  series.magnitude.geometry.rows = series.phase->geometry.rows = 1;
  series.magnitude.geometry.columns = series.phase->geometry.columns = pixels;
  std::mt19937 generator(seed);
  std::normal_distribution<double> noise(0, sd > 0 ? sd : 1);
  for (const double ti : ti_ms) {
    Pixels magnitude(1, pixels), phase(1, pixels);
    for (int i = 0; i < pixels; ++i) {
      const double signal = tissues[i].signal(ti) + (sd > 0 ? noise(generator) : 0);
      magnitude(0, i) = static_cast<float>(std::abs(signal));
      phase(0, i) = static_cast<float>(signal < 0 ? 0.3 : 0.3 - std::numbers::pi);
    }
    series.magnitude.frames.push_back(magnitude);
    series.phase->frames.push_back(phase);
  }
  return series;
}

inline T1Map fit(const Series& series, const FitOptions& options = {}) {
  return fit_t1_map(series.ti_ms, series.magnitude, series.phase, options);
}

inline T1Map fit_without_phase(const Series& series, const FitOptions& options = {}) {
  return fit_t1_map(series.ti_ms, series.magnitude, std::nullopt, options);
}

inline FitStatus status(const T1Map& map, int pixel) { return static_cast<FitStatus>(map.status(0, pixel)); }

}  // namespace cmrt1::testing
