#include "cmrt1/moco/gate.h"

#include <gtest/gtest.h>

#include "cmrt1/moco/quality.h"
#include "moco/moving_heart.h"

namespace cmrt1 {
namespace {

/// The true fields of a series that moves too little to be clear motion, judged as if they left `rest` of
/// what was unexplained.
Candidate judged(MocoMethod method, double rest, bool network_found_motion = false) {
  static const testing::MovingHeart heart = testing::moving_heart({.shift_px = 0.6, .radial = 0, .noise = 1});
  static const MocoOptions options;
  static const std::array<double, 2> centre = {79.5, 69.5};
  static const T1Map uncorrected =
      fit_t1_map(heart.images.ti_ms, heart.images.magnitude, heart.images.phase, options.fit);
  static const Mask region = heart_region(heart.images.magnitude, centre, options);
  static const ComplexSeries signal = complex_series(heart.images);
  Gate gate(heart.images, signal, uncorrected, FitModel::shmolli, region, centre, options);
  MotionEstimate estimate;
  estimate.fields = heart.truth;
  estimate.unexplained_before = 1;
  estimate.unexplained_after = rest;
  return gate.judge(method, estimate, network_found_motion).candidate;
}

TEST(Gate, AsksModelDrivenFieldsForHalfOfWhatWasUnexplained) {
  EXPECT_FALSE(judged(MocoMethod::model, 0.6).clear_motion);
  EXPECT_FALSE(judged(MocoMethod::model, 0.6).found_motion);
  EXPECT_TRUE(judged(MocoMethod::model, 0.4).accepted) << judged(MocoMethod::model, 0.4).verdict;
}

TEST(Gate, AsksTheNetworksFieldsForLessAsTheyAreNotMadeToFit) {
  EXPECT_TRUE(judged(MocoMethod::network, 0.6).accepted) << judged(MocoMethod::network, 0.6).verdict;
  EXPECT_FALSE(judged(MocoMethod::network, 0.9).found_motion);
  EXPECT_FALSE(judged(MocoMethod::network, 0.9).accepted);
}

TEST(Gate, AsksRefinedFieldsForLessOnlyWhereTheNetworkHadFoundMotion) {
  EXPECT_FALSE(judged(MocoMethod::network_model, 0.6).found_motion);
  EXPECT_TRUE(judged(MocoMethod::network_model, 0.6, true).accepted);
}

}  // namespace
}  // namespace cmrt1
