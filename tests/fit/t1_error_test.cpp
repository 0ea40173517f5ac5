#include <gtest/gtest.h>

#include <cmath>

#include "support/fit_series.h"

namespace cmrt1 {
namespace {

using namespace cmrt1::testing;

struct Scatter {
  double sd_ms = 0;         ///< of the fitted T1
  double rms_error_ms = 0;  ///< of the error estimates
};

/// Repeats the fit of one tissue with fresh noise.
Scatter scatter_of(const std::vector<double>& ti_ms, FitModel model, const Tissue& tissue, double noise_sd) {
  constexpr int kRepeats = 4000;
  const T1Map map =
      fit(make_series(ti_ms, std::vector<Tissue>(kRepeats, tissue), noise_sd), {.model = model});
  double sum = 0, squares = 0, errors = 0;
  for (int i = 0; i < kRepeats; ++i) {
    EXPECT_EQ(status(map, i), FitStatus::fitted);
    sum += map.t1_ms(0, i);
    squares += double{map.t1_ms(0, i)} * map.t1_ms(0, i);
    errors += double{map.t1_error_ms(0, i)} * map.t1_error_ms(0, i);
  }
  const double mean = sum / kRepeats;
  return {std::sqrt(squares / kRepeats - mean * mean), std::sqrt(errors / kRepeats)};
}

TEST(T1Error, MatchesTheScatterOfMolliWithinATenth) {
  for (const double t1 : {800.0, 1200.0, 1600.0}) {
    const Scatter scatter = scatter_of(kMolliTi, FitModel::molli, {t1}, 4);
    EXPECT_NEAR(scatter.rms_error_ms / scatter.sd_ms, 1, 0.1) << t1;
  }
}

TEST(T1Error, MatchesTheScatterOfShmolliOnFiveSamplesWithinAFifth) {
  const Scatter scatter = scatter_of(kShmolliTi, FitModel::shmolli, {1400}, 4);
  EXPECT_NEAR(scatter.rms_error_ms / scatter.sd_ms, 1, 0.2);
}

TEST(T1Error, GrowsWithTheNoise) {
  const double quiet = scatter_of(kMolliTi, FitModel::molli, {1000}, 2).rms_error_ms;
  const double loud = scatter_of(kMolliTi, FitModel::molli, {1000}, 8).rms_error_ms;
  EXPECT_NEAR(loud / quiet, 4, 0.4);
}

TEST(T1Error, VanishesWithoutNoise) {
  const T1Map map = fit(make_series(kMolliTi, {{1000}}), {.model = FitModel::molli});
  EXPECT_LT(map.t1_error_ms(0, 0), 0.01);
}

}  // namespace
}  // namespace cmrt1
