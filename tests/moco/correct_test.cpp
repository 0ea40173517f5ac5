#include "cmrt1/moco/correct.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "cmrt1/base/error.h"
#include "cmrt1/field/fields.h"
#include "cmrt1/moco/quality.h"
#include "moco/moving_heart.h"

namespace cmrt1 {
namespace {

using testing::displacement_errors;
using testing::moving_heart;
using testing::MovingHeart;
using testing::MovingHeartOptions;

MocoOptions by(MocoMethod method) {
  MocoOptions options;
  options.method = method;
  return options;
}

MocoResult corrected_by_model(const SeriesImages& images, Sequence sequence = Sequence::shmolli) {
  return correct_motion(images, sequence, by(MocoMethod::model));
}

std::vector<DisplacementField> no_motion(const MovingHeart& heart) {
  return std::vector<DisplacementField>(heart.truth.size(), zero_field(static_cast<int>(heart.t1_ms.rows()),
                                                                       static_cast<int>(heart.t1_ms.cols())));
}

float median_displacement_error(const std::vector<DisplacementField>& fields, const MovingHeart& heart) {
  return quantile(displacement_errors(fields, heart.truth, heart.myocardium), 0.5);
}

float mean_t1_error(const T1Map& map, const MovingHeart& heart) {
  const auto errors = masked_values((map.t1_ms - heart.t1_ms).abs(), heart.myocardium);
  double sum = 0;
  for (const float e : errors) sum += e;
  return static_cast<float>(sum / static_cast<double>(errors.size()));
}

const MovingHeart& moved_heart() {
  static const MovingHeart heart = moving_heart();
  return heart;
}

const MocoResult& corrected_heart() {
  static const MocoResult result = corrected_by_model(moved_heart().images);
  return result;
}

void expect_uncorrected_delivered(const MocoResult& result) {
  EXPECT_FALSE(result.corrected);
  EXPECT_FALSE(result.decision.empty());
  EXPECT_TRUE((result.map.t1_ms == result.uncorrected.t1_ms).all());
  EXPECT_EQ(result.max_displacement_mm, 0);
  for (const auto& field : result.fields) {
    EXPECT_TRUE((field.x == 0).all());
    EXPECT_TRUE((field.y == 0).all());
  }
}

TEST(CorrectMotion, LeavesLessThanAThirdOfTheDisplacement) {
  const float before = median_displacement_error(no_motion(moved_heart()), moved_heart());
  EXPECT_GT(before, 2);
  EXPECT_LT(median_displacement_error(corrected_heart().fields, moved_heart()), before / 3);
}

TEST(CorrectMotion, LeavesLessThanHalfOfTheT1Error) {
  EXPECT_LT(mean_t1_error(corrected_heart().map, moved_heart()),
            mean_t1_error(corrected_heart().uncorrected, moved_heart()) / 2);
}

TEST(CorrectMotion, RaisesR2AboutTheHeart) {
  const MocoResult& result = corrected_heart();
  EXPECT_TRUE(result.corrected);
  EXPECT_EQ(result.method_used, MocoMethod::model);
  EXPECT_GT(result.after.r2_median, result.before.r2_median);
  EXPECT_GT(result.after.r2_p05, result.before.r2_p05);
  EXPECT_GT(result.max_displacement_mm, result.mean_displacement_mm);
}

TEST(CorrectMotion, HalvesTheDisplacementWithoutPhase) {
  const MovingHeart heart = moving_heart({.phase = false});
  const MocoResult result = corrected_by_model(heart.images, Sequence::molli);
  EXPECT_LT(median_displacement_error(result.fields, heart),
            median_displacement_error(no_motion(heart), heart) / 2);
}

TEST(CorrectMotion, KeepsTheMeanPosition) {
  const auto& fields = corrected_heart().fields;
  Pixels x = fields[0].x, y = fields[0].y;
  for (std::size_t k = 1; k < fields.size(); ++k) {
    x += fields[k].x;
    y += fields[k].y;
  }
  EXPECT_LT(x.abs().maxCoeff(), 1e-3);
  EXPECT_LT(y.abs().maxCoeff(), 1e-3);
}

TEST(CorrectMotion, GivesInvertibleFields) {
  EXPECT_GT(corrected_heart().min_jacobian, 0);
  EXPECT_EQ(corrected_heart().min_jacobian, smallest_jacobian(corrected_heart().fields));
}

TEST(CorrectMotion, IsTheSameOnAnyNumberOfThreads) {
  MocoOptions one = by(MocoMethod::model), three = one;
  one.threads = 1;
  three.threads = 3;
  const MocoResult a = correct_motion(moved_heart().images, Sequence::shmolli, one);
  const MocoResult b = correct_motion(moved_heart().images, Sequence::shmolli, three);
  EXPECT_TRUE((a.map.t1_ms == b.map.t1_ms).all());
  for (std::size_t k = 0; k < a.fields.size(); ++k) {
    EXPECT_TRUE((a.fields[k].x == b.fields[k].x).all());
    EXPECT_TRUE((a.fields[k].y == b.fields[k].y).all());
  }
}

TEST(CorrectMotion, LeavesAStillSeriesStill) {
  const MovingHeart heart = moving_heart({.shift_px = 0, .radial = 0});
  expect_uncorrected_delivered(corrected_by_model(heart.images));
}

TEST(CorrectMotion, DeliversTheUncorrectedMapWhereImagesHaveNothingInCommon) {
  MovingHeart heart = moving_heart({.shift_px = 0, .radial = 0, .phase = false});
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(20, 300);
  for (Pixels& frame : heart.images.magnitude.frames)
    frame = Pixels::NullaryExpr(frame.rows(), frame.cols(), [&] { return uniform(random); });
  expect_uncorrected_delivered(corrected_by_model(heart.images));
}

/// A still, finely striped heart across which a bright disc wanders: no smooth field can follow the
/// disc without dragging the stripes along.
SeriesImages disc_wandering_over_stripes() {
  SeriesImages images = moving_heart({.shift_px = 0, .radial = 0, .noise = 0.5, .phase = false}).images;
  const std::vector<float> path = {-2.4f, 1.8f, 0, 2.4f, -1.8f, 1.2f, -1.2f};
  for (std::size_t k = 0; k < path.size(); ++k) {
    Pixels& frame = images.magnitude.frames[k];
    const float recovery = std::abs(1 - 1.9f * std::exp(-0.9f * static_cast<float>(images.ti_ms[k]) / 1200));
    for (Eigen::Index row = 0; row < frame.rows(); ++row)
      for (Eigen::Index column = 0; column < frame.cols(); ++column) {
        frame(row, column) *= 1 + 0.15f * std::sin(1.3f * static_cast<float>(column));
        const float x = static_cast<float>(column) - 80 - path[k], y = static_cast<float>(row) - 70;
        if (std::hypot(x, y) < 12) frame(row, column) = 1000 * recovery;
      }
  }
  return images;
}

TEST(CorrectMotion, RejectsAFieldThatBringsImagesCloserButLowersR2) {
  const MocoResult result = corrected_by_model(disc_wandering_over_stripes());
  EXPECT_TRUE(result.rejected);
  EXPECT_LT(result.after.r2_median, result.before.r2_median);
  expect_uncorrected_delivered(result);
}

TEST(CorrectMotion, JudgesTheMapThatItDelivers) {
  const MocoResult& result = corrected_heart();
  const RegionQuality delivered = region_quality(result.map.r2, result.heart_region);
  EXPECT_NEAR(result.after.r2_median, delivered.r2_median, 1e-4);
  EXPECT_NEAR(result.after.r2_p05, delivered.r2_p05, 1e-4);
  EXPECT_EQ(result.after.pixels, delivered.pixels);
}

TEST(CorrectMotion, SaysHowMuchMotionThereWasAndIsLeft) {
  const Confidence& confidence = corrected_heart().confidence;
  EXPECT_GT(confidence.motion_before_mm, 2);
  EXPECT_LT(confidence.motion_after_mm, 0.5);
  EXPECT_TRUE(std::isnan(confidence.agreement_mm)) << "no network took part";
}

TEST(CorrectMotion, RefusesAHeartCentreOutsideTheImage) {
  MocoOptions options = by(MocoMethod::model);
  options.heart_centre_px = {{1000, 20}};
  EXPECT_THROW(correct_motion(moved_heart().images, Sequence::shmolli, options), CaseError);
  options.heart_centre_px = {{std::nan(""), 20}};
  EXPECT_THROW(correct_motion(moved_heart().images, Sequence::shmolli, options), UsageError);
}

TEST(CorrectMotion, TakesConstantImagesAsStill) {
  MovingHeart heart = moving_heart({.shift_px = 0, .radial = 0, .phase = false});
  for (Pixels& frame : heart.images.magnitude.frames) frame.setConstant(100);
  const MocoResult result = corrected_by_model(heart.images);
  expect_uncorrected_delivered(result);
  EXPECT_TRUE(result.map.t1_ms.isFinite().all());
}

TEST(CorrectMotion, SaysThatFourImagesAreTooFewToFindMotion) {
  const MovingHeart heart = moving_heart({.ti_ms = {100, 900, 1800, 3600}});
  const MocoResult result = corrected_by_model(heart.images, Sequence::molli);
  expect_uncorrected_delivered(result);
  EXPECT_EQ(result.decision, "motion is estimated from 5 images or more");
}

TEST(CorrectMotion, DoesNotBlameTheCorrectionWhereNoTissueIsBrightEnough) {
  MovingHeart heart = moving_heart();
  for (Pixels& frame : heart.images.magnitude.frames) frame *= 0.01f;
  const MocoResult result = corrected_by_model(heart.images);
  expect_uncorrected_delivered(result);
  EXPECT_FALSE(result.rejected);
  EXPECT_EQ(result.before.pixels, 0);
}

TEST(CorrectMotion, MarksPixelsThatSomeImageDoesNotCover) {
  const MovingHeart heart = moving_heart({.columns = 110, .rows = 100, .shift_px = 3, .reach_mm = 1000});
  const MocoResult result = corrected_by_model(heart.images);
  ASSERT_TRUE(result.corrected);
  int outside_pixels = 0;
  for (const auto& field : result.fields) {
    const Mask outside = leaves_image(field);
    for (Eigen::Index i = 0; i < outside.size(); ++i) {
      if (!outside.data()[i]) continue;
      ++outside_pixels;
      EXPECT_EQ(result.map.status.data()[i], static_cast<int>(FitStatus::outside_image));
      EXPECT_EQ(result.map.t1_ms.data()[i], 0);
      EXPECT_TRUE(std::isnan(result.map.t1_error_ms.data()[i]));
    }
  }
  EXPECT_GT(outside_pixels, 0);
}

TEST(CorrectMotion, OnlyFitsWhereItIsSwitchedOff) {
  const MocoResult result = correct_motion(moved_heart().images, Sequence::shmolli, by(MocoMethod::none));
  expect_uncorrected_delivered(result);
  EXPECT_EQ(result.rounds, 0);
}

TEST(CorrectMotion, RefusesNonsenseOptions) {
  MocoOptions options = by(MocoMethod::model);
  for (const double radius : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    options.heart_radius_mm = radius;
    EXPECT_THROW(correct_motion(moved_heart().images, Sequence::shmolli, options), UsageError);
  }
}

}  // namespace
}  // namespace cmrt1
