#include <gtest/gtest.h>

#include <cstring>

#include "cmrt1/base/error.h"
#include "support/fit_series.h"

namespace cmrt1 {
namespace {

using namespace cmrt1::testing;

/// Tissues of every T1 and signal level, weak ones among them, with noise.
Series mixed_series() {
  std::vector<Tissue> tissues;
  for (int i = 0; i < 6000; ++i) {
    const double a = 12 + 40 * (i % 17);
    tissues.push_back({.t1_ms = 80.0 + (i * 37) % 3000, .a = a, .b = a * (1.2 + 0.15 * (i % 13))});
  }
  return make_series(kShmolliTi, tissues, 4);
}

/// Bit by bit, so that NaNs compare too.
template <typename Map>
bool identical(const Map& x, const Map& y) {
  return x.size() == y.size() && std::memcmp(x.data(), y.data(), sizeof(*x.data()) * x.size()) == 0;
}

bool identical(const T1Map& x, const T1Map& y) {
  return identical(x.t1_ms, y.t1_ms) && identical(x.t1_error_ms, y.t1_error_ms) && identical(x.r2, y.r2) &&
         identical(x.a, y.a) && identical(x.b, y.b) && identical(x.t1_star_ms, y.t1_star_ms) &&
         identical(x.samples_used, y.samples_used) && identical(x.status, y.status);
}

TEST(FitT1, IsBitIdenticalForAnyNumberOfThreads) {
  const Series series = mixed_series();
  for (const bool with_phase : {true, false}) {
    const auto run = [&](int threads) {
      const FitOptions options{.threads = threads};
      return with_phase ? fit(series, options) : fit_without_phase(series, options);
    };
    const T1Map one = run(1);
    for (const int threads : {2, 3, 7, 0}) EXPECT_TRUE(identical(one, run(threads))) << threads;
  }
}

TEST(FitT1, DoesNotDependOnTheNeighbours) {
  const Series series = mixed_series();
  const T1Map all = fit(series);
  Series part = series;
  const int first = 1003, count = 501;
  for (Stack* stack : {&part.magnitude, &*part.phase}) {
    stack->geometry.columns = count;
    for (Pixels& frame : stack->frames) frame = Pixels(frame.middleCols(first, count));
  }
  EXPECT_TRUE(identical(Pixels(all.t1_ms.middleCols(first, count)), fit(part).t1_ms));
}

class FitWithInstructionSet : public ::testing::TestWithParam<Simd> {};

TEST_P(FitWithInstructionSet, AgreesWithTheBaseline) {
  if (!available(GetParam())) GTEST_SKIP() << "this processor lacks the instruction set";
  const Series series = mixed_series();
  for (const bool with_phase : {true, false}) {
    const auto run = [&](Simd simd) {
      const FitOptions options{.simd = simd};
      return with_phase ? fit(series, options) : fit_without_phase(series, options);
    };
    const T1Map baseline = run(Simd::baseline), other = run(GetParam());
    const auto apart = ((baseline.t1_ms - other.t1_ms).abs() > 0.1f).count();
    EXPECT_LE(apart, baseline.t1_ms.size() / 1000) << "pixels of " << baseline.t1_ms.size();
  }
}

INSTANTIATE_TEST_SUITE_P(All, FitWithInstructionSet, ::testing::Values(Simd::best, Simd::avx2, Simd::avx512));

TEST(FitT1, RefusesAnInstructionSetThatTheProcessorLacks) {
  for (const Simd simd : {Simd::avx2, Simd::avx512})
    if (!available(simd)) {
      EXPECT_THROW(fit(make_series(kShmolliTi, {{1000}}), {.simd = simd}), UsageError);
    }
  EXPECT_TRUE(available(Simd::baseline));
}

}  // namespace
}  // namespace cmrt1
