#pragma once
/// One series through ahalandmarks: load -> find landmarks -> divide into segments -> write.

#include <functional>
#include <optional>
#include <vector>

#include "cmrt1/batch/ahalandmarks.h"
#include "cmrt1/batch/image_run.h"
#include "cmrt1/batch/overlaid.h"

namespace cmrt1 {

inline constexpr const char* kLandmarkTable = "landmarks.csv";
inline constexpr const char* kSegmentTable = "segments.csv";

/// Both stages' networks, loaded in the background; shared by all series.
class LandmarkStages {
 public:
  /// Throws NetworkError.
  explicit LandmarkStages(const nn::NetworkOptions& options);
  LandmarkNetworks all() const { return {heart_, landmarks_}; }
  std::vector<nn::NetworkIdentity> identities() const;

 private:
  nn::Network heart_, landmarks_;
};

/// Loads a series and finds its landmarks and segments, and returns what writes its folder and gives its
/// rows. `values` may be null. Throws IoError, NetworkError and Stopped, which are no series' fault.
std::function<SeriesOutcome()> landmark_case(ImageCase& one, const AhalandmarksOptions& options,
                                             const LandmarkStages& networks, const OverlaidImages* values);

}  // namespace cmrt1
