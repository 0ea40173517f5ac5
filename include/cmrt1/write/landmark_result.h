#pragma once
/// Writes what one series with landmarks gave to a folder. docs/outputs_ahalandmarks.md lists every file.

#include <filesystem>

#include "cmrt1/write/landmark_record.h"

namespace cmrt1 {

struct LandmarkWriteOptions {
  bool keep_identifiers = false;  ///< landmarks.json also holds the series description and the source paths
  int threads = 0;                ///< 0: all cores; the bytes do not depend on it
};

/// Writes all files of `record` into `folder`, which exists (a staging folder). Equal records give equal
/// bytes, but for the timings. Throws IoError, and CaseError where the source's header cannot be read.
void write_landmarks(const LandmarkRecord& record, const std::filesystem::path& folder,
                     const LandmarkWriteOptions& options = {});

}  // namespace cmrt1
