#pragma once
/// landmarks.json: where the landmarks lie, how sure that is, and which segments follow.

#include <string>

#include "cmrt1/write/landmark_record.h"

namespace cmrt1 {

/// UTF-8, keys in a fixed order, null for what is undefined. Everything but the last key, `timings_s`, is the
/// same in every run.
std::string landmark_json(const LandmarkRecord& record, bool keep_identifiers = false);

}  // namespace cmrt1
