#pragma once
/// The rows of qcd.csv and flagged.csv: one an image.

#include <filesystem>
#include <string>
#include <vector>

#include "cmrt1/write/segmentation_record.h"

namespace cmrt1 {

/// Column names, units included; docs/outputs.md says what each holds.
std::vector<std::string> segmentation_columns();

/// The rows of a series, in the order of its images; `folder` is where its files are (empty where all
/// failed).
std::vector<std::vector<std::string>> segmentation_rows(const SegmentationRecord& record,
                                                        const std::filesystem::path& folder);

/// The row of a file, or of a series' image, that could not be processed.
std::vector<std::string> failed_segmentation_row(const std::string& input, const ImageSeries& series,
                                                 std::size_t slice, const std::string& reason,
                                                 const std::string& message);

/// Of `rows` those that a person must look at: first what failed, then the lowest predicted Dice.
std::vector<std::vector<std::string>> flagged_rows(const std::vector<std::vector<std::string>>& rows);

}  // namespace cmrt1
