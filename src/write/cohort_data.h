#pragma once
/// The subjects and cases of a cohort as the script of its report reads them.

#include <string>

#include "cmrt1/write/cohort.h"

namespace cmrt1 {

/// JSON that may stand in a script element.
std::string cohort_data(const Cohort& cohort);

/// "t1moco: low_r2"
std::string words_of(const CohortReason& reason);

}  // namespace cmrt1
