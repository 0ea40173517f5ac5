#include "cmrt1/qcd/evidence.h"

#include <gtest/gtest.h>

namespace cmrt1 {
namespace {

constexpr Eigen::Index kSide = 20;

Mask block(Eigen::Index first, Eigen::Index size) {
  Mask mask = Mask::Zero(kSide, kSide);
  mask.block(first, first, size, size) = 1;
  return mask;
}

Pixels shares(const Mask& mask, float value = 1) { return value * mask.cast<float>(); }

TEST(SoftDice, IsTheDiceOfMasksWhereSharesAreZeroOrOne) {
  EXPECT_DOUBLE_EQ(soft_dice(shares(block(2, 6)), block(2, 6)), 1);
  EXPECT_DOUBLE_EQ(soft_dice(shares(block(2, 4)), block(4, 4)), 2.0 * 4 / 32);
  EXPECT_DOUBLE_EQ(soft_dice(shares(block(0, 4)), block(10, 4)), 0);
}

TEST(SoftDice, CountsWhatIsUnsureLess) {
  EXPECT_NEAR(soft_dice(shares(block(2, 6), 0.5f), block(2, 6)), 2 * 18.0 / (18 + 36), 1e-6);
}

TEST(SoftDice, SaysNothingWhereBothAreEmpty) { EXPECT_EQ(soft_dice(shares(block(0, 0)), block(0, 0)), 0); }

/// A square of blood within a square frame of myocardium.
LabelMap heart(Eigen::Index first) { return block(first, 10) + block(first + 2, 6); }

TEST(EvidenceOf, HasAColumnForEachKindOfView) {
  const LabelMap candidate = heart(4);
  const Mask muscle = mask_of(candidate, kMyocardium);
  const Mask nothing = block(0, 0);
  const std::vector<LabelMap> candidates(kCandidates, candidate);
  std::array<double, kCandidates> judged = {};
  judged[3] = 0.7;
  const Evidence evidence =
      evidence_of(candidates, {{shares(muscle), shares(nothing)}, shares(block(4, 10)), judged});
  EXPECT_DOUBLE_EQ(evidence(3, 0), 0.5) << "of the myocardium, without the blood pool; mean over the scales";
  EXPECT_DOUBLE_EQ(evidence(3, 1), 1) << "of the left ventricle, with it";
  EXPECT_DOUBLE_EQ(evidence(3, 2), 0.7) << "as the judge says";
}

TEST(EvidenceOf, IsThatOfEachCandidate) {
  std::vector<LabelMap> candidates(kCandidates, heart(4));
  candidates[7] = heart(6);
  candidates[8] = block(0, 0);
  const Pixels muscle = shares(mask_of(heart(4), kMyocardium));
  std::array<double, kCandidates> judged;
  judged.fill(1);
  judged[7] = 0.5;
  const Evidence evidence = evidence_of(candidates, {{muscle}, shares(block(4, 10)), judged});
  for (Eigen::Index k = 0; k < evidence.cols(); ++k) {
    EXPECT_DOUBLE_EQ(evidence(0, k), 1);
    EXPECT_GT(evidence(7, k), 0);
    EXPECT_LT(evidence(7, k), 0.8);
    EXPECT_EQ(evidence(8, k), 0);
  }
}

}  // namespace
}  // namespace cmrt1
