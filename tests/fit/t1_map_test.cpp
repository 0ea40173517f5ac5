#include "cmrt1/fit/t1_map.h"

#include <gtest/gtest.h>

#include <limits>

#include "cmrt1/base/error.h"
#include "support/fit_series.h"

namespace cmrt1 {
namespace {

using namespace cmrt1::testing;

const std::vector<Tissue> kTissues = {{150}, {300}, {450}, {800}, {1000}, {1200}, {1600}, {2000}, {2800}};

FitOptions molli() { return {.model = FitModel::molli}; }

std::string reason_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const CaseError& error) {
    return error.reason();
  }
  return "no error";
}

TEST(FitT1, RecoversT1OfNoiseFreeShmolliWithPhase) {
  const T1Map map = fit(make_series(kShmolliTi, kTissues));
  for (int i = 0; i < map.t1_ms.cols(); ++i) EXPECT_NEAR(map.t1_ms(0, i), kTissues[i].t1_ms, 1) << i;
}

TEST(FitT1, RecoversT1OfNoiseFreeShmolliFromMagnitudes) {
  const T1Map map = fit_without_phase(make_series(kShmolliTi, kTissues));
  for (int i = 0; i < map.t1_ms.cols(); ++i) EXPECT_NEAR(map.t1_ms(0, i), kTissues[i].t1_ms, 1) << i;
}

TEST(FitT1, RecoversT1OfMolliWithAnyNumberOfImages) {
  for (const std::ptrdiff_t images : {4, 5, 8}) {
    const std::vector<double> ti(kMolliTi.end() - images, kMolliTi.end());
    const std::vector<Tissue> tissues = {{700}, {1000}, {1500}};
    const T1Map map = fit_without_phase(make_series(ti, tissues), molli());
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(map.t1_ms(0, i), tissues[i].t1_ms, 1) << images << " images";
      EXPECT_EQ(map.samples_used(0, i), images);
    }
  }
}

TEST(FitT1, RecoversT1OfMolliWithPhase) {
  const T1Map map = fit(make_series(kMolliTi, kTissues), molli());
  for (int i = 0; i < map.t1_ms.cols(); ++i) EXPECT_NEAR(map.t1_ms(0, i), kTissues[i].t1_ms, 1) << i;
}

TEST(FitT1, AppliesLookLockerCorrection) {
  const Tissue tissue{.t1_ms = 1200, .a = 300, .b = 540};
  const T1Map map = fit(make_series(kShmolliTi, {tissue}));
  EXPECT_NEAR(map.t1_star_ms(0, 0), tissue.t_star_ms(), 1);
  EXPECT_NEAR(map.t1_ms(0, 0), map.t1_star_ms(0, 0) * (map.b(0, 0) / map.a(0, 0) - 1), 0.01);
  EXPECT_NEAR(map.t1_ms(0, 0), 1200, 1);
}

TEST(FitT1, RestsLongT1OnFiveSamplesAndShortT1OnSeven) {
  const T1Map map = fit(make_series(kShmolliTi, {{1500}, {250}}, 2));
  EXPECT_EQ(map.samples_used(0, 0), 5);
  EXPECT_EQ(map.samples_used(0, 1), 7);
}

TEST(FitT1, RestsOnSixSamplesWhereTheSeventhDoesNotFit) {
  Series series = make_series(kShmolliTi, {{600}}, 1.5, 7);
  series.magnitude.frames[2](0, 0) += 60;
  EXPECT_EQ(fit(series).samples_used(0, 0), 6);
}

TEST(FitT1, TakesASampleOfUndecidedPhaseWithTheSignThatFits) {
  Series series = make_series(kShmolliTi, {{900}, {400}});
  for (const int frame : {1, 2})
    series.phase->frames[frame].setConstant(static_cast<float>(0.3 + std::numbers::pi / 2));
  const T1Map map = fit(series);
  EXPECT_NEAR(map.t1_ms(0, 0), 900, 1);
  EXPECT_NEAR(map.t1_ms(0, 1), 400, 1);
}

TEST(FitT1, TellsPixelsBelowTheSignalFloor) {
  const T1Map map = fit(make_series(kShmolliTi, {{.t1_ms = 1000, .a = 8, .b = 16}, {1000}}));
  EXPECT_EQ(status(map, 0), FitStatus::below_signal_floor);
  EXPECT_EQ(map.t1_ms(0, 0), 0);
  EXPECT_EQ(map.samples_used(0, 0), 0);
  EXPECT_EQ(status(map, 1), FitStatus::fitted);
}

