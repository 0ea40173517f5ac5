#include "cmrt1/batch/dt1map_networks.h"

#include <algorithm>

namespace cmrt1 {

Dt1Networks::Dt1Networks(const Dt1mapOptions& options, bool masks_missing, bool landmarks_missing) {
  if (needs_network(options.registration.method))
    registration_ = std::make_unique<nn::Network>(kRegistrationNetwork, options.network);
  if (masks_missing) segmentation_ = std::make_unique<SegmentationNetworks>(options.network);
  if (landmarks_missing)
    landmarks_ =
        std::make_unique<LandmarkStages>(options.network, segmentation_ ? segmentation_->heart() : nullptr);
}

std::vector<nn::NetworkIdentity> Dt1Networks::identities() const {
  std::vector<nn::NetworkIdentity> all;
  const auto add = [&](const nn::NetworkIdentity& one) {
    const bool known =
        std::any_of(all.begin(), all.end(), [&](const auto& other) { return other.name == one.name; });
    if (!known) all.push_back(one);
  };
  if (registration_) add(registration_->identity());
  if (segmentation_)
    for (const nn::NetworkIdentity& one : segmentation_->identities()) add(one);
  if (landmarks_)
    for (const nn::NetworkIdentity& one : landmarks_->identities()) add(one);
  return all;
}

std::vector<std::string> Dt1Networks::names() const {
  std::vector<std::string> all;
  const auto add = [&](const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  if (registration_) add({named(*registration_)});
  if (segmentation_) add(segmentation_->names());
  if (landmarks_) add(landmarks_->names());
  return all;
}

}  // namespace cmrt1
