#pragma once
/// Predicts how well each candidate overlaps with what an expert would draw, from how the candidates agree,
/// from what other views of the heart say, and from what a judge expects.

#include <Eigen/Core>
#include <array>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "cmrt1/qcd/candidates.h"
#include "cmrt1/qcd/evidence.h"

namespace cmrt1 {

/// Dice = 2 |A and B| / (|A| + |B|) of two masks; 0 where both are empty, since nothing supports them.
double dice(const Mask& a, const Mask& b);

/// Dice of the myocardium between candidates, 1 on the diagonal.
using Agreement = Eigen::Matrix<double, kCandidates, kCandidates>;
Agreement agreement_of(std::span<const LabelMap> candidates);

/// A predicted Dice of the myocardium and the interval that holds it at the model's level, within 0...1.
struct Prediction {
  double dice = 0, low = 0, high = 0;
  /// What is predicted if the image shows a heart, by which candidates are compared: images without one teach
  /// distrust, and of each candidate another one.
  double with_heart = 0;
};

/// Values outside low...high are rare in the masks of well segmented images.
struct Range {
  double low = 0, high = 0;
};

/// Ordinary least squares for each candidate: predicted Dice = intercept + sum of weights x (Dice with the
/// other candidates, evidence). Interval: +- t s sqrt(1 + z' (Z'Z)^-1 z) with z = (1, Dice with the others,
/// evidence). Prediction::with_heart has weights of its own, fitted to images that show myocardium; a file
/// without them predicts both alike. Which evidence takes part, and in which order, stands in the file; a
/// file that names none was fitted to agreement alone. It is made by
/// models/training/cmrt1_training/fit_quality.py. Reference: Gonzales et al., Front Cardiovasc Med 2023;10,
/// for the regression on agreement.
class QualityModel {
 public:
  /// The networks that a model is fitted to, by SHA-256.
  struct Networks {
    std::string segmentation, heart, judge;
  };

  /// Reads `file`, which must have been fitted for these networks. Throws NetworkError.
  QualityModel(const std::filesystem::path& file, const Networks& networks);

  Prediction predict(const Agreement& agreement, const Evidence& evidence, std::size_t candidate) const;
  /// The candidate to deliver: the one with the highest Prediction::with_heart, unless the preferred one has
  /// no more than the margin less. Which one is preferred, and the margin, stand in the file; a file that
  /// says nothing of it prefers none.
  std::size_t choose(const std::array<Prediction, kCandidates>& predicted) const;
  /// By name: myocardium_mm2, blood_pool_mm2, wall_thickness_mm, ring_closure, components, centre_offset.
  const std::map<std::string, Range>& limits() const { return limits_; }
  double level() const { return level_; }
  const std::string& sha256() const { return sha256_; }

 private:
  struct Regressor {
    double residual_sd = 0;
    Eigen::VectorXd weights, weights_with_heart;  ///< of the features: the intercept first
    Eigen::MatrixXd inverse_gram;
  };
  Eigen::VectorXd features_of(const Agreement& agreement, const Evidence& evidence,
                              std::size_t candidate) const;

  std::array<Regressor, kCandidates> regressors_;
  std::vector<Eigen::Index> evidence_;  ///< columns of Evidence that take part
  std::map<std::string, Range> limits_;
  std::size_t preferred_ = 0;
  double level_ = 0, t_ = 0, margin_ = 0;
  std::string sha256_;
};

}  // namespace cmrt1
