#include "cmrt1/qcd/quality_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/error.h"
#include "support/temporary_folder.h"

namespace cmrt1 {
namespace {

using nlohmann::json;

/// Every candidate: 0.1 + 0.5 x (its first other) + 0.3 x (its second other).
json plain_model() {
  json model = {{"format", 3},         {"network_sha256", "abc"},
                {"heart_sha256", "h"}, {"judge_sha256", "j"},
                {"level", 0.9},        {"t", 2.0}};
  model["limits"] = {{"myocardium_mm2", {100, 5000}}, {"ring_closure", 0.7}};
  for (std::size_t i = 0; i < kCandidates; ++i) {
    std::vector<double> weights(kCandidates, 0);
    weights[i == 0 ? 1 : 0] = 0.5;
    weights[i <= 1 ? 2 : 1] = 0.3;
    json gram = json::array();
    for (std::size_t j = 0; j < kCandidates; ++j) {
      std::vector<double> row(kCandidates, 0);
      row[j] = j == 0 ? 0.44 : 0;
      gram.push_back(row);
    }
    model["candidates"].push_back({{"name", candidate_names()[i]},
                                   {"intercept", 0.1},
                                   {"weights", weights},
                                   {"residual_sd", 0.05},
                                   {"inverse_gram", gram}});
  }
  return model;
}

/// plain_model() + 0.2 x whole_image - 0.1 x other_scales.
json model_with_evidence() {
  json model = plain_model();
  model["evidence"] = {"whole_image", "other_scales"};
  for (json& one : model["candidates"]) {
    one["weights"].push_back(0.2);
    one["weights"].push_back(-0.1);
    for (json& row : one["inverse_gram"])
      for (int i = 0; i < 2; ++i) row.push_back(0);
    for (std::size_t i = 0; i < 2; ++i) {
      std::vector<double> row(kCandidates + 2, 0);
      row[kCandidates + i] = 0.25;
      one["inverse_gram"].push_back(row);
    }
  }
  return model;
}

const Evidence none = Evidence::Zero();

QualityModel read(const json& model, const std::string& sha256 = "abc") {
  const TemporaryFolder folder;
  write_atomically(folder.path() / "q.json", model.dump());
  return QualityModel(folder.path() / "q.json", {sha256, "h", "j"});
}

std::string refusal(const json& model, const std::string& sha256 = "abc") {
  try {
    read(model, sha256);
  } catch (const NetworkError& error) {
    return error.what();
  }
  return "";
}

Mask square(int first, int last) {
  Mask mask = Mask::Zero(10, 10);
  mask.block(first, first, last - first, last - first) = 1;
  return mask;
}

TEST(Dice, IsTwiceTheCommonOverTheSum) {
  EXPECT_DOUBLE_EQ(dice(square(0, 4), square(0, 4)), 1);
  EXPECT_DOUBLE_EQ(dice(square(0, 4), square(2, 6)), 2.0 * 4 / 32);
  EXPECT_DOUBLE_EQ(dice(square(0, 4), square(5, 9)), 0);
}

TEST(Dice, SaysNothingForTwoEmptyMasks) { EXPECT_DOUBLE_EQ(dice(square(0, 0), square(0, 0)), 0); }

TEST(AgreementOf, IsSymmetricWithOnesOnTheDiagonalAndLooksAtTheMyocardium) {
  std::vector<LabelMap> candidates(kCandidates, square(0, 4));
  candidates[3] = square(2, 6);
  candidates[4] = 2 * square(0, 4);
  const Agreement agreement = agreement_of(candidates);
  EXPECT_DOUBLE_EQ(agreement(0, 1), 1);
  EXPECT_DOUBLE_EQ(agreement(3, 0), 0.25);
  EXPECT_DOUBLE_EQ(agreement(0, 3), 0.25);
  EXPECT_DOUBLE_EQ(agreement(4, 0), 0);
  EXPECT_DOUBLE_EQ(agreement(4, 4), 1);
}

TEST(QualityModel, PredictsFromTheAgreementWithTheOthers) {
  Agreement agreement = Agreement::Constant(0.5);
  agreement(2, 0) = 0.9;
  agreement(2, 1) = 0.8;
  const Prediction predicted = read(plain_model()).predict(agreement, none, 2);
  EXPECT_NEAR(predicted.dice, 0.1 + 0.5 * 0.9 + 0.3 * 0.8, 1e-12);
  EXPECT_NEAR(predicted.high - predicted.dice, 2 * 0.05 * std::sqrt(1.44), 1e-12);
  EXPECT_NEAR(predicted.dice - predicted.low, 2 * 0.05 * std::sqrt(1.44), 1e-12);
}

TEST(QualityModel, AddsTheEvidenceThatTheFileNamesInItsOrder) {
  Evidence evidence = Evidence::Zero();
  evidence.row(2) << 0.6, 0.8, 0.4;  // other_scales, whole_image, judge
  const Agreement agreement = Agreement::Constant(0.5);
  const Prediction predicted = read(model_with_evidence()).predict(agreement, evidence, 2);
  EXPECT_NEAR(predicted.dice, 0.1 + 0.8 * 0.5 + 0.2 * 0.8 - 0.1 * 0.6, 1e-12);
  EXPECT_NEAR(predicted.high - predicted.dice, 2 * 0.05 * std::sqrt(1.44 + 0.25 * (0.64 + 0.36)), 1e-12);
  EXPECT_NEAR(read(plain_model()).predict(agreement, evidence, 2).dice, 0.1 + 0.8 * 0.5, 1e-12)
      << "a file that names none";
}

TEST(QualityModel, RefusesEvidenceThatItDoesNotKnowAndWeightsThatDoNotFit) {
  json model = model_with_evidence();
  model["evidence"][0] = "stars";
  EXPECT_NE(refusal(model).find("no evidence named stars"), std::string::npos);
  model = model_with_evidence();
  model.erase("evidence");
  EXPECT_NE(refusal(model).find("weights do not fit"), std::string::npos);
  model = model_with_evidence();
  model["candidates"][4]["inverse_gram"].erase(0);
  EXPECT_NE(refusal(model).find("rows of its inverse_gram"), std::string::npos);
  model = model_with_evidence();
  model["candidates"][4]["inverse_gram"][5].erase(0);
  EXPECT_NE(refusal(model).find("inverse_gram's columns"), std::string::npos);
}

TEST(QualityModel, ComparesCandidatesByWeightsOfTheirOwnWhereTheFileHasSome) {
  const Agreement agreement = Agreement::Constant(0.5);
  json model = plain_model();
  const Prediction alike = read(model).predict(agreement, none, 2);
  EXPECT_DOUBLE_EQ(alike.with_heart, alike.dice);
  std::vector<double> weights(kCandidates, 0);
  weights[0] = 0.6;
  model["candidates"][2]["with_heart"] = {{"intercept", 0.4}, {"weights", weights}};
  const Prediction apart = read(model).predict(agreement, none, 2);
  EXPECT_DOUBLE_EQ(apart.with_heart, 0.4 + 0.6 * 0.5);
  EXPECT_DOUBLE_EQ(apart.dice, alike.dice);
  EXPECT_DOUBLE_EQ(apart.low, alike.low);
  model["candidates"][2]["with_heart"]["weights"] = {1, 2};
  EXPECT_NE(refusal(model).find("weights do not fit"), std::string::npos);
}

TEST(QualityModel, PrefersACandidateUnlessMuchMoreIsPredictedOfAnother) {
  std::array<Prediction, kCandidates> predicted = {};
  predicted[4].with_heart = 0.80, predicted[7].with_heart = 0.85;
  json model = plain_model();
  EXPECT_EQ(read(model).choose(predicted), 7u) << "a file that prefers none";
  model["preferred"] = {{"candidate", candidate_names()[4]}, {"margin", 0.1}};
  const QualityModel quality = read(model);
  EXPECT_EQ(quality.choose(predicted), 4u);
  predicted[7].with_heart = 0.91;
  EXPECT_EQ(quality.choose(predicted), 7u);
  predicted[4].with_heart = 0, predicted[7].with_heart = 0.05;
  EXPECT_EQ(quality.choose(predicted), 7u) << "of two that are poor not the one that found nothing";
}

TEST(QualityModel, RefusesAPreferenceThatMeansNothing) {
  json model = plain_model();
  model["preferred"] = {{"candidate", "unet_9"}, {"margin", 0.1}};
  EXPECT_NE(refusal(model).find("no candidate named unet_9"), std::string::npos);
  model["preferred"] = {{"candidate", "unet_6"}, {"margin", -0.1}};
  EXPECT_NE(refusal(model).find("margin of its preferred candidate is negative"), std::string::npos);
}

TEST(QualityModel, KeepsPredictionsWithinZeroAndOne) {
  json model = plain_model();
  model["candidates"][0]["intercept"] = 5;
  model["candidates"][1]["intercept"] = -5;
  const QualityModel quality = read(model);
  EXPECT_DOUBLE_EQ(quality.predict(Agreement::Identity(), none, 0).dice, 1);
  EXPECT_DOUBLE_EQ(quality.predict(Agreement::Identity(), none, 1).dice, 0);
  EXPECT_DOUBLE_EQ(quality.predict(Agreement::Identity(), none, 1).low, 0);
}

TEST(QualityModel, ReadsLimits) {
  const auto limits = read(plain_model()).limits();
  EXPECT_EQ(limits.at("myocardium_mm2").high, 5000);
  EXPECT_EQ(limits.at("ring_closure").low, 0.7);
}

TEST(QualityModel, RefusesAnotherNetworksModel) {
  EXPECT_NE(refusal(plain_model(), "def").find("fitted for another network"), std::string::npos);
  json model;
  for (const char* one : {"heart_sha256", "judge_sha256"}) {
    model = plain_model();
    model[one] = "another";
    EXPECT_NE(refusal(model).find("fitted for another network"), std::string::npos) << one;
  }
  model = plain_model();
  model["format"] = 1;
  EXPECT_NE(refusal(model).find("or program"), std::string::npos);
}

TEST(QualityModel, RefusesWhatIsMissingNamelessOrNotFinite) {
  EXPECT_THROW(QualityModel("/nowhere/qcd_quality.json", {"abc", "h", "j"}), NetworkError);
  json model = plain_model();
  model["candidates"].erase(0);
  EXPECT_NE(refusal(model), "");
  model = plain_model();
  model["candidates"][0]["name"] = "unet_7";
  EXPECT_NE(refusal(model), "");
  model = plain_model();
  model["candidates"][0]["weights"] = {1, 2};
  EXPECT_NE(refusal(model), "");
  EXPECT_NE(refusal("no model"), "");
}

}  // namespace
}  // namespace cmrt1
