#pragma once
/// segmentation.json: how the candidates agree, what was predicted for each and which one is delivered.

#include <string>

#include "cmrt1/write/segmentation_record.h"

namespace cmrt1 {

/// UTF-8, keys in a fixed order, null for what is undefined. Everything but the last key, `timings_s`, is the
/// same in every run.
std::string segmentation_json(const SegmentationRecord& record, bool keep_identifiers = false);

}  // namespace cmrt1
