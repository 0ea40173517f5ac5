#pragma once
/// Predicts how well each candidate overlaps with what an expert would draw, from how the candidates agree.

#include <Eigen/Core>
#include <array>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "cmrt1/qcd/candidates.h"

namespace cmrt1 {

/// Dice = 2 |A and B| / (|A| + |B|) of two masks; 0 where both are empty, since nothing supports them.
double dice(const Mask& a, const Mask& b);

/// Dice of the myocardium between candidates, 1 on the diagonal.
using Agreement = Eigen::Matrix<double, kCandidates, kCandidates>;
Agreement agreement_of(std::span<const LabelMap> candidates);

/// A predicted Dice of the myocardium and the interval that holds it at the model's level, within 0...1.
struct Prediction {
  double dice = 0, low = 0, high = 0;
};

/// Values outside low...high are rare in the masks of well segmented images.
struct Range {
  double low = 0, high = 0;
};

/// Ordinary least squares for each candidate: predicted Dice = intercept + sum of weights x Dice with the
/// other candidates. Interval: +- t s sqrt(1 + z' (Z'Z)^-1 z) with z = (1, Dice with the others). The file is
/// made by models/training/cmrt1_training/fit_quality.py. Reference: Gonzales et al., Front Cardiovasc Med
/// 2023;10.
class QualityModel {
 public:
  /// Reads `file`, which must have been fitted for the network with `network_sha256`. Throws NetworkError.
  QualityModel(const std::filesystem::path& file, const std::string& network_sha256);

  Prediction predict(const Agreement& agreement, std::size_t candidate) const;
  /// By name: myocardium_mm2, blood_pool_mm2, wall_thickness_mm, ring_closure, components, centre_offset.
  const std::map<std::string, Range>& limits() const { return limits_; }
  double level() const { return level_; }
  const std::string& sha256() const { return sha256_; }

 private:
  struct Regressor {
    double intercept = 0, residual_sd = 0;
    Eigen::Matrix<double, kCandidates, 1> weights;
    Agreement inverse_gram;
  };
  std::array<Regressor, kCandidates> regressors_;
  std::map<std::string, Range> limits_;
  double level_ = 0, t_ = 0;
  std::string sha256_;
};

}  // namespace cmrt1
