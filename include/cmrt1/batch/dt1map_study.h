#pragma once
/// One study through dt1map: load -> pair -> (each pair: register -> dT1 -> segments) -> write.

#include <functional>
#include <memory>

#include "cmrt1/batch/ahalandmarks_case.h"
#include "cmrt1/batch/dt1map_inputs.h"
#include "cmrt1/batch/qcdseg_case.h"
#include "cmrt1/batch/table_run.h"

namespace cmrt1 {

inline constexpr const char* kDt1Table = "summary.csv";
inline constexpr const char* kDt1SegmentTable = "segments.csv";

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

/// What a study's result is made from.
CaseInputs study_inputs(const MapStudy& study);

/// Works on a study, and returns what writes its folder and gives its rows. Throws IoError, NetworkError and
/// Stopped, which are no study's fault. `study` outlives the call.
std::function<SeriesOutcome()> dt1_study(MapStudy& study, const Dt1mapOptions& options,
                                         const Dt1Networks& networks);

}  // namespace cmrt1
