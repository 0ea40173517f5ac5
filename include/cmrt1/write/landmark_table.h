#pragma once
/// The rows of landmarks.csv: one an image.

#include <filesystem>
#include <string>
#include <vector>

#include "cmrt1/write/landmark_record.h"

namespace cmrt1 {

/// Column names, units included; docs/outputs_ahalandmarks.md says what each holds.
std::vector<std::string> landmark_columns();

/// The rows of a series, in the order of its images; `folder` is where its files are.
std::vector<std::vector<std::string>> landmark_rows(const LandmarkRecord& record,
                                                    const std::filesystem::path& folder);

/// The row of a file, or of a series' image, that could not be processed.
std::vector<std::string> failed_landmark_row(const std::string& input, const ImageSeries& series,
                                             std::size_t slice, const std::string& reason,
                                             const std::string& message);

}  // namespace cmrt1
