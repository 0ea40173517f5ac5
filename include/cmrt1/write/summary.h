#pragma once
/// The rows of summary.csv: one a series.

#include <filesystem>
#include <string>
#include <vector>

#include "cmrt1/write/result.h"

namespace cmrt1 {

/// Column names, units included; docs/outputs.md says what each holds.
std::vector<std::string> summary_columns();

/// The row of a series that was processed; `folder` is where its files are.
std::vector<std::string> summary_row(const SeriesRecord& record, const std::filesystem::path& folder);

/// The row of a series that could not be processed: status "failed" and why, all figures empty.
std::vector<std::string> failed_row(const std::string& study_uid, const std::string& series_uid,
                                    const std::string& series_key, const std::string& reason,
                                    const std::string& message);

}  // namespace cmrt1
