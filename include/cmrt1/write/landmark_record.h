#pragma once
/// Everything the files and table rows of one series with landmarks are made from.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cmrt1/aha/division.h"
#include "cmrt1/aha/levels.h"
#include "cmrt1/aha/statistics.h"
#include "cmrt1/landmark/find.h"
#include "cmrt1/write/image_record.h"

namespace cmrt1 {

/// The segments of one image, and what `--values` are in them.
struct SliceSegments {
  SliceLevel level;
  Sense sense = Sense::anticlockwise;
  bool from_mask = false;  ///< the wall is that of a mask, not of two circles
  std::vector<SegmentRegion> regions;
  SegmentMap map;
  std::vector<SegmentStatistics> statistics;  ///< one a region; empty without values
};

struct LandmarkRecord {
  ImageSeries series;
  LoadedSeries loaded;
  std::optional<HeartLocation> heart;
  /// One for each image of the series; nothing for an image that could not be read.
  std::vector<std::optional<SliceLandmarks>> slices;
  /// One for each image; nothing where no segments can be told.
  std::vector<std::optional<SliceSegments>> segments;
  std::string quantity;  ///< of the values, such as "T1"; empty where there are none
  std::string unit;      ///< of the values: "ms", "%"
  int stages = 2;
  std::vector<nn::NetworkIdentity> networks;
  std::map<std::string, double> timings_s;
  std::map<std::string, std::string> versions;  ///< program ("cmrt1") and libraries
};

/// Mean of each of the 16 segments over the images in which it lies, weighed by pixels; NaN where there is
/// none.
std::array<double, 16> segment_means(const LandmarkRecord& record);

}  // namespace cmrt1
