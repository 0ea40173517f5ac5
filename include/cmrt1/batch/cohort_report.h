#pragma once
/// The program cohortreport: the tables of t1moco, qcdseg, ahalandmarks and dt1map -> joined by study, series
/// and image -> cohort.csv, report.html.

#include <filesystem>

#include "cmrt1/base/error.h"
#include "cmrt1/batch/command_line.h"
#include "cmrt1/batch/options.h"
#include "cmrt1/write/cohort.h"

namespace cmrt1 {

struct CohortReportOptions {
  std::filesystem::path cohort;  ///< folder that holds the programs' output folders
  Verbosity verbosity;
};

/// Declares the options of cohortreport, with help and examples, on `app`.
void add_options(CLI::App& app, CohortReportOptions& options);

/// Reads what is there of t1moco/summary.csv, qcdseg/qcd.csv, ahalandmarks/landmarks.csv, ahalandmarks/
/// segments.csv, dt1map/summary.csv and dt1map/segments.csv in `folder`. The same rows in another order give
/// the same cohort. Throws NoInputError where none of them is there and UsageError where one is no such
/// table.
Cohort read_cohort(const std::filesystem::path& folder);

/// Runs the program. Throws IoError too.
ExitCode run_cohort_report(const CohortReportOptions& options);

}  // namespace cmrt1
