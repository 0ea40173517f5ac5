#pragma once
/// The rows of dt1map's summary.csv, one a pair, and of its segments.csv, one a segment of a pair.

#include <filesystem>
#include <string>
#include <vector>

#include "cmrt1/write/dt1_record.h"

namespace cmrt1 {

/// Column names, units included; docs/outputs_dt1map.md says what each holds.
std::vector<std::string> dt1_columns();

/// The row of a pair; `folder` is where its files are. Status "ok" or "flagged".
std::vector<std::string> dt1_row(const Dt1Record& record, const std::filesystem::path& folder);

/// Which of the two maps of a pair.
enum class MapRole { rest, stress };

/// The row of a map without partner: status "unpaired", and why (Unpaired::reason).
std::vector<std::string> unpaired_dt1_row(const ImageSeries& series, std::size_t slice, MapRole role,
                                          const std::string& reason);

/// The row of a file, or of a series' image, that could not be read: status "failed". `series` may be empty.
std::vector<std::string> failed_dt1_row(const std::string& input, const ImageSeries& series,
                                        std::size_t slice, MapRole role, const std::string& reason,
                                        const std::string& message);

/// The row of a pair that could not be processed: status "failed". Of `record` the key, the two maps and the
/// distance are read.
std::vector<std::string> failed_dt1_row(const Dt1Record& record, const std::string& reason,
                                        const std::string& message);

std::vector<std::string> dt1_segment_columns();

/// Those of the pair, in the order of the segments' numbers; none where its segments are not known.
std::vector<std::vector<std::string>> dt1_segment_rows(const Dt1Record& record);

}  // namespace cmrt1
