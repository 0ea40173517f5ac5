#pragma once
/// Writes what one series gave to a folder: DICOM, NIfTI, PNG, JSON.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cmrt1/moco/correct.h"
#include "cmrt1/study/study.h"

namespace cmrt1 {

struct WriteOptions {
  bool write_images = false;   ///< corrected_NN.nii.gz
  bool keep_identifiers = false;
};

/// Everything the files of one series are made from.
struct SeriesRecord {
  Series series;
  SeriesImages images;
  MocoResult result;
  std::map<std::string, double> timings_s;      ///< by step: load, fit, register, ...
  std::map<std::string, std::string> options;   ///< the options in force, as text
  std::map<std::string, std::string> versions;  ///< program and libraries
};

/// Writes all files of `record` into `folder`, which exists (a staging folder that the caller moves
/// into place once all is written). Throws IoError.
void write_series(const SeriesRecord& record, const std::filesystem::path& folder,
                  const WriteOptions& options = {});

}  // namespace cmrt1
