#pragma once
/// One series through qcdseg: load -> segment -> write, failures turned into rows.

#include <functional>
#include <memory>
#include <vector>

#include "cmrt1/batch/image_run.h"
#include "cmrt1/batch/qcdseg.h"
#include "cmrt1/write/segmentation_record.h"

namespace cmrt1 {

/// Networks and regressors, the networks loaded in the background; shared by all series.
class SegmentationNetworks {
 public:
  /// Throws NetworkError.
  explicit SegmentationNetworks(const nn::NetworkOptions& options);
  QcdNetworks all() const { return {*heart_, segmentation_, judge_, quality_}; }
  std::shared_ptr<const nn::Network> heart() const { return heart_; }
  std::vector<nn::NetworkIdentity> identities() const;
  /// "name SHA-256" of networks and regressors, without waiting.
  std::vector<std::string> names() const;

 private:
  nn::Network segmentation_;
  std::shared_ptr<const nn::Network> heart_;
  nn::Network judge_;
  QualityModel quality_;
};

inline constexpr const char* kQcdTable = "qcd.csv";

/// Loads and segments a series on `threads` threads, and returns what writes its folder and gives its rows.
/// Throws IoError, NetworkError and Stopped, which are no series' fault.
std::function<SeriesOutcome()> segment_case(ImageCase& one, const QcdsegOptions& options,
                                            const SegmentationNetworks& networks, int threads);

}  // namespace cmrt1
