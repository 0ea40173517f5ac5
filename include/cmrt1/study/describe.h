#pragma once
/// What a scan found, as text for a person (`--list`).

#include <string>

#include "cmrt1/study/study.h"

namespace cmrt1 {

/// Study by study: each T1-mapping series with key, sequence, slice, inversion times and where they were
/// read, phase, warnings or the reason why it cannot be processed; other images with their kind and why;
/// then the files passed over, counted by reason, those that fail a case by name. UTF-8, ends with a
/// newline; control characters in names are replaced by '?'.
std::string describe(const ScanResult& result);

}  // namespace cmrt1
