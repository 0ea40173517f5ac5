#pragma once
/// overview.png: one picture that tells at a glance what the correction did.

#include <string>

#include "cmrt1/write/result.h"

namespace cmrt1 {

/// PNG bytes: T1 and R2 before and after with colour bars, the largest displacement, the heart region and
/// the figures of the result. Names the series by its key, never the patient. Undefined pixels are grey-blue.
/// The letters are those of the machine's sans-serif font.
std::string overview_png(const SeriesRecord& record);

}  // namespace cmrt1
