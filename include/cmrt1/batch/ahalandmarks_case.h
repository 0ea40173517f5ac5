#pragma once
/// One series through ahalandmarks: load -> find landmarks -> divide into segments -> write.

#include <functional>
#include <map>
#include <memory>
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
  /// `heart`: the first stage, where it has been loaded already. Throws NetworkError.
  explicit LandmarkStages(const nn::NetworkOptions& options,
                          std::shared_ptr<const nn::Network> heart = nullptr);
  LandmarkNetworks all() const { return {*heart_, landmarks_}; }
  std::vector<nn::NetworkIdentity> identities() const;
  std::vector<std::string> names() const;  ///< "name SHA-256", without waiting

 private:
  std::shared_ptr<const nn::Network> heart_;
  nn::Network landmarks_;
};

/// Where the single slices of a study lie along the long axis, mm: those of series with one slice each, as T1
/// maps often are, are told apart by their places in the study. By the folder of a series: the places of the
/// others of its study that are parallel to it (within 10 degrees) and of its kind.
using Companions = std::map<std::filesystem::path, std::vector<double>>;
Companions companions_of(const ImageCases& found);

/// Adds the mask, the values and the neighbours of a series.
void add_landmark_inputs(const ImageCase& one, const AhalandmarksOptions& options,
                         const Companions& companions, CaseInputs& inputs);

/// Loads a series and finds its landmarks and segments on `threads` threads, and returns what writes its
/// folder and gives its rows. `values` may be null; `companions` outlives the call. Throws IoError,
/// NetworkError and Stopped, which are no series' fault.
std::function<SeriesOutcome()> landmark_case(ImageCase& one, const AhalandmarksOptions& options,
                                             const LandmarkStages& networks, const OverlaidImages* values,
                                             const Companions& companions, int threads);

}  // namespace cmrt1
