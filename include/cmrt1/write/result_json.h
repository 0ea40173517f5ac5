#pragma once
/// result.json: what went in, what was done, how well it went.

#include <string>

#include "cmrt1/write/result.h"

namespace cmrt1 {

/// The text of result.json: UTF-8, keys in a fixed order, null for what is undefined. Everything but the
/// last key, `timings_s`, is the same in every run.
std::string result_json(const SeriesRecord& record, const WriteOptions& options = {});

}  // namespace cmrt1
