#pragma once
/// result.json of a pair: what went in, how it was registered, what dT1 is and how far to trust it.

#include <string>

#include "cmrt1/write/dt1_record.h"

namespace cmrt1 {

/// UTF-8, keys in a fixed order, null for what is undefined. Everything but the last key, `timings_s`, is the
/// same in every run.
std::string dt1_json(const Dt1Record& record, bool keep_identifiers = false);

/// dt1map.json of a study: its pairs, and mean dT1 of the 16 segments over them.
std::string dt1_study_json(std::span<const Dt1Record> pairs);

}  // namespace cmrt1
