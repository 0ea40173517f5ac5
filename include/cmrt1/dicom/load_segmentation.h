#pragma once
/// Reads a DICOM Segmentation: whose the pixels of an image are, as this toolkit or another program drew
/// them.
///
/// A frame is the mask of one segment on one plane. Binary frames are taken bit by bit (one after another
/// without a gap, the first pixel in a byte's lowest bit), of fractional ones the pixels with at least half
/// of the largest value. Where a frame lies comes from its own functional groups, else from the shared ones.
/// Reference: DICOM PS3.3 A.51 and C.8.20 (Segmentation), C.7.6.16 (functional groups); PS3.5 8.1.1.

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cmrt1/study/study.h"

namespace cmrt1 {

struct SegmentationFrame {
  int segment = 0;  ///< its number, a key of LoadedSegmentation::labels
  Geometry geometry;
  Mask mask;  ///< rows x columns, 1 in the segment
  /// The image it was drawn on; empty where the file names none, or several for one frame.
  std::string source_sop_instance_uid;
  int source_frame = 0;  ///< which of a multi-frame image, from 1; 0 where none is named
};

struct LoadedSegmentation {
  std::vector<SegmentationFrame> frames;   ///< as stored
  std::map<int, std::string> labels;       ///< of each segment, UTF-8
  std::map<int, std::string> properties;   ///< code value of each segment's property type, if it has one
  std::set<std::string> source_instances;  ///< SOP Instance UIDs of all images it says it was drawn on
};

/// Throws IoError (`file` cannot be read) or CaseError: `not_dicom`, `not_a_segmentation`,
/// `unreadable_header`, `nested_too_deep`, `too_large` (512 MB, 2 GB of decoded pixels, 16384 frames),
/// `unsupported_segmentation_type` (a label map), `unsupported_bits_allocated`,
/// `unsupported_transfer_syntax`, `invalid_image_size`, `invalid_pixel_spacing`, `invalid_orientation`,
/// `invalid_position`, `truncated_pixel_data`, `pixel_data_missing`, `pixel_data_unreadable`,
/// `invalid_segmentation` (its segments and frames do not fit each other).
LoadedSegmentation load_segmentation(const std::filesystem::path& file);

}  // namespace cmrt1
