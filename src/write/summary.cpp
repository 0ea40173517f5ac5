#include "cmrt1/write/summary.h"

#include <algorithm>
#include <functional>

#include "cmrt1/write/quality.h"
#include "cmrt1/write/table.h"
#include "write/columns.h"

namespace cmrt1 {
namespace {

/// What a row is made from; `record` is null where the series failed.
struct Row {
  std::string study_uid, series_uid, series_key, status, flag, reason, message, folder;
  const SeriesRecord* record = nullptr;
};

using Column = cmrt1::Column<Row>;

Column text(const std::string& name, std::string Row::*field) {
  return {name, [field](const Row& row) { return csv_text(row.*field); }};
}

/// A column that is empty where the series failed.
Column text_of(const std::string& name, std::string (*value)(const SeriesRecord&)) {
  return {name, [value](const Row& row) { return row.record ? csv_text(value(*row.record)) : ""; }};
}

Column number_of(const std::string& name, double (*value)(const SeriesRecord&)) {
  return {name, [value](const Row& row) { return row.record ? csv_number(value(*row.record)) : ""; }};
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& part : texts) {
    if (!all.empty()) all += "; ";
    all += part;
  }
  return all;
}

std::string inversion_time_source(const SeriesRecord& record) {
  std::vector<std::string> sources;
  for (const Frame& frame : record.series.magnitude)
    if (const std::string source = to_string(frame.inversion_time_source);
        std::find(sources.begin(), sources.end(), source) == sources.end())
      sources.push_back(source);
  return joined(sources);
}

using Record = const SeriesRecord&;

std::vector<Column> columns() {
  return {
      text("study_uid", &Row::study_uid),
      text("series_uid", &Row::series_uid),
      text("series_key", &Row::series_key),
      text("status", &Row::status),
      text("flag", &Row::flag),
      text("reason", &Row::reason),
      text("message", &Row::message),
      number_of("slice_number", [](Record r) { return r.series.slice_index + 1.0; }),
      text_of("sequence", [](Record r) -> std::string { return to_string(r.series.sequence); }),
      number_of("images", [](Record r) { return static_cast<double>(r.result.ti_ms.size()); }),
      text_of("phase", [](Record r) -> std::string { return r.images.phase ? "yes" : "no"; }),
      text_of("inversion_time_source", inversion_time_source),
      text_of("method", [](Record r) -> std::string { return to_string(r.result.method); }),
      text_of("method_used", [](Record r) -> std::string { return to_string(r.result.method_used); }),
      text_of("corrected", [](Record r) -> std::string { return r.result.corrected ? "yes" : "no"; }),
      text_of("decision", [](Record r) { return r.result.decision; }),
      number_of("r2_median_before", [](Record r) { return r.result.before.r2_median; }),
      number_of("r2_median_after", [](Record r) { return r.result.after.r2_median; }),
      number_of("r2_p05_before", [](Record r) { return r.result.before.r2_p05; }),
      number_of("r2_p05_after", [](Record r) { return r.result.after.r2_p05; }),
      number_of("r2_gain", [](Record r) { return r2_gain(r.result); }),
      number_of("t1_median_heart_ms", [](Record r) { return median_heart_t1_ms(r.result); }),
      number_of("fitted_heart_percent", [](Record r) { return fitted_percent(r.result); }),
      number_of("displacement_max_mm", [](Record r) { return r.result.max_displacement_mm; }),
      number_of("displacement_mean_mm", [](Record r) { return r.result.mean_displacement_mm; }),
      number_of("min_jacobian", [](Record r) { return r.result.min_jacobian; }),
      number_of("motion_before_mm", [](Record r) { return r.result.confidence.motion_before_mm; }),
      number_of("motion_after_mm", [](Record r) { return r.result.confidence.motion_after_mm; }),
      number_of("agreement_mm", [](Record r) { return r.result.confidence.agreement_mm; }),
      text_of("warnings", [](Record r) { return joined(r.series.warnings); }),
      text("folder", &Row::folder),
  };
}

std::vector<std::string> cells(const Row& row) { return cells_of(columns(), row); }

}  // namespace

std::vector<std::string> summary_columns() { return names_of(columns()); }

std::vector<std::string> summary_row(const SeriesRecord& record, const std::filesystem::path& folder) {
  const Verdict verdict = judge(record.result);
  const Series& series = record.series;
  return cells({series.study_uid, series.series_uid, series.key, verdict.status, verdict.flag, "", "",
                folder.string(), &record});
}

std::vector<std::string> failed_row(const std::string& study_uid, const std::string& series_uid,
                                    const std::string& series_key, const std::string& reason,
                                    const std::string& message) {
  return cells({study_uid, series_uid, series_key, "failed", "", reason, message, "", nullptr});
}

}  // namespace cmrt1
