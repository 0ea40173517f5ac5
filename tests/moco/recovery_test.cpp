#include "cmrt1/moco/recovery.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace cmrt1 {
namespace {

const std::vector<double> kTiMs = {100, 180, 260, 1100, 2100, 3100, 4100};

/// Pixels of many T1* and densities.
Samples recoveries(int pixels) {
  Samples samples(pixels, static_cast<Eigen::Index>(kTiMs.size()));
  for (int i = 0; i < pixels; ++i)
    for (std::size_t k = 0; k < kTiMs.size(); ++k)
      samples(i, static_cast<Eigen::Index>(k)) = static_cast<float>(
          (0.5 + 0.1 * (i % 5)) * (1 - 1.9 * std::exp(-kTiMs[k] / (300 + 60.0 * (i % 23)))));
  return samples;
}

TEST(RecoveryModel, PredictsEachImageFromTheOthers) {
  const Samples samples = recoveries(200);
  const Samples predicted =
      RecoveryModel(kTiMs, true).predict_from_others(samples, Eigen::ArrayXf::Ones(200));
  EXPECT_LT((predicted - samples).cwiseAbs().maxCoeff(), 0.03);
}

TEST(RecoveryModel, PredictsMagnitudesFromMagnitudes) {
  const Samples samples = recoveries(200).cwiseAbs();
  const Samples predicted =
      RecoveryModel(kTiMs, false).predict_from_others(samples, Eigen::ArrayXf::Ones(200));
  EXPECT_LT((predicted - samples).cwiseAbs().mean(), 0.02);
}

TEST(RecoveryModel, DoesNotFollowASampleThatIsOutOfPlace) {
  Samples samples = recoveries(200);
  const RecoveryModel model(kTiMs, true);
  const float proper = model.predict_from_others(samples, Eigen::ArrayXf::Ones(200))(17, 3);
  samples(17, 3) += 0.4f;
  EXPECT_NEAR(model.predict_from_others(samples, Eigen::ArrayXf::Ones(200))(17, 3), proper, 0.1);
}

TEST(RecoveryModel, TakesUpAnImageWideDeviationFromTheCurve) {
  Samples samples = recoveries(200);
  samples.col(2) *= 0.7f;
  const Samples predicted =
      RecoveryModel(kTiMs, true).predict_from_others(samples, Eigen::ArrayXf::Ones(200));
  EXPECT_LT((predicted - samples).col(2).cwiseAbs().mean(), 0.02);
}

}  // namespace
}  // namespace cmrt1
