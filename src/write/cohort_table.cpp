#include "cmrt1/write/cohort_table.h"

#include <cmath>
#include <cstdio>
#include <set>

#include "write/columns.h"

namespace cmrt1 {
namespace {

struct Row {
  const Cohort* cohort = nullptr;
  const CohortSubject* subject = nullptr;
};

using SubjectColumn = Column<Row>;

std::string joined(const std::set<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ";") + word;
  return csv_text(text);
}

/// "t1moco:low_r2;qcdseg:heart_not_found"
std::string reasons_of(const CohortSubject& subject) {
  std::set<std::string> words;
  for (const CohortReason& one : subject.reasons)
    words.insert(std::string(to_string(one.program)) + ":" + one.reason);
  return joined(words);
}

std::string outliers_of(const CohortSubject& subject) {
  std::set<std::string> words;
  for (const CohortOutlier& one : subject.outliers) words.insert(cohort_measures()[one.measure].column);
  return joined(words);
}

SubjectColumn count_of(CohortProgram program, const std::string& name,
                       std::size_t (*count)(const CohortCounts&)) {
  return {std::string(to_string(program)) + "_" + name, [program, count](const Row& row) {
            const auto place = static_cast<std::size_t>(program);
            if (!row.cohort->present[place]) return std::string();
            return std::to_string(count(row.subject->counts[place]));
          }};
}

void add_counts(std::vector<SubjectColumn>& columns, CohortProgram program) {
  columns.push_back(count_of(program, items_of(program), [](const auto& c) { return c.items(); }));
  columns.push_back(count_of(program, "ok", [](const auto& c) { return c.ok; }));
  columns.push_back(count_of(program, "flagged", [](const auto& c) { return c.flagged; }));
  columns.push_back(count_of(program, "failed", [](const auto& c) { return c.failed; }));
  if (program == CohortProgram::t1moco)
    columns.push_back({"t1moco_corrected", [](const Row& row) {
                         return row.cohort->present[0] ? std::to_string(row.subject->corrected_series) : "";
                       }});
  if (program == CohortProgram::dt1map)
    columns.push_back(count_of(program, "unpaired", [](const auto& c) { return c.unpaired; }));
}

/// "t1_rest_segment_01_mean_ms" ... "_16_"
void add_segments(std::vector<SubjectColumn>& columns, const std::string& start, const std::string& unit,
                  SegmentValues CohortFigures::*values) {
  for (std::size_t i = 0; i < 16; ++i) {
    char number[8];
    std::snprintf(number, sizeof number, "%02zu", i + 1);
    columns.push_back({start + "_segment_" + number + "_mean_" + unit, [values, i](const Row& row) {
                         return csv_number((row.subject->figures.*values)[i]);
                       }});
  }
}

std::vector<SubjectColumn> make_columns() {
  std::vector<SubjectColumn> columns = {
      {"subject", [](const Row& row) { return csv_text(row.subject->key); }},
      {"study_uid", [](const Row& row) { return csv_text(row.subject->study_uid); }},
      {"status", [](const Row& row) { return std::string(to_string(row.subject->status())); }},
      {"reasons", [](const Row& row) { return reasons_of(*row.subject); }},
      {"outliers", [](const Row& row) { return outliers_of(*row.subject); }},
      {"outlier_z", [](const Row& row) {
         return row.subject->outliers.empty() ? "" : csv_number(row.subject->outliers.front().z, 4);
       }}};
  for (std::size_t i = 0; i < kCohortPrograms; ++i) add_counts(columns, static_cast<CohortProgram>(i));
  for (const CohortMeasure& measure : cohort_measures())
    columns.push_back({measure.column, [value = measure.value](const Row& row) {
                         return csv_number(value(row.subject->figures));
                       }});
  add_segments(columns, "t1_rest", "ms", &CohortFigures::t1_rest_segments_ms);
  add_segments(columns, "t1_stress", "ms", &CohortFigures::t1_stress_segments_ms);
  add_segments(columns, "dt1", "percent", &CohortFigures::dt1_segments_percent);
  return columns;
}

}  // namespace

Table cohort_table(const Cohort& cohort) {
  const std::vector<SubjectColumn> columns = make_columns();
  Table table{names_of(columns), {}};
  for (const CohortSubject& subject : cohort.subjects)
    table.rows.push_back(cells_of(columns, Row{&cohort, &subject}));
  return table;
}

}  // namespace cmrt1
