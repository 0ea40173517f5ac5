#include "batch/cohort_join.h"
#include "cmrt1/base/log.h"
#include "cmrt1/batch/cohort_report.h"
#include "cmrt1/batch/run_app.h"
#include "cmrt1/batch/stop_signal.h"

namespace cmrt1 {
namespace {

using Columns = std::set<std::string>;

/// A table of a cohort: where it is, what is read of it, and what it is told by.
struct CohortSource {
  CohortProgram program;
  const char* file;
  Columns columns;
  Columns required;
  void (CohortJoin::*add)(const CsvRow&);
};

std::vector<CohortSource> sources() {
  return {
      {CohortProgram::t1moco,
       "t1moco/summary.csv",
       {"series_key", "flag", "reason", "corrected", "r2_median_before", "r2_median_after",
        "motion_before_mm", "motion_after_mm", "folder"},
       {"study_uid", "status"},
       &CohortJoin::add_t1moco},
      {CohortProgram::qcdseg,
       "qcdseg/qcd.csv",
       {"slice", "sop_instance_uid", "kind", "reasons", "predicted_dice", "t1_mean_ms", "t1_pixels", "folder",
        "overlay"},
       {"study_uid", "status"},
       &CohortJoin::add_qcdseg},
      {CohortProgram::ahalandmarks,
       "ahalandmarks/landmarks.csv",
       {"input", "slice", "series_uid", "sop_instance_uid", "reasons", "confidence", "level", "folder",
        "overlay"},
       {"study_uid", "status"},
       &CohortJoin::add_landmarks},
      {CohortProgram::ahalandmarks,
       "ahalandmarks/segments.csv",
       {"input", "slice", "series_uid", "quantity", "unit", "mean", "pixels"},
       {"study_uid", "segment"},
       &CohortJoin::add_segment},
      {CohortProgram::dt1map,
       "dt1map/summary.csv",
       {"pair", "reasons", "rest_series_key", "stress_series_key", "stress_sop_instance_uid", "stress_slice",
        "dice_after", "dt1_mean_percent", "dt1_pixels", "dt1_error_percent", "folder", "overlay"},
       {"study_uid", "status"},
       &CohortJoin::add_dt1},
      {CohortProgram::dt1map,
       "dt1map/segments.csv",
       {"pair", "quantity", "mean", "pixels"},
       {"study_uid", "segment"},
       &CohortJoin::add_dt1_segment}};
}

}  // namespace

Cohort read_cohort(const std::filesystem::path& folder) {
  Cohort cohort;
  cohort.version = software_version();
  std::vector<CohortSource> there;
  for (const CohortSource& source : sources()) {
    const bool found = std::filesystem::exists(folder / source.file);
    (found ? cohort.tables : cohort.missing).push_back(source.file);
    if (found) there.push_back(source);
    if (found && source.required.contains("status"))
      cohort.present[static_cast<std::size_t>(source.program)] = true;
  }
  if (there.empty())
    throw NoInputError(folder.string() + " holds no table of a cohort, such as " + sources().front().file);
  CohortJoin join(std::move(cohort));
  for (const CohortSource& source : there) {
    log::debug("reading " + (folder / source.file).string());
    for_each_csv_row(folder / source.file, source.columns, source.required, [&](const CsvRow& row) {
      throw_if_stopped();
      (join.*source.add)(row);
    });
  }
  return join.finish();
}

}  // namespace cmrt1
