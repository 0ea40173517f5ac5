#pragma once
/// The rows of segments.csv: one a segment of an image.

#include <string>
#include <vector>

#include "cmrt1/write/landmark_record.h"

namespace cmrt1 {

/// Column names, units included; docs/outputs_ahalandmarks.md says what each holds.
std::vector<std::string> segment_columns();

/// Those of the images whose segments are known, in the order of images and segments' numbers.
std::vector<std::vector<std::string>> segment_rows(const LandmarkRecord& record);

}  // namespace cmrt1
