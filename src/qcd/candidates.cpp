#include "cmrt1/qcd/candidates.h"

#include <stdexcept>

#include "cmrt1/image/regions.h"

namespace cmrt1 {

const std::array<std::string, kCandidates>& candidate_names() {
  static const std::array<std::string, kCandidates> names = {"polar",   "polar_unet_6", "unet_3",  "unet_4",
                                                             "unet_5",  "unet_6",       "votes_1", "votes_2",
                                                             "votes_3", "votes_4",      "votes_5", "votes_6"};
  return names;
}

Mask mask_of(const LabelMap& labels, std::uint8_t label) { return (labels == label).cast<std::uint8_t>(); }

Mask left_ventricle(const LabelMap& labels) { return (labels != kBackground).cast<std::uint8_t>(); }

LabelMap labels_from_shares(const Pixels& myocardium, const Pixels& blood_pool) {
  const Pixels background = 1.0f - myocardium - blood_pool;
  const auto is_myocardium = myocardium > background && myocardium >= blood_pool;
  const auto is_blood_pool = blood_pool > background && blood_pool > myocardium;
  return is_myocardium.cast<std::uint8_t>() * kMyocardium + is_blood_pool.cast<std::uint8_t>() * kBloodPool;
}

LabelMap voted(std::span<const LabelMap> members, std::size_t votes) {
  Mask heart = Mask::Zero(members.front().rows(), members.front().cols()), blood = heart;
  for (const LabelMap& member : members) {
    heart += left_ventricle(member);
    blood += mask_of(member, kBloodPool);
  }
  const auto needed = static_cast<std::uint8_t>(votes);
  return (heart >= needed).cast<std::uint8_t>() + (blood >= needed).cast<std::uint8_t>();
}

LabelMap one_heart(const LabelMap& labels) { return labels * largest_region(left_ventricle(labels)); }

std::vector<LabelMap> candidates_of(std::span<const LabelMap> members) {
  if (members.size() != kMembers) throw std::invalid_argument("candidates are made of six members");
  std::vector<LabelMap> candidates;
  for (const LabelMap& member : members) candidates.push_back(one_heart(member));
  for (std::size_t votes = 1; votes <= kMembers; ++votes)
    candidates.push_back(one_heart(voted(members, votes)));
  return candidates;
}

}  // namespace cmrt1
