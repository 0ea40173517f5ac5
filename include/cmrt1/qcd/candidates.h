#pragma once
/// The twelve segmentations of an image among which one is chosen: what each of six members says, and
/// six votes.

#include <array>
#include <span>
#include <string>
#include <vector>

#include "cmrt1/image/image.h"

namespace cmrt1 {

inline constexpr std::size_t kMembers = 6;
inline constexpr std::size_t kCandidates = 2 * kMembers;

/// polar, polar_unet_6 (the mean of both), unet_3 ... unet_6 (by depth), votes_1 ... votes_6 (by the votes
/// that are needed).
const std::array<std::string, kCandidates>& candidate_names();

/// 0 background, 1 left-ventricular myocardium, 2 left-ventricular blood pool. Papillary muscles and
/// trabeculae count as blood pool.
using LabelMap = Mask;
inline constexpr std::uint8_t kBackground = 0, kMyocardium = 1, kBloodPool = 2;

Mask mask_of(const LabelMap& labels, std::uint8_t label);
Mask left_ventricle(const LabelMap& labels);

/// The label with the largest share in each pixel, given the shares of myocardium and blood pool; the
/// background has the rest.
LabelMap labels_from_shares(const Pixels& myocardium, const Pixels& blood_pool);

/// The `votes`-th largest label of each pixel in the order background < myocardium < blood pool: the left
/// ventricle is where at least that many members see it, the blood pool within it where as many see that (a
/// rank filter over the members: Gonzales 2024, chapter 4).
LabelMap voted(std::span<const LabelMap> members, std::size_t votes);

/// `labels` without what is not connected to the largest piece of the left ventricle.
LabelMap one_heart(const LabelMap& labels);

/// The single and the voted candidates of six members, each reduced to one heart.
std::vector<LabelMap> candidates_of(std::span<const LabelMap> members);

}  // namespace cmrt1
