#pragma once
/// Writes what one pair of T1 maps gave, and what a study's pairs gave together. docs/outputs_dt1map.md lists
/// every file.

#include <filesystem>
#include <span>

#include "cmrt1/write/dt1_record.h"

namespace cmrt1 {

struct Dt1WriteOptions {
  bool keep_identifiers = false;  ///< result.json also holds series descriptions and source paths
  int threads = 0;                ///< 0: all cores; the bytes do not depend on it
};

/// Writes all files of `record` into `folder`, which exists (a staging folder). Equal records give equal
/// bytes, but for the timings. Throws IoError, and CaseError where a source's header cannot be read.
void write_dt1(const Dt1Record& record, const std::filesystem::path& folder,
               const Dt1WriteOptions& options = {});

/// Writes dt1map.json, what a study's pairs gave together, into `folder`, and bullseye.svg and bullseye.png
/// where segments are known. Throws IoError.
void write_dt1_study(std::span<const Dt1Record> pairs, const std::filesystem::path& folder);

}  // namespace cmrt1
