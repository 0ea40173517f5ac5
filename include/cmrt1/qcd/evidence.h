#pragma once
/// What tells how good a candidate is besides its agreement with the others: members that learned together
/// also err together, so the heart is looked at in other ways, too, and a network that has learned what their
/// errors look like is asked.

#include <Eigen/Core>
#include <array>
#include <span>
#include <string>

#include "cmrt1/qcd/candidates.h"

namespace cmrt1 {

inline constexpr std::size_t kEvidence = 3;

/// other_scales, whole_image, judge.
const std::array<std::string, kEvidence>& evidence_names();

/// 2 sum(shares x mask) / (sum(shares) + sum(mask)), 0...1; 0 where both are empty. `shares` 0...1, as large
/// as `mask`.
double soft_dice(const Pixels& shares, const Mask& mask);

/// What the candidates are held against; views of the heart are on the slice's grid. Windows of other sizes
/// had a voice in the candidates, too.
struct OtherViews {
  std::vector<Pixels> myocardium_other_scales;  ///< shares of it, from windows of other sizes
  /// Shares of the left ventricle that the network which locates hearts sees in the whole image.
  Pixels lv_whole_image;
  std::array<double, kCandidates> judged = {};  ///< the Dice that the judge expects of each, 0...1
};

/// A row a candidate, a column each of evidence_names(), 0...1.
using Evidence = Eigen::Matrix<double, kCandidates, kEvidence>;

/// Mean soft_dice of a candidate's myocardium with the views of other scales, and of its left ventricle with
/// that in the whole image; what the judge expects. All 0 for a candidate without myocardium.
Evidence evidence_of(std::span<const LabelMap> candidates, const OtherViews& views);

}  // namespace cmrt1
