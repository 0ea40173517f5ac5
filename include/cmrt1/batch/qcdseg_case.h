#pragma once
/// One series through qcdseg: load -> segment -> write, failures turned into rows.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cmrt1/batch/image_cases.h"
#include "cmrt1/batch/qcdseg.h"
#include "cmrt1/write/segmentation_record.h"

namespace cmrt1 {

/// Networks and regressors, the networks loaded in the background; shared by all series.
class SegmentationNetworks {
 public:
  /// Throws NetworkError.
  explicit SegmentationNetworks(const nn::NetworkOptions& options);
  QcdNetworks all() const { return {heart_, segmentation_, quality_}; }
  std::vector<nn::NetworkIdentity> identities() const;

 private:
  nn::Network segmentation_, heart_;
  QualityModel quality_;
};

/// What became of one series.
struct SeriesOutcome {
  std::string note;                            ///< one line for a person
  std::vector<std::vector<std::string>> rows;  ///< of qcd.csv
  int ok = 0, flagged = 0, failed = 0;         ///< images
};

/// A series between its two steps: segmented, not yet written; or failed.
using Segmented = std::variant<SegmentationRecord, SeriesOutcome>;

/// Throws IoError where the folder of the results holds anything but an earlier result.
void require_replaceable(const ImageCase& one, const std::filesystem::path& output);

/// Throws IoError, NetworkError and Stopped, which are no series' fault.
Segmented segment_case(ImageCase& one, const QcdsegOptions& options, const SegmentationNetworks& networks);

/// Writes the series' folder, whole or not at all. A series without a segmented image leaves no folder, not even
/// one of an earlier run. May run while another series is segmented. Throws IoError and Stopped.
SeriesOutcome deliver_case(const ImageCase& one, const Segmented& segmented, const QcdsegOptions& options);

}  // namespace cmrt1
