#include "cmrt1/moco/recovery.h"

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "cmrt1/base/parallel.h"

namespace cmrt1 {
namespace {

constexpr int kNodes = 20;
constexpr double kShortestMs = 80, kLongestMs = 4000;  ///< of T1*
constexpr int kMostFlips = 5;                          ///< samples before the null
constexpr double kRidge = 1e-4;                        ///< relative to the mean diagonal
constexpr float kLargestLeverage = 0.8f;

Samples recovery_bases(std::span<const double> ti_ms) {
  const auto n = static_cast<Eigen::Index>(ti_ms.size());
  Samples bases(n, 2 * kNodes);
  for (int node = 0; node < kNodes; ++node) {
    const double t1_star = kShortestMs * std::pow(kLongestMs / kShortestMs, node / (kNodes - 1.0));
    Eigen::MatrixXd columns(n, 2);
    for (Eigen::Index k = 0; k < n; ++k)
      columns.row(k) << 1, std::exp(-ti_ms[static_cast<std::size_t>(k)] / t1_star);
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(columns);
    bases.middleCols(2 * node, 2) = (qr.householderQ() * Eigen::MatrixXd::Identity(n, 2)).cast<float>();
  }
  return bases;
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
    : bases_(recovery_bases(ti_ms)),
      most_flips_(signed_samples ? 0 : std::min(kMostFlips, static_cast<int>(ti_ms.size()) - 1)) {}

RecoveryModel::Best RecoveryModel::best_curves(const Samples& samples) const {
  const Eigen::Index count = samples.rows();
  Best best{Eigen::ArrayXf::Constant(count, -1), Eigen::ArrayXi::Zero(count), Eigen::ArrayXi::Zero(count)};
  Samples flipped = samples;
  for (int flips = 0; flips <= most_flips_; ++flips) {
    if (flips > 0) flipped.col(flips - 1) *= -1;
    const Samples energies = (flipped * bases_).cwiseAbs2();
    for (int node = 0; node < kNodes; ++node)
      for (Eigen::Index i = 0; i < count; ++i) {
        const float energy = energies(i, 2 * node) + energies(i, 2 * node + 1);
        if (energy <= best.energy[i]) continue;
        best.energy[i] = energy;
        best.node[i] = node;
        best.flips[i] = flips;
      }
  }
  return best;
}

/// The curves through all samples but one. With its T1* kept, leaving sample k out moves the fit's value
/// there to s_k - r_k / (1 - h_k), r_k being the residual of the fit to all and h_k its leverage.
Samples RecoveryModel::fitted_without(Eigen::Index left_out, const Samples& samples, const Best& best) const {
  Samples fitted(samples.rows(), samples.cols());
  Eigen::RowVectorXf pixel(samples.cols());
  for (Eigen::Index i = 0; i < samples.rows(); ++i) {
    pixel = samples.row(i);
    pixel.head(best.flips[i]) *= -1;
    const auto basis = bases_.middleCols(2 * best.node[i], 2);
    const float leverage = std::min(kLargestLeverage, basis.row(left_out).squaredNorm());
    const float residual = pixel[left_out] - (pixel * basis).dot(basis.row(left_out));
    pixel[left_out] -= residual / (1 - leverage);
    fitted.row(i) = (pixel * basis) * basis.transpose();
  }
  return fitted;
}

Samples RecoveryModel::predict_from_others(const Samples& samples, const Eigen::ArrayXf& weights,
                                           int threads) const {
  const Best best = best_curves(samples);
  Samples predicted(samples.rows(), samples.cols());
  parallel_blocks(static_cast<int>(samples.cols()), 1, threads, [&](int k, int) {
    const Samples fitted = fitted_without(k, samples, best);
    Samples features(samples.rows(), samples.cols() + 2);
    features << fitted, fitted.col(k).cwiseAbs(), Eigen::VectorXf::Ones(samples.rows());
    predicted.col(k) = features * regression(features, samples.col(k), weights);
  });
  return predicted;
}

}  // namespace cmrt1
