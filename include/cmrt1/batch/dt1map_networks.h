#pragma once
/// The networks that dt1map runs.

#include <memory>
#include <string>
#include <vector>

#include "cmrt1/batch/ahalandmarks_case.h"
#include "cmrt1/batch/dt1map.h"
#include "cmrt1/batch/qcdseg_case.h"

namespace cmrt1 {

/// Those that the options ask for, loaded in the background; shared by all studies.
class Dt1Networks {
 public:
  /// `masks_missing`, `landmarks_missing`: some maps come without, and theirs are found on the fly. Throws
  /// NetworkError.
  Dt1Networks(const Dt1mapOptions& options, bool masks_missing, bool landmarks_missing);
  const nn::Network* registration() const { return registration_.get(); }           ///< null where not needed
  const SegmentationNetworks* segmentation() const { return segmentation_.get(); }  ///< the same
  const LandmarkStages* landmarks() const { return landmarks_.get(); }              ///< the same
  /// Waits until all are loaded. Throws NetworkError.
  std::vector<nn::NetworkIdentity> identities() const;
  std::vector<std::string> names() const;  ///< "name SHA-256", without waiting

 private:
  std::unique_ptr<nn::Network> registration_;
  std::unique_ptr<SegmentationNetworks> segmentation_;
  std::unique_ptr<LandmarkStages> landmarks_;
};

}  // namespace cmrt1
