#pragma once
/// Writes what one segmented series gave to a folder. docs/outputs.md lists every file.

#include <filesystem>

#include "cmrt1/write/segmentation_record.h"

namespace cmrt1 {

struct SegmentationWriteOptions {
  bool candidates = false;  ///< all twelve as NIfTI
  bool keep_identifiers =
      false;        ///< segmentation.json also holds the series description and the source paths
  int threads = 0;  ///< 0: all cores; the bytes do not depend on it
};

/// Writes all files of `record` into `folder`, which exists (a staging folder). Equal records give equal
/// bytes, but for the timings. Throws IoError, and CaseError where the source's header cannot be read.
void write_segmentation(const SegmentationRecord& record, const std::filesystem::path& folder,
                        const SegmentationWriteOptions& options = {});

}  // namespace cmrt1
