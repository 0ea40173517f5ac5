#pragma once
/// Stand-ins for the segmentation networks (tests/qcd/networks/make_networks.py).

#include <string>

#include "cmrt1/qcd/segment.h"

namespace cmrt1::testing {

/// The networks and regressors of one folder.
class StandIn {
 public:
  explicit StandIn(const std::string& folder = "ring")
      : options_{.models = CMRT1_SOURCE_DIR "/tests/qcd/networks/" + folder, .device = "cpu"},
        heart(kHeartNetwork, options_),
        segmentation(kSegmentationNetwork, options_),
        judge(kJudgeNetwork, options_),
        quality(options_.models / kQualityFile, {segmentation.sha256(), heart.sha256(), judge.sha256()}) {
    for (const nn::Network* network : {&heart, &segmentation, &judge})
      network->identity();  // stand-ins may be static
  }

  QcdNetworks networks() const { return {heart, segmentation, judge, quality}; }

 private:
  nn::NetworkOptions options_;

 public:
  const nn::Network heart, segmentation, judge;
  const QualityModel quality;
};

}  // namespace cmrt1::testing
