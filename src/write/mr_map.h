#pragma once
/// A map as a derived MR image: what all of them share.

#include <string>
#include <vector>

#include "cmrt1/image/image.h"
#include "cmrt1/study/study.h"
#include "write/derived_object.h"

namespace cmrt1 {

struct SourceImage {
  const Frame* frame = nullptr;
  bool multi_frame = false;  ///< its instance has several frames
};

struct MrMap {
  MapQuantity quantity;
  double stored_per_unit = 1;
  std::string image_type;      ///< third value on
  std::string suffix;          ///< of the series description
  std::string series_content;  ///< what the series' UID depends on
  std::string source_series;   ///< UID
  int source_number = 0;       ///< Series Number of the source
  int series_offset = 0;       ///< derived_series_number
  int instance_number = 1;
  std::string comment;       ///< after the notice and the name
  std::string derivation;    ///< how it was made
  std::string contribution;  ///< of this software
  std::vector<Code> codes;   ///< of the derivation
  std::vector<SourceImage> sources;
  std::string frame_of_reference_uid;  ///< empty: the source's
  std::string version;                 ///< of this software
  std::string window_centre, window_width;
  Pixels values;  ///< NaN where undefined
  Geometry geometry;
};

/// The DICOM Part 10 file, derived from the image with this header. 16-bit pixels, truncated; 0 (the padding
/// value) where the map has no value. Throws CaseError where the header cannot be read.
std::string mr_map_dicom(const std::string& source_header, const MrMap& map);

}  // namespace cmrt1
