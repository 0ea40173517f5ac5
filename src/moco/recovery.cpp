#include "cmrt1/moco/recovery.h"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "cmrt1/base/parallel.h"
#include "cmrt1/base/wide.h"

namespace cmrt1 {
namespace {

constexpr int kNodes = 20;
constexpr double kShortestMs = 80, kLongestMs = 4000;  ///< of T1*
constexpr int kMostFlips = 5;                          ///< samples before the null
constexpr double kRidge = 1e-4;                        ///< relative to the mean diagonal

/// {1, exp(-TI/T1*)}, one row an image.
Eigen::MatrixX2d curve_basis(std::span<const double> ti_ms, double t1_star_ms) {
  Eigen::MatrixX2d basis(static_cast<Eigen::Index>(ti_ms.size()), 2);
  for (std::size_t k = 0; k < ti_ms.size(); ++k)
    basis.row(static_cast<Eigen::Index>(k)) << 1, std::exp(-ti_ms[k] / t1_star_ms);
  return basis;
}

Samples without_column(const Samples& samples, Eigen::Index left_out) {
  const Eigen::Index after = samples.cols() - 1 - left_out;
  Samples rest(samples.rows(), samples.cols() - 1);
  rest << samples.leftCols(left_out), samples.rightCols(after);
  return rest;
}

/// The pair of curves that explains most of each pixel so far.
struct Best {
  Eigen::ArrayXf energy;
  Eigen::ArrayXi curve;  ///< node + kNodes * samples taken as negative
};

/// Of `count` pixels: keeps a curve where it explains more than what was kept before. Without branches, so
/// that the compiler takes several pixels at once.
CMRT1_WIDE void keep_better_curve(int curve, const float* first, const float* second, int count,
                                  float* energy, int* kept_curve) {
#pragma GCC ivdep
  for (int i = 0; i < count; ++i) {
    const float found = first[i] * first[i] + second[i] * second[i];
    const bool better = found > energy[i];
    energy[i] = better ? found : energy[i];
    kept_curve[i] = better ? curve : kept_curve[i];
  }
}

void keep_better(Best& best, const Samples& projections, int flips) {
  for (int node = 0; node < kNodes; ++node)
    keep_better_curve(node + kNodes * flips, projections.col(2 * node).data(),
                      projections.col(2 * node + 1).data(), static_cast<int>(best.energy.size()),
                      best.energy.data(), best.curve.data());
}

/// Coefficients c that bring features * c nearest to `target`, with a slight ridge.
Eigen::VectorXf regression(const Samples& features, const Eigen::VectorXf& target,
                           const Eigen::ArrayXf& weights) {
  const Samples weighted = weights.matrix().asDiagonal() * features;
  Eigen::MatrixXd normal = (features.transpose() * weighted).cast<double>();
  normal.diagonal().array() += kRidge * normal.trace() / static_cast<double>(normal.rows()) + 1e-12;
  return normal.ldlt().solve((weighted.transpose() * target).cast<double>()).cast<float>();
}

}  // namespace

RecoveryModel::RecoveryModel(std::span<const double> ti_ms, bool signed_samples)
    : most_flips_(signed_samples ? 0 : std::min(kMostFlips, static_cast<int>(ti_ms.size()) - 2)) {
  for (std::size_t k = 0; k < ti_ms.size(); ++k) curves_.push_back(curves_without(k, ti_ms));
}

RecoveryModel::Curves RecoveryModel::curves_without(std::size_t left_out, std::span<const double> ti_ms) {
  std::vector<double> others(ti_ms.begin(), ti_ms.end());
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
  const auto n = static_cast<Eigen::Index>(ti_ms.size());
  Curves curves{Samples(n - 1, 2 * kNodes), Samples(n, 2 * kNodes)};
  for (int node = 0; node < kNodes; ++node) {
    const double t1_star = kShortestMs * std::pow(kLongestMs / kShortestMs, node / (kNodes - 1.0));
    const Eigen::MatrixX2d basis = curve_basis(others, t1_star);
    const Eigen::Matrix2d whitening = Eigen::Matrix2d((basis.transpose() * basis).llt().matrixU()).inverse();
    curves.analysis.middleCols(2 * node, 2) = (basis * whitening).cast<float>();
    curves.synthesis.middleCols(2 * node, 2) = (curve_basis(ti_ms, t1_star) * whitening).cast<float>();
  }
  return curves;
}

/// The values at all inversion times of the curves through all samples but one.
Samples RecoveryModel::fitted_without(Eigen::Index left_out, const Samples& samples) const {
  constexpr Eigen::Index part = 2048;  // pixels whose projections stay in the cache
  Samples fitted(samples.rows(), samples.cols());
  for (Eigen::Index from = 0; from < samples.rows(); from += part) {
    const Eigen::Index count = std::min(part, samples.rows() - from);
    fitted.middleRows(from, count) = fitted_to(without_column(samples.middleRows(from, count), left_out),
                                               curves_[static_cast<std::size_t>(left_out)]);
  }
  return fitted;
}

Samples RecoveryModel::fitted_to(Samples others, const Curves& curves) const {
  const Eigen::Index count = others.rows(), images = curves.synthesis.rows();
  Best best{Eigen::ArrayXf::Constant(count, -1), Eigen::ArrayXi::Zero(count)};
  const Samples unflipped = others;
  keep_better(best, others * curves.analysis, 0);
  for (int flips = 1; flips <= most_flips_; ++flips) {
    others.col(flips - 1) *= -1;
    keep_better(best, others * curves.analysis, flips);
  }
  Samples fitted(count, images);
  for (Eigen::Index i = 0; i < count; ++i) {
    const int pair = 2 * (best.curve[i] % kNodes), flips = best.curve[i] / kNodes;
    float first = 0, second = 0;
    for (Eigen::Index k = 0; k < unflipped.cols(); ++k) {
      const float sample = k < flips ? -unflipped(i, k) : unflipped(i, k);
      first += sample * curves.analysis(k, pair);
      second += sample * curves.analysis(k, pair + 1);
    }
    for (Eigen::Index k = 0; k < images; ++k)
      fitted(i, k) = first * curves.synthesis(k, pair) + second * curves.synthesis(k, pair + 1);
  }
  return fitted;
}

Samples RecoveryModel::predict_from_others(const Samples& samples, const Eigen::ArrayXf& weights,
                                           int threads) const {
  Samples predicted(samples.rows(), samples.cols());
  parallel_blocks(static_cast<int>(samples.cols()), 1, threads, [&](int k, int) {
    const Samples fitted = fitted_without(k, samples);
    Samples features(samples.rows(), samples.cols() + 2);
    features << fitted, fitted.col(k).cwiseAbs(), Eigen::VectorXf::Ones(samples.rows());
    predicted.col(k) = features * regression(features, samples.col(k), weights);
  });
  return predicted;
}

}  // namespace cmrt1
