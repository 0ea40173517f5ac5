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
using Features = Eigen::Matrix<double, kCandidates, 1>;  // 1, then the Dice with the others in their order

Features features_of(const Agreement& agreement, std::size_t candidate) {
  Features features;
  features[0] = 1;
  int place = 1;
  for (std::size_t other = 0; other < kCandidates; ++other)
    if (other != candidate)
      features[place++] = agreement(static_cast<Eigen::Index>(candidate), static_cast<Eigen::Index>(other));
  return features;
}

double finite(const json& value) {
  const double number = value.get<double>();
  if (!std::isfinite(number)) throw std::runtime_error("a number is not finite");
  return number;
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

QualityModel::QualityModel(const std::filesystem::path& file, const std::string& network_sha256) {
  const std::string content = content_of(file);
  sha256_ = cmrt1::sha256(content);
  try {
    const json model = json::parse(content);
    if (model.at("network_sha256") != network_sha256)
      throw std::runtime_error(
          "it was fitted for another network: run fit_quality.py again (docs/training.md)");
    level_ = finite(model.at("level"));
    t_ = finite(model.at("t"));
    for (const auto& [name, value] : model.at("limits").items()) limits_[name] = range_of(value);
    const json& candidates = model.at("candidates");
    if (candidates.size() != kCandidates) throw std::runtime_error("it does not hold twelve regressors");
    for (std::size_t i = 0; i < kCandidates; ++i) {
      const json& one = candidates[i];
      if (one.at("name") != candidate_names()[i]) throw std::runtime_error("its candidates have other names");
      Regressor& regressor = regressors_[i];
      regressor.intercept = finite(one.at("intercept"));
      regressor.residual_sd = finite(one.at("residual_sd"));
      for (std::size_t j = 0; j < kCandidates; ++j) {
        regressor.weights[static_cast<Eigen::Index>(j)] = finite(one.at("weights").at(j));
        for (std::size_t k = 0; k < kCandidates; ++k)
          regressor.inverse_gram(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(k)) =
              finite(one.at("inverse_gram").at(j).at(k));
      }
    }
  } catch (const std::exception& error) {
    throw NetworkError(file.string() + " cannot be used: " + error.what());
  }
}

Prediction QualityModel::predict(const Agreement& agreement, std::size_t candidate) const {
  const Regressor& regressor = regressors_[candidate];
  double value = regressor.intercept;
  for (std::size_t other = 0; other < kCandidates; ++other) {
    const auto j = static_cast<Eigen::Index>(other);
    if (other != candidate)
      value += regressor.weights[j] * agreement(static_cast<Eigen::Index>(candidate), j);
  }
  const Features z = features_of(agreement, candidate);
  const double spread =
      t_ * regressor.residual_sd * std::sqrt(std::max(0.0, 1 + z.dot(regressor.inverse_gram * z)));
  const auto within = [](double x) { return std::clamp(x, 0.0, 1.0); };
  return {within(value), within(value - spread), within(value + spread)};
}

}  // namespace cmrt1
