#include "cmrt1/qcd/quality_model.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"
#include "cmrt1/image/regions.h"

namespace cmrt1 {
namespace {

using nlohmann::json;

constexpr int kFormat = 3;

double finite(const json& value) {
  const double number = value.get<double>();
  if (!std::isfinite(number)) throw std::runtime_error("a number is not finite");
  return number;
}

/// `name` is what they are, for the message.
Eigen::VectorXd numbers(const json& values, const std::string& name, Eigen::Index count) {
  if (values.size() != static_cast<std::size_t>(count))
    throw std::runtime_error("its " + name + " do not fit the number of features");
  Eigen::VectorXd all(count);
  for (Eigen::Index i = 0; i < count; ++i) all[i] = finite(values.at(static_cast<std::size_t>(i)));
  return all;
}

/// `kind` is what they name, for the message.
template <typename Names>
std::size_t place_of(const std::string& name, const Names& names, const std::string& kind) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw std::runtime_error("this program knows no " + kind + " named " + name);
  return static_cast<std::size_t>(found - names.begin());
}

/// Weights of the features of `candidate`, the intercept first: the file has a place for the candidate
/// itself, which takes no part.
Eigen::VectorXd weights_of(const json& fitted, std::size_t candidate, Eigen::Index features) {
  Eigen::VectorXd weights = numbers(fitted.at("weights"), "weights", features);
  const auto own = static_cast<Eigen::Index>(candidate);
  std::rotate(weights.begin(), weights.begin() + own, weights.begin() + own + 1);
  weights[0] = finite(fitted.at("intercept"));
  return weights;
}

Range range_of(const json& value) {
  if (value.is_number()) return {finite(value), finite(value)};
  return {finite(value.at(0)), finite(value.at(1))};
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf()))
    throw NetworkError("cannot read " + file.string() +
                       ": it comes with the networks and is made by fit_quality.py (docs/training.md)");
  return text.str();
}

}  // namespace

double dice(const Mask& a, const Mask& b) {
  const int sizes = pixel_count(a) + pixel_count(b);
  return sizes == 0 ? 0 : 2.0 * pixel_count(a * b) / sizes;
}

Agreement agreement_of(std::span<const LabelMap> candidates) {
  std::vector<Mask> muscle;
  for (const LabelMap& candidate : candidates) muscle.push_back(mask_of(candidate, kMyocardium));
  Agreement agreement = Agreement::Identity();
  for (std::size_t i = 0; i < kCandidates; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double value = dice(muscle[i], muscle[j]);
      agreement(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = value;
      agreement(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(i)) = value;
    }
  return agreement;
}

QualityModel::QualityModel(const std::filesystem::path& file, const Networks& networks) {
  const std::string content = content_of(file);
  sha256_ = cmrt1::sha256(content);
  try {
    const json model = json::parse(content);
    if (model.at("format") != kFormat || model.at("network_sha256") != networks.segmentation ||
        model.at("heart_sha256") != networks.heart || model.at("judge_sha256") != networks.judge)
      throw std::runtime_error(
          "it was fitted for another network or program: run fit_quality.py again (docs/training.md)");
    level_ = finite(model.at("level"));
    t_ = finite(model.at("t"));
    for (const auto& [name, value] : model.at("limits").items()) limits_[name] = range_of(value);
    if (const auto evidence = model.find("evidence"); evidence != model.end())
      for (const json& name : *evidence)
        evidence_.push_back(
            static_cast<Eigen::Index>(place_of(name.get<std::string>(), evidence_names(), "evidence")));
    if (const auto preferred = model.find("preferred"); preferred != model.end()) {
      preferred_ = place_of(preferred->at("candidate").get<std::string>(), candidate_names(), "candidate");
      margin_ = finite(preferred->at("margin"));
      if (margin_ < 0) throw std::runtime_error("the margin of its preferred candidate is negative");
    }
    const json& candidates = model.at("candidates");
    if (candidates.size() != kCandidates) throw std::runtime_error("it does not hold twelve regressors");
    const auto features = static_cast<Eigen::Index>(kCandidates + evidence_.size());
    for (std::size_t i = 0; i < kCandidates; ++i) {
      const json& one = candidates[i];
      if (one.at("name") != candidate_names()[i]) throw std::runtime_error("its candidates have other names");
      Regressor& regressor = regressors_[i];
      regressor.residual_sd = finite(one.at("residual_sd"));
      regressor.weights = weights_of(one, i, features);
      regressor.weights_with_heart =
          one.contains("with_heart") ? weights_of(one.at("with_heart"), i, features) : regressor.weights;
      const json& gram = one.at("inverse_gram");
      if (gram.size() != static_cast<std::size_t>(features))
        throw std::runtime_error("the rows of its inverse_gram do not fit the number of features");
      regressor.inverse_gram.resize(features, features);
      for (Eigen::Index row = 0; row < features; ++row)
        regressor.inverse_gram.row(row) =
            numbers(gram.at(static_cast<std::size_t>(row)), "inverse_gram's columns", features);
    }
  } catch (const std::exception& error) {
    throw NetworkError(file.string() + " cannot be used: " + error.what());
  }
}

Eigen::VectorXd QualityModel::features_of(const Agreement& agreement, const Evidence& evidence,
                                          std::size_t candidate) const {
  const auto own = static_cast<Eigen::Index>(candidate);
  Eigen::VectorXd features(static_cast<Eigen::Index>(kCandidates + evidence_.size()));
  features[0] = 1;
  Eigen::Index place = 1;
  for (Eigen::Index other = 0; other < agreement.cols(); ++other)
    if (other != own) features[place++] = agreement(own, other);
  for (const Eigen::Index column : evidence_) features[place++] = evidence(own, column);
  return features;
}

Prediction QualityModel::predict(const Agreement& agreement, const Evidence& evidence,
                                 std::size_t candidate) const {
  const Regressor& regressor = regressors_[candidate];
  const Eigen::VectorXd z = features_of(agreement, evidence, candidate);
  const double value = regressor.weights.dot(z);
  const double spread =
      t_ * regressor.residual_sd * std::sqrt(std::max(0.0, 1 + z.dot(regressor.inverse_gram * z)));
  const auto within = [](double x) { return std::clamp(x, 0.0, 1.0); };
  return {within(value), within(value - spread), within(value + spread),
          within(regressor.weights_with_heart.dot(z))};
}

std::size_t QualityModel::choose(const std::array<Prediction, kCandidates>& predicted) const {
  const auto best =
      std::max_element(predicted.begin(), predicted.end(),
                       [](const Prediction& a, const Prediction& b) { return a.with_heart < b.with_heart; });
  const double of_preferred = predicted[preferred_].with_heart;  // 0 where it found nothing
  if (of_preferred > 0 && best->with_heart <= of_preferred + margin_) return preferred_;
  return static_cast<std::size_t>(best - predicted.begin());
}

}  // namespace cmrt1
