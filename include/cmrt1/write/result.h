#pragma once
/// Writes what one series gave to a folder: DICOM, NIfTI, PNG, JSON. docs/outputs.md lists every file.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cmrt1/moco/correct.h"
#include "cmrt1/study/study.h"

namespace cmrt1 {

struct WriteOptions {
  bool write_images = false;      ///< corrected_NN.nii.gz
  bool keep_identifiers = false;  ///< result.json also holds the series description and the source paths
  int threads = 0;                ///< 0: all cores; the bytes do not depend on it
};

/// Everything the files of one series are made from.
struct SeriesRecord {
  Series series;
  SeriesImages images;
  MocoResult result;
  std::map<std::string, double> timings_s;  ///< by step: load, fit, register, ...
  /// The options that shape the result, as text (not the number of threads: it changes nothing, and the
  /// identifiers of the DICOM files are made from these).
  std::map<std::string, std::string> options;
  std::map<std::string, std::string> versions;  ///< program ("cmrt1") and libraries
};

/// Writes all files of `record` into `folder`, which exists (a staging folder that the caller moves
/// into place once all is written). Equal records give equal bytes, but for the timings in result.json.
/// Throws IoError, and CaseError where the source's header cannot be read.
void write_series(const SeriesRecord& record, const std::filesystem::path& folder,
                  const WriteOptions& options = {});

}  // namespace cmrt1
