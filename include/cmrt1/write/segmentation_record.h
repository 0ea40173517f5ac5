#pragma once
/// Everything the files and table rows of one segmented series are made from.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cmrt1/qcd/segment.h"
#include "cmrt1/study/image_series.h"

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

/// "ok", "flagged" or "failed".
std::string image_status(const SegmentationRecord& record, std::size_t slice);

/// The reasons of a flagged image, joined by ";"; the reason of one that failed.
std::string image_reasons(const SegmentationRecord& record, std::size_t slice);

/// The prediction for what is delivered; 0 without a heart.
Prediction delivered_prediction(const SliceSegmentation& slice);

int flagged_count(const SegmentationRecord& record);

/// File name of an image's picture: overlay_000.png.
std::string overlay_name(std::size_t slice);

}  // namespace cmrt1
