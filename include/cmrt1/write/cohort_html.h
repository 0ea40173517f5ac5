#pragma once
/// report.html: one file that opens without a network.

#include <string>

#include "cmrt1/write/cohort.h"

namespace cmrt1 {

/// The whole page in UTF-8: style, script and drawings are in it, pictures are linked relative to the
/// cohort's folder. Text that comes from tables is text on the page, whatever it holds. Equal input gives
/// equal bytes.
std::string cohort_html(const Cohort& cohort);

}  // namespace cmrt1
