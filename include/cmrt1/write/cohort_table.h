#pragma once
/// cohort.csv: one row a subject.

#include "cmrt1/write/cohort.h"
#include "cmrt1/write/table.h"

namespace cmrt1 {

/// Units stand in the names of the columns; docs/cohort_report.md says what each holds. Cells are empty where
/// a figure is undefined, and where the table that it comes from is missing.
Table cohort_table(const Cohort& cohort);

}  // namespace cmrt1