TEST(FitT1, GivesNoNumberForInputThatIsNoMagnitude) {
  for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity(), -50.0f})
    for (const FitModel model : {FitModel::shmolli, FitModel::molli}) {
      Series series = make_series(kShmolliTi, {{1000}, {1000}});
      series.magnitude.frames[4](0, 0) = value;
      const T1Map map = fit(series, {.model = model});
      EXPECT_NE(status(map, 0), FitStatus::fitted) << value;
      EXPECT_EQ(map.t1_ms(0, 0), 0) << value;
      EXPECT_NEAR(map.t1_ms(0, 1), 1000, 1) << "the neighbour is untouched";
    }
}

TEST(FitT1, GivesNoNumberForAPhaseThatIsNotFinite) {
  Series series = make_series(kShmolliTi, {{1000}});
  series.phase->frames[3](0, 0) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(status(fit(series), 0), FitStatus::not_converged);
}

TEST(FitT1, GivesNoNumberForConstantSaturatedAndEmptyPixels) {
  for (const float value : {0.0f, 50.0f, 4095.0f})
    for (const FitModel model : {FitModel::shmolli, FitModel::molli}) {
      Series series = make_series(kShmolliTi, {{1000}});
      for (Pixels& frame : series.magnitude.frames) frame.setConstant(value);
      const FitOptions options{.model = model};
      for (const T1Map& map : {fit(series, options), fit_without_phase(series, options)}) {
        EXPECT_NE(status(map, 0), FitStatus::fitted) << value;
        EXPECT_EQ(map.t1_ms(0, 0), 0) << value;
      }
    }
}

TEST(FitT1, ClampsT1BeyondTheRangeAndSaysSo) {
  const T1Map map = fit(make_series(kShmolliTi, {{4800}}));
  EXPECT_EQ(map.t1_ms(0, 0), 4000);
  EXPECT_EQ(status(map, 0), FitStatus::clamped);
}

TEST(FitT1, RefusesSeriesThatDoNotSuitTheModel) {
  const std::vector<double> six(kShmolliTi.begin(), kShmolliTi.end() - 1);
  const std::vector<double> three(kShmolliTi.begin(), kShmolliTi.begin() + 3);
  EXPECT_EQ(reason_of([&] { fit(make_series(six, {{1000}})); }), "shmolli_needs_7_images");
  EXPECT_EQ(reason_of([&] { fit(make_series(three, {{1000}}), molli()); }), "too_few_images");
  EXPECT_EQ(reason_of([&] { fit(make_series({}, {{1000}}), molli()); }), "too_few_images");
  EXPECT_EQ(reason_of([&] { fit(make_series(std::vector<double>(65, 1), {{1000}}), molli()); }),
            "too_many_images");
}

TEST(FitT1, RefusesInversionTimesThatAreNotAscendingAndPositive) {
  for (const std::vector<double>& ti : std::vector<std::vector<double>>{
           {100, 100, 900, 1900}, {200, 100, 900, 1900}, {0, 100, 900, 1900}, {100, 900, 1900, NAN}})
    EXPECT_EQ(reason_of([&] { fit(make_series(ti, {{1000}}), molli()); }), "inversion_times_invalid");
}

TEST(FitT1, RefusesStacksOfDifferentShapes) {
  Series series = make_series(kShmolliTi, {{1000}, {1000}});
  series.magnitude.frames[2] = Pixels::Zero(1, 3);
  EXPECT_EQ(reason_of([&] { fit(series); }), "image_shapes_differ");
  series = make_series(kShmolliTi, {{1000}, {1000}});
  series.phase->frames.pop_back();
  EXPECT_EQ(reason_of([&] { fit(series); }), "image_shapes_differ");
}

TEST(FitOptionsCheck, RefusesValuesOutsideTheirRange) {
  EXPECT_THROW(FitOptions{.signal_floor = -1}.check(), UsageError);
  EXPECT_THROW(FitOptions{.t1_max_ms = 0}.check(), UsageError);
  EXPECT_THROW(FitOptions{.threads = -1}.check(), UsageError);
  EXPECT_NO_THROW(FitOptions{}.check());
}

TEST(ScannerInteger, CutsOffBelowThePointWithinTheRange) {
  EXPECT_EQ(scanner_integer(999.99f), 999);
  EXPECT_EQ(scanner_integer(4000.5f), 4000);
  EXPECT_EQ(scanner_integer(-3), 0);
  EXPECT_EQ(scanner_integer(std::numeric_limits<float>::quiet_NaN()), 0);
}

}  // namespace
}  // namespace cmrt1
