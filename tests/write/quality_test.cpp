#include "cmrt1/write/quality.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/record.h"

using namespace cmrt1;

namespace {

constexpr auto not_converged = static_cast<std::uint8_t>(FitStatus::not_converged);

}  // namespace

TEST(Judge, AcceptsAGoodCorrectedMap) {
  const Verdict verdict = judge(sample::record().result);
  EXPECT_EQ(verdict.status, "ok");
  EXPECT_EQ(verdict.flag, "");
}

TEST(Judge, FlagsAHeartThatIsMostlyNotFitted) {
  MocoResult result = sample::record().result;
  result.map.status = not_converged;
  EXPECT_EQ(judge(result).status, "flagged");
  EXPECT_EQ(judge(result).flag, "few_pixels_fitted");
}

TEST(Judge, FlagsAPoorFit) {
  MocoResult result = sample::record().result;
  result.after.r2_median = 0.89;
  EXPECT_EQ(judge(result).flag, "low_r2");
  result.after.r2_median = std::nan("");
  EXPECT_EQ(judge(result).flag, "low_r2");
}

TEST(Judge, FlagsARejectedCorrectionAndReadsTheUncorrectedQuality) {
  MocoResult result = sample::record().result;
  result.corrected = false;
  result.rejected = true;
  EXPECT_EQ(judge(result).flag, "correction_rejected");
  result.before.r2_median = 0.5;
  EXPECT_EQ(judge(result).flag, "low_r2;correction_rejected");
}

TEST(Judge, FlagsMotionThatIsLeft) {
  MocoResult result = sample::record().result;
  result.confidence.motion_after_mm = 2.1;
  EXPECT_EQ(judge(result).flag, "motion_left");
}

TEST(Judge, FlagsANetworkThatTheModelContradicts) {
  MocoResult result = sample::record().result;
  result.confidence.agreement_mm = 2.1;
  EXPECT_EQ(judge(result).flag, "network_and_model_disagree");
}

TEST(Judge, FlagsDisplacementsBeyondThoseLearnt) {
  MocoResult result = sample::record().result;
  result.max_displacement_mm = 15.1;
  EXPECT_EQ(judge(result).flag, "large_displacement");
}

TEST(Judge, FlagsFieldsThatNearlyFold) {
  MocoResult result = sample::record().result;
  result.min_jacobian = 0.09;
  EXPECT_EQ(judge(result).flag, "nearly_folding");
}

TEST(Judge, TakesFiguresThatWereNotMeasuredForNoReason) {
  MocoResult result = sample::record().result;
  result.confidence = {};
  EXPECT_EQ(judge(result).status, "ok");
}

TEST(Judge, AcceptsASeriesInWhichNothingMoved) {
  MocoResult result = sample::record().result;
  result.corrected = false;
  EXPECT_EQ(judge(result).status, "ok");
}

TEST(Judge, DoesNotMissACorrectionThatNobodyAskedFor) {
  MocoResult result = sample::record().result;
  result.method = MocoMethod::none;
  result.corrected = false;
  EXPECT_EQ(judge(result).status, "ok");
}

TEST(Quality, CountsThePixelsOfEachStatus) {
  const auto counts = count_by_status(sample::record().result.map.status);
  EXPECT_EQ(counts[0], sample::rows * sample::columns - 26);
  EXPECT_EQ(counts[1], 25);
  EXPECT_EQ(counts[2], 0);
  EXPECT_EQ(counts[3], 1);
  EXPECT_EQ(counts[4], 0);
}

TEST(Quality, TakesTheMedianT1OfTheFittedHeart) {
  MocoResult result = sample::record().result;
  EXPECT_FLOAT_EQ(static_cast<float>(median_heart_t1_ms(result)), 1000.5f);
  result.map.status = not_converged;
  EXPECT_TRUE(std::isnan(median_heart_t1_ms(result)));
}

TEST(Quality, MeasuresTheFittedShareOfTheHeart) {
  MocoResult result = sample::record().result;
  EXPECT_DOUBLE_EQ(fitted_percent(result), 100);
  result.map.status.topRows(20) = not_converged;
  EXPECT_NEAR(fitted_percent(result), 50, 4);
  result.heart_region = 0;
  EXPECT_TRUE(std::isnan(fitted_percent(result)));
}

TEST(Quality, GainsNothingWhereTheUncorrectedMapIsDelivered) {
  MocoResult result = sample::record().result;
  EXPECT_NEAR(r2_gain(result), 0.055, 1e-12);
  result.corrected = false;
  EXPECT_EQ(r2_gain(result), 0);
}

TEST(Quality, HidesValuesThatTheStatusDenies) {
  const T1Map map = sample::record().result.map;
  const Pixels shown = nan_where_undefined(map.t1_ms, map.status);
  EXPECT_TRUE(std::isnan(shown(0, 0)));
  EXPECT_EQ(shown(20, 24), 1600.75f);
  EXPECT_EQ(shown(0, sample::columns - 1), 4000) << "a clamped value stays";
}

TEST(Quality, FindsTheImageThatMovedMost) { EXPECT_EQ(most_displaced_image(sample::record().result), 6); }
