#pragma once
/// Everything the files and table rows of one segmented series are made from.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cmrt1/qcd/segment.h"
#include "cmrt1/write/image_record.h"

namespace cmrt1 {

struct SegmentationRecord {
  ImageSeries series;
  LoadedSeries loaded;
  std::optional<HeartLocation> heart;
  /// One for each image of the series; nothing for an image that could not be read.
  std::vector<std::optional<SliceSegmentation>> slices;
  double threshold = 0;  ///< of the predicted Dice
  double level = 0;      ///< of the intervals, such as 0.9
  std::vector<nn::NetworkIdentity> networks;
  std::string quality_sha256;  ///< of the file with the regressors
  std::map<std::string, double> timings_s;
  std::map<std::string, std::string> versions;  ///< program ("cmrt1") and libraries
};

/// The prediction for what is delivered; 0 without a heart.
Prediction delivered_prediction(const SliceSegmentation& slice);

}  // namespace cmrt1
