#include "cmrt1/dt1/register_maps.h"

#include <gtest/gtest.h>

#include <limits>

#include "cmrt1/base/error.h"
#include "cmrt1/dt1/reactivity.h"
#include "cmrt1/field/smooth.h"
#include "dt1/known_field.h"

namespace cmrt1 {
namespace {

using namespace testing;

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
constexpr double kNoiseMs = 25;

const Image& rest_map() {
  static const Image map = drawn_rest(kNoiseMs);
  return map;
}

Image stress_map(const KnownField& field, double change = 0.05) {
  return drawn_t1(usual_grid(), field, change, kNoiseMs);
}

Registration registered_by(RegistrationMethod method, const Image& stress, const std::string& network = "",
                           const HeartPlaces& heart = usual_heart()) {
  RegistrationOptions options;
  options.method = method;
  if (network.empty()) return register_maps(rest_map(), stress, heart, options);
  const nn::Network loaded = registration_stand_in(network);
  return register_maps(rest_map(), stress, heart, options, &loaded);
}

bool has(const Registration& found, const std::string& reason) {
  return std::find(found.reasons.begin(), found.reasons.end(), reason) != found.reasons.end();
}

void expect_nothing_delivered(const Registration& found) {
  EXPECT_EQ(found.method_used, RegistrationMethod::none);
  EXPECT_TRUE((found.field.x == 0).all() && (found.field.y == 0).all());
  EXPECT_EQ(found.alignment_after, found.alignment_before);
  EXPECT_EQ(found.smallest_jacobian, 1);
  EXPECT_EQ(found.median_displacement_mm, 0);
  for (const RegistrationTrial& trial : found.trials) EXPECT_FALSE(trial.usable);
}

TEST(RegisterMaps, RecoversAKnownFieldByTheModel) {
  const KnownField moved;
  const Registration found = registered_by(RegistrationMethod::model, stress_map(moved));
  ASSERT_EQ(found.method_used, RegistrationMethod::model) << found.decision;
  EXPECT_LT(median_error_px(found.field, truth_of(moved)), 0.8) << "it was moved by 5.6";
  EXPECT_GT(found.alignment_after, found.alignment_before + 0.1);
  EXPECT_GT(found.smallest_jacobian, 0.3);
  EXPECT_NEAR(found.median_displacement_mm, 7, 1);
  EXPECT_TRUE(found.reasons.empty());
}

TEST(RegisterMaps, DeliversTheNetworksFieldInPixelsOfTheRestMap) {
  const KnownField moved;
  const Registration found = registered_by(RegistrationMethod::network, stress_map(moved), "known");
  ASSERT_EQ(found.method_used, RegistrationMethod::network) << found.decision;
  EXPECT_LT(median_error_px(found.field, truth_of(moved)), 0.01);
  ASSERT_TRUE(found.network.has_value());
  EXPECT_EQ(found.network->version, "stand-in known");
  EXPECT_TRUE(found.reasons.empty());
}

TEST(RegisterMaps, RefinesTheNetworksFieldByTheModel) {
  const KnownField moved = {8.5, -5, 0, 45};
  const Image stress = stress_map(moved);
  const float network =
      median_error_px(registered_by(RegistrationMethod::network, stress, "known").field, truth_of(moved));
  const Registration both = registered_by(RegistrationMethod::network_model, stress, "known");
  ASSERT_EQ(both.method_used, RegistrationMethod::network_model) << both.decision;
  EXPECT_GT(network, 1);
  EXPECT_LT(median_error_px(both.field, truth_of(moved)), 0.8 * network);
}

TEST(RegisterMaps, ComparesMapsAsTheyLieWhereThatIsAskedFor) {
  const Registration found = registered_by(RegistrationMethod::none, stress_map({}));
  expect_nothing_delivered(found);
  EXPECT_TRUE(found.trials.empty());
  EXPECT_EQ(found.decision, "no registration was asked for");
}

TEST(RegisterMaps, LeavesAMapWithItselfAlone) {
  const Registration found = registered_by(RegistrationMethod::model, rest_map());
  expect_nothing_delivered(found);
  EXPECT_NEAR(found.alignment_before, 2, 1e-9);
  EXPECT_TRUE(found.reasons.empty()) << "nothing moved: nobody needs to look";
}

TEST(RegisterMaps, DoesNotDeliverAFieldThatAlignsNoBetterAndSaysSo) {
  const Registration found = registered_by(RegistrationMethod::network, stress_map({0, 0, 0, 45}), "known");
  expect_nothing_delivered(found);
  EXPECT_TRUE(has(found, "registration_not_delivered"));
  EXPECT_EQ(found.decision, "no field aligns the hearts better than none");
}

TEST(RegisterMaps, DoesNotDeliverAFieldThatFolds) {
  const Registration found = registered_by(RegistrationMethod::network, stress_map({}), "folding");
  expect_nothing_delivered(found);
  ASSERT_EQ(found.trials.size(), 1u);
  EXPECT_LE(found.trials[0].smallest_jacobian, 0);
  EXPECT_EQ(found.decision, "the field folds");
}

TEST(RegisterMaps, FindsAFarHeartFromTheTwoCentresAlone) {
  const KnownField far = {42, 24, 0, 1e6};
  const Image stress = stress_map(far);
  const Registration blind = registered_by(RegistrationMethod::model, stress);
  HeartPlaces heart = usual_heart();
  heart.stress_px[0] += 44 / 1.25, heart.stress_px[1] += 22 / 1.25;
  const Registration found = registered_by(RegistrationMethod::model, stress, "", heart);
  ASSERT_EQ(found.trials.size(), 2u);
  EXPECT_FALSE(found.trials[0].centred);
  EXPECT_TRUE(found.trials[1].centred && found.trials[1].usable);
  EXPECT_LT(median_error_px(found.field, truth_of(far)), 0.5);
  EXPECT_GT(median_error_px(blind.field, truth_of(far)), 3);
  EXPECT_LT(blind.alignment_after, found.alignment_after);
}

TEST(RegisterMaps, TakesTheBetterOfTwoStarts) {
  HeartPlaces misled = usual_heart();
  misled.stress_px[0] -= 24;
  const KnownField moved;
  const Registration found = registered_by(RegistrationMethod::network, stress_map(moved), "known", misled);
  ASSERT_EQ(found.trials.size(), 2u);
  EXPECT_LT(median_error_px(found.field, truth_of(moved)), 0.01);
}

TEST(RegisterMaps, LeavesOutAStartAtWhichThereIsNoHeart) {
  HeartPlaces misled = usual_heart();
  misled.stress_px = {-150, 400};
  const Registration found = registered_by(RegistrationMethod::network, stress_map({}), "known", misled);
  EXPECT_EQ(found.trials.size(), 1u);
  EXPECT_EQ(found.method_used, RegistrationMethod::network);
}

TEST(RegisterMaps, FlagsADeformationThatNoHeartMakes) {
  const Registration found = registered_by(RegistrationMethod::network, stress_map(kShrinking), "shrinking");
  ASSERT_EQ(found.method_used, RegistrationMethod::network) << found.decision;
  EXPECT_TRUE(has(found, "implausible_deformation")) << found.deformation;
  const Registration usual = registered_by(RegistrationMethod::network, stress_map({}), "known");
  EXPECT_LT(usual.deformation, 0.15);
}

TEST(RegisterMaps, FlagsMapsThatDoNotLookAlike) {
  Image other = rest_map();
  std::mt19937 random(7);
  std::uniform_real_distribution<float> ms(-20000, 20000);
  other.pixels = other.pixels.unaryExpr([&](float) { return ms(random); });
  other.pixels = (1000 + smooth(other.pixels, 6)).max(300);
  EXPECT_TRUE(has(registered_by(RegistrationMethod::none, other), "poor_alignment"));
  EXPECT_TRUE(has(registered_by(RegistrationMethod::model, other), "poor_alignment"));
  EXPECT_FALSE(has(registered_by(RegistrationMethod::none, rest_map()), "poor_alignment"));
}

TEST(RegisterMaps, FailsWhereAMapHasNoValueInMostOfTheHeart) {
  Image holes = rest_map();
  holes.pixels.block(30, 40, 80, 80).setConstant(kNone);
  for (const bool rest_lacks : {true, false}) {
    try {
      register_maps(rest_lacks ? holes : rest_map(), rest_lacks ? rest_map() : holes, usual_heart(),
                    {.method = RegistrationMethod::model});
      FAIL() << "no error";
    } catch (const CaseError& error) {
      EXPECT_EQ(error.reason(), "map_undefined");
      EXPECT_NE(std::string(error.what()).find(rest_lacks ? "rest" : "stress"), std::string::npos);
    }
  }
}

TEST(RegisterMaps, TakesMapsWithSomePixelsUndefined) {
  Image stress = stress_map({});
  stress.pixels(70, 95) = stress.pixels(60, 66) = kNone;
  const Registration found = registered_by(RegistrationMethod::model, stress);
  EXPECT_TRUE(found.field.x.isFinite().all() && found.field.y.isFinite().all());
  EXPECT_LT(median_error_px(found.field, truth_of({})), 0.8);
}

TEST(RegisterMaps, NeedsANetworkThatGivesDisplacements) {
  EXPECT_THROW(registered_by(RegistrationMethod::network, rest_map()), NetworkError);
  EXPECT_THROW(registered_by(RegistrationMethod::network, rest_map(), "flat"), NetworkError);
}

TEST(RegisterMaps, RefusesLimitsThatMeanNothing) {
  EXPECT_THROW(RegistrationOptions{.least_alignment = 0.5}.check(), UsageError);
  EXPECT_THROW(RegistrationOptions{.most_deformation = 0}.check(), UsageError);
}

/// `grid` seen in another way: columns reversed, or turned by 90 degrees; the pixels' centres are the same.
Geometry mirrored(Geometry grid) {
  grid.position_mm = patient_from_pixel(grid, grid.columns - 1, 0);
  for (double& part : grid.row_direction) part = -part;
  return grid;
}

Geometry turned(const Geometry& grid) {
  Geometry made = grid;
  std::swap(made.rows, made.columns);
  std::swap(made.spacing_x_mm, made.spacing_y_mm);
  made.position_mm = patient_from_pixel(grid, grid.columns - 1, 0);
  made.row_direction = grid.column_direction;
  for (std::size_t i = 0; i < 3; ++i) made.column_direction[i] = -grid.row_direction[i];
  return made;
}

/// The stress map on `grid`, its values those of the usual grid's pixels at the same places.
Image same_pixels_on(const Geometry& grid, const Image& map) {
  Image made{Pixels(grid.rows, grid.columns), grid};
  for (int row = 0; row < grid.rows; ++row)
    for (int column = 0; column < grid.columns; ++column) {
      const auto at = pixel_from_patient(map.geometry, patient_from_pixel(grid, column, row));
      made.pixels(row, column) = map.pixels(std::lround(at[1]), std::lround(at[0]));
    }
  return made;
}

HeartPlaces heart_on(const Geometry& stress) {
  HeartPlaces heart = usual_heart();
  heart.stress_px =
      pixel_from_patient(stress, patient_from_pixel(usual_grid(), heart.rest_px[0], heart.rest_px[1]));
  return heart;
}

/// What the same pixels give on a grid that is only written in another way.
void expect_same_dt1_on(const Geometry& grid) {
  const Image usual = stress_map({}), other = same_pixels_on(grid, usual);
  const Registration one = registered_by(RegistrationMethod::model, usual),
                     two = registered_by(RegistrationMethod::model, other, "", heart_on(grid));
  EXPECT_LT(median_error_px(one.field, two.field), 1e-3);
  const Pixels first = stress_reactivity(rest_map(), usual, one).dt1_percent,
               second = stress_reactivity(rest_map(), other, two).dt1_percent;
  const auto apart = masked_values((first - second).abs(), drawn_muscle());
  ASSERT_GT(apart.size(), 500u);
  EXPECT_LT(quantile(apart, 1), 0.05);
}

TEST(RegisterMaps, GivesTheSameDt1ForAMirroredGrid) { expect_same_dt1_on(mirrored(usual_grid())); }

TEST(RegisterMaps, GivesTheSameDt1ForATurnedGrid) { expect_same_dt1_on(turned(usual_grid())); }

TEST(RegisterMaps, GivesTheSameDt1ForATurnedAndMirroredGrid) {
  expect_same_dt1_on(mirrored(turned(usual_grid())));
}

TEST(RegisterMaps, GivesTheSameMeanDt1WhateverTheStressMapsPixelsAre) {
  Geometry wide = turned(mirrored(usual_grid()));
  wide.spacing_x_mm = 1.7, wide.spacing_y_mm = 1.05;
  wide.columns = 120, wide.rows = 190;
  const auto mean_on = [](const Geometry& grid) {
    const Image stress = drawn_t1(grid, {}, 0.05);
    const Image rest = drawn_rest();
    const Registration found =
        register_maps(rest, stress, heart_on(grid), {.method = RegistrationMethod::model});
    EXPECT_LT(median_error_px(found.field, truth_of({})), 0.8);
    return masked_values(stress_reactivity(rest, stress, found).dt1_percent, drawn_muscle());
  };
  const float usual = quantile(mean_on(usual_grid()), 0.5), other = quantile(mean_on(wide), 0.5);
  EXPECT_NEAR(usual, 5, 0.3);
  EXPECT_NEAR(other, usual, 0.2);
}

}  // namespace
}  // namespace cmrt1
