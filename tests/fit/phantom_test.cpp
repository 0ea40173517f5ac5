#include "support/phantom.h"

#include <gtest/gtest.h>

#include <cmath>

#include "cmrt1/fit/t1_map.h"

namespace cmrt1 {
namespace {

using namespace cmrt1::testing;

/// Shares of the comparable pixels, in percent.
struct Agreement {
  double t1_within_2_ms = 0;
  double t1_exact = 0;
  double samples_used = 0;
  double r2_within_one_hundredth = 0;
};

Agreement agreement(const T1Map& map, const Phantom& phantom) {
  const Mask mask = comparable_pixels(phantom);
  int pixels = 0, close = 0, exact = 0, samples = 0, r2 = 0;
  for (Eigen::Index i = 0; i < mask.size(); ++i) {
    if (!mask.data()[i]) continue;
    const int t1_apart =
        std::abs(scanner_integer(map.t1_ms.data()[i]) - static_cast<int>(phantom.scanner_t1.data()[i]));
    const int used = map.samples_used.data()[i];
    ++pixels;
    close += t1_apart <= 2;
    exact += t1_apart == 0;
    samples += (used == 0 ? 0 : (used - 4) * 1000) == static_cast<int>(phantom.scanner_range.data()[i]);
    r2 += std::abs(map.r2.data()[i] - phantom.scanner_r2.data()[i] / 4000) <= 0.01f;
  }
  const double percent = 100.0 / pixels;
  return {close * percent, exact * percent, samples * percent, r2 * percent};
}

class PhantomFit : public ::testing::TestWithParam<Simd> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(phantom_folder())) GTEST_SKIP() << "the phantom's images are not there";
    if (!available(GetParam())) GTEST_SKIP() << "this processor lacks the instruction set";
  }

  void record(const Agreement& found) {
    RecordProperty("t1_within_2_ms_percent", std::to_string(found.t1_within_2_ms));
    RecordProperty("t1_exact_percent", std::to_string(found.t1_exact));
    RecordProperty("samples_used_percent", std::to_string(found.samples_used));
    RecordProperty("r2_within_0.01_percent", std::to_string(found.r2_within_one_hundredth));
    std::printf("T1 within 2 ms %.3f %%, exact %.3f %%, samples used %.3f %%, R2 within 0.01 %.3f %%\n",
                found.t1_within_2_ms, found.t1_exact, found.samples_used, found.r2_within_one_hundredth);
  }
};

TEST_P(PhantomFit, GivesTheScannersMapWithPhase) {
  const Phantom phantom = read_phantom();
  const Agreement found =
      agreement(fit_t1_map(phantom.ti_ms, phantom.magnitude, phantom.phase, {.simd = GetParam()}), phantom);
  record(found);
  EXPECT_GE(found.t1_within_2_ms, 99.95);
  EXPECT_GE(found.samples_used, 99.95);
  EXPECT_GE(found.r2_within_one_hundredth, 99.75);
}

TEST_P(PhantomFit, GivesTheScannersMapFromMagnitudes) {
  const Phantom phantom = read_phantom();
  const Agreement found =
      agreement(fit_t1_map(phantom.ti_ms, phantom.magnitude, std::nullopt, {.simd = GetParam()}), phantom);
  record(found);
  EXPECT_GE(found.t1_within_2_ms, 98.5);
  EXPECT_GE(found.samples_used, 99.0);
  EXPECT_GE(found.r2_within_one_hundredth, 99.0);
}

INSTANTIATE_TEST_SUITE_P(All, PhantomFit, ::testing::Values(Simd::baseline, Simd::avx2, Simd::avx512),
                         [](const auto& test) {
                           return test.param == Simd::baseline ? "baseline"
                                  : test.param == Simd::avx2   ? "avx2"
                                                               : "avx512";
                         });

}  // namespace
}  // namespace cmrt1
