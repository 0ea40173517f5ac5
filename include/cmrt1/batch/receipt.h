#pragma once
/// Receipts: what a result was made from, and the table rows it gave, kept in the result's folder, so that a
/// later run need not make it again.
///
/// A folder of results appears whole (write to a hidden name, flush, rename); `receipt.json` is then added to
/// it, itself whole or not at all. `--resume` keeps a result where the receipt names the same program and
/// version, networks (SHA-256), options and inputs (SHA-256 of the files' bytes, SOP Instance UIDs, place in
/// the study), and all files that it lists are there in their sizes (JSON: are there). All else is worked on
/// again: what was killed half-way, and results in which an image failed, which get no receipt. Rows are
/// stored as cells, so that the tables of a resumed run equal those of an undisturbed one byte for byte; a
/// cell that names an input file is stored as that file's number, so that a cohort may be moved.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cmrt1/base/file_hash.h"
#include "cmrt1/batch/outcome.h"
#include "cmrt1/study/study.h"

namespace cmrt1 {

inline constexpr const char* kReceiptFile = "receipt.json";

/// What one case is made from.
struct CaseInputs {
  struct File {
    std::string role;  ///< "image", "mask"
    SourceFile source;
  };
  std::filesystem::path folder;    ///< of the result, below the output folder
  std::vector<File> files;         ///< in an order that does not depend on their paths
  std::vector<std::string> facts;  ///< what else shapes the result: UIDs, names, places of neighbours

  void add(const std::string& role, const Frame& frame);  ///< its file, and which of its images
  void add(const std::string& role, const std::filesystem::path& path);
};

/// By part: "program", "version", "networks", "options", "inputs".
using Fingerprint = std::map<std::string, std::string>;

/// The part "inputs".
std::string fingerprint_of(const CaseInputs& inputs, ContentHashes& hashes);

/// What the receipt in `folder` says became of the case, where the result may be kept.
std::optional<SeriesOutcome> kept_outcome(const std::filesystem::path& folder, const CaseInputs& inputs,
                                          const Fingerprint& now);

/// Adds a receipt to a result, unless an image failed or there is no result. Throws IoError.
void write_receipt(const std::filesystem::path& folder, const CaseInputs& inputs,
                   const Fingerprint& made_from, const SeriesOutcome& outcome);

}  // namespace cmrt1
