#include "cmrt1/moco/recovery.h"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

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

/// With rows of zeros up to a multiple of `lanes`.
Samples without_column(const Samples& samples, Eigen::Index left_out, Eigen::Index lanes) {
  const Eigen::Index after = samples.cols() - 1 - left_out, rows = samples.rows();
  Samples rest = Samples::Zero((rows + lanes - 1) / lanes * lanes, samples.cols() - 1);
  rest.topRows(rows) << samples.leftCols(left_out), samples.rightCols(after);
  return rest;
}

/// The pair of curves that explains most of each pixel so far.
struct Best {
  Eigen::ArrayXf energy;
  Eigen::ArrayXi curve;  ///< node + kNodes * samples taken as negative
};

using Lanes = float __attribute__((vector_size(32)));
using LaneNumbers = std::int32_t __attribute__((vector_size(32)));
constexpr int kLanes = 8;

/// Of the pixels of kLanes lanes: keeps the curves that explain more than those kept before. `samples[k]` are
/// those of image k, `curves` pairs of weights of the images, node by node.
CMRT1_WIDE_PART void keep_better_lanes(const float* const* samples, int from, int images, const float* curves,
                                       int first_curve, float* energy, int* kept) {
  Lanes most, values;
  LaneNumbers number;
  std::memcpy(&most, energy + from, sizeof most);
  std::memcpy(&number, kept + from, sizeof number);
  for (int node = 0; node < kNodes; ++node) {
    const float *of_first = curves + 2 * node * images, *of_second = of_first + images;
    Lanes first = {}, second = {};
    for (int k = 0; k < images; ++k) {
      std::memcpy(&values, samples[k] + from, sizeof values);
      first += of_first[k] * values;
      second += of_second[k] * values;
    }
    const Lanes found = first * first + second * second;
    const LaneNumbers better = found > most;
    most = better ? found : most;
    number = better ? LaneNumbers{} + (first_curve + node) : number;
  }
  std::memcpy(energy + from, &most, sizeof most);
  std::memcpy(kept + from, &number, sizeof number);
}

CMRT1_WIDE void keep_better_curves(const float* const* samples, int count, int images, const float* curves,
                                   int first_curve, float* energy, int* kept) {
  for (int from = 0; from < count; from += kLanes)
    keep_better_lanes(samples, from, images, curves, first_curve, energy, kept);
}

/// `samples` have a multiple of kLanes rows.
void keep_better(Best& best, const Samples& samples, const Samples& curves, int flips) {
  std::vector<const float*> images;
  for (Eigen::Index k = 0; k < samples.cols(); ++k) images.push_back(samples.col(k).data());
  keep_better_curves(images.data(), static_cast<int>(samples.rows()), static_cast<int>(samples.cols()),
                     curves.data(), kNodes * flips, best.energy.data(), best.curve.data());
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
  const Curves& curves = curves_[static_cast<std::size_t>(left_out)];
  const Samples others = without_column(samples, left_out, kLanes);
  Samples flipped = others;
  Best best{Eigen::ArrayXf::Constant(others.rows(), -1), Eigen::ArrayXi::Zero(others.rows())};
  keep_better(best, flipped, curves.analysis, 0);
  for (int flips = 1; flips <= most_flips_; ++flips) {
    flipped.col(flips - 1) *= -1;
    keep_better(best, flipped, curves.analysis, flips);
  }
  Samples fitted(samples.rows(), samples.cols());
  for (Eigen::Index i = 0; i < samples.rows(); ++i) {
    const int pair = 2 * (best.curve[i] % kNodes), flips = best.curve[i] / kNodes;
    float first = 0, second = 0;
    for (Eigen::Index k = 0; k < others.cols(); ++k) {
      const float sample = k < flips ? -others(i, k) : others(i, k);
      first += sample * curves.analysis(k, pair);
      second += sample * curves.analysis(k, pair + 1);
    }
    for (Eigen::Index k = 0; k < samples.cols(); ++k)
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
