#include <gtest/gtest.h>

#include <cmath>

#include "cmrt1/base/error.h"
#include "cmrt1/field/fields.h"
#include "cmrt1/moco/correct.h"
#include "moco/moving_heart.h"
#include "moco/stand_in.h"

namespace cmrt1 {
namespace {

using testing::displacement_errors;
using testing::moving_heart;
using testing::MovingHeart;
using testing::stand_in;

/// Moves as a whole: what the stand-in `shifts` can find.
const MovingHeart& shifted_heart() {
  static const MovingHeart heart = moving_heart({.radial = 0, .reach_mm = 1000});
  return heart;
}

MocoResult corrected(const SeriesImages& images, MocoMethod method, const std::string& network) {
  MocoOptions options;
  options.method = method;
  const nn::Network loaded = stand_in(network);
  return correct_motion(images, Sequence::shmolli, options, &loaded);
}

/// Contracts as well, and the chest about it stands still: shifts are half of the truth.
const MovingHeart& beating_heart() {
  static const MovingHeart heart = moving_heart();
  return heart;
}

const MocoResult& shifts_of_shifted_heart() {
  static const MocoResult result = corrected(shifted_heart().images, MocoMethod::network, "shifts");
  return result;
}

const MocoResult& refined_beating_heart() {
  static const MocoResult result = corrected(beating_heart().images, MocoMethod::network_model, "shifts");
  return result;
}

float median_error(const std::vector<DisplacementField>& fields, const MovingHeart& heart) {
  return quantile(displacement_errors(fields, heart.truth, heart.myocardium), 0.5);
}

void expect_uncorrected_delivered(const MocoResult& result) {
  EXPECT_FALSE(result.corrected);
  EXPECT_EQ(result.method_used, MocoMethod::none);
  EXPECT_TRUE((result.map.t1_ms == result.uncorrected.t1_ms).all());
  for (const auto& field : result.fields) EXPECT_TRUE((field.x == 0).all() && (field.y == 0).all());
}

TEST(CorrectWithNetwork, DeliversWhatTheNetworkFound) {
  const MocoResult& result = shifts_of_shifted_heart();
  ASSERT_TRUE(result.corrected) << result.decision;
  EXPECT_EQ(result.method_used, MocoMethod::network);
  EXPECT_EQ(result.rounds, 0);
  EXPECT_LT(median_error(result.fields, shifted_heart()), 0.2);
  EXPECT_GT(result.after.r2_p05, result.before.r2_p05);
}

TEST(CorrectWithNetwork, RefinesWhatTheNetworkFound) {
  const MocoResult& result = refined_beating_heart();
  ASSERT_TRUE(result.corrected) << result.decision;
  EXPECT_EQ(result.method_used, MocoMethod::network_model);
  EXPECT_GT(result.rounds, 0);
  const auto of_network = network_fields(beating_heart().images, stand_in("shifts"));
  EXPECT_LT(median_error(result.fields, beating_heart()), 0.6 * median_error(of_network, beating_heart()));
}

/// What `auto` made of a heart of which shifts are all or most of the motion, so that both candidates pass.
void expect_higher(double radial, MocoMethod higher) {
  const MovingHeart heart = moving_heart({.radial = radial, .reach_mm = 90});
  const MocoResult result = corrected(heart.images, MocoMethod::automatic, "shifts");
  ASSERT_EQ(result.candidates.size(), 2u);
  const Candidate &network = result.candidates[0], &refined = result.candidates[1];
  ASSERT_TRUE(network.accepted && refined.accepted);
  const bool is_network = higher == MocoMethod::network;
  const Candidate &best = is_network ? network : refined, &other = is_network ? refined : network;
  ASSERT_GT(best.after.r2_median, other.after.r2_median);
  EXPECT_EQ(result.method, MocoMethod::automatic);
  EXPECT_EQ(result.method_used, higher);
  EXPECT_EQ(result.after.r2_median, best.after.r2_median);
  EXPECT_NE(result.decision.find(std::string(to_string(higher)) + " gave"), std::string::npos);
}

TEST(CorrectWithNetwork, TakesTheAcceptedCandidateWithTheHighestR2) {
  expect_higher(0, MocoMethod::network);
  expect_higher(0.03, MocoMethod::network_model);
}

TEST(CorrectWithNetwork, SaysWhichNetworkItWas) {
  const auto& network = shifts_of_shifted_heart().network;
  ASSERT_TRUE(network);
  EXPECT_EQ(network->name, "moconet");
  EXPECT_EQ(network->version, "stand-in shifts");
  EXPECT_EQ(network->sha256.size(), 64u);
}

TEST(CorrectWithNetwork, MeasuresHowFarNetworkAndModelAgree) {
  const Confidence alone = shifts_of_shifted_heart().confidence;
  EXPECT_EQ(alone.agreement_mm, alone.motion_after_mm);
  EXPECT_LT(alone.agreement_mm, alone.motion_before_mm);
  const Confidence refined = refined_beating_heart().confidence;
  EXPECT_GT(refined.agreement_mm, refined.motion_after_mm);
  EXPECT_GT(refined.motion_before_mm, 2);
}

TEST(CorrectWithNetwork, GivesInvertibleFieldsOfMeanZero) {
  for (const MocoResult* result : {&shifts_of_shifted_heart(), &refined_beating_heart()}) {
    Pixels x = result->fields[0].x;
    for (std::size_t k = 1; k < result->fields.size(); ++k) x += result->fields[k].x;
    EXPECT_LT(x.abs().maxCoeff(), 1e-3);
    EXPECT_GE(result->min_jacobian, 0.05);
    EXPECT_EQ(result->min_jacobian, smallest_jacobian(result->fields));
  }
}

TEST(CorrectWithNetwork, NeverDeliversTheFieldsOfAWrongNetwork) {
  const MocoResult result = corrected(shifted_heart().images, MocoMethod::network, "wrong");
  expect_uncorrected_delivered(result);
  EXPECT_EQ(result.decision, "the displacements found would not bring the images closer together");
  EXPECT_GT(result.confidence.motion_after_mm, 2) << "the motion is still there";
}

TEST(CorrectWithNetwork, FallsBackOnTheModelWhereTheNetworkIsWrong) {
  const MocoResult result = corrected(beating_heart().images, MocoMethod::automatic, "wrong");
  ASSERT_TRUE(result.corrected) << result.decision;
  EXPECT_NE(result.method_used, MocoMethod::network);
  EXPECT_FALSE(result.candidates.front().accepted);
  EXPECT_GT(result.confidence.agreement_mm, 2) << "the network said something else";
}

TEST(CorrectWithNetwork, LeavesAStillSeriesStillWhateverTheNetworkSays) {
  const MovingHeart still = moving_heart({.shift_px = 0, .radial = 0});
  for (const std::string network : {"wrong", "shifts", "ramps"})
    expect_uncorrected_delivered(corrected(still.images, MocoMethod::automatic, network));
}

TEST(CorrectWithNetwork, TakesTheModelWhereTheImagesAreTooManyForTheNetwork) {
  std::vector<double> ti_ms;
  for (int k = 0; k < 17; ++k) ti_ms.push_back(100 + 230 * k);
  const MovingHeart heart = moving_heart({.ti_ms = ti_ms});
  const nn::Network network = stand_in("shifts");
  const MocoResult best = correct_motion(heart.images, Sequence::molli, {}, &network);
  ASSERT_EQ(best.candidates.size(), 1u);
  EXPECT_EQ(best.candidates[0].method, MocoMethod::model);
  EXPECT_FALSE(best.network) << "it was not asked";
  EXPECT_EQ(best.decision, best.candidates[0].verdict);
  MocoOptions options;
  options.method = MocoMethod::network;
  const MocoResult alone = correct_motion(heart.images, Sequence::molli, options, &network);
  expect_uncorrected_delivered(alone);
  EXPECT_EQ(alone.decision, "the network takes at most 16 images");
}

TEST(CorrectWithNetwork, NeedsANetwork) {
  EXPECT_THROW(correct_motion(shifted_heart().images, Sequence::shmolli), NetworkError);
}

}  // namespace
}  // namespace cmrt1
