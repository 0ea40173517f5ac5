#include "cmrt1/write/segment_table.h"

#include "cmrt1/write/table.h"
#include "write/segment_columns.h"

namespace cmrt1 {
namespace {

/// A segment of an image of a series.
struct Row : SegmentRow {
  const ImageSeries* series = nullptr;
  std::size_t image = 0;
};

std::vector<Column<Row>> make_columns() {
  std::vector<Column<Row>> columns = {
      {"input", [](const Row& r) { return csv_text(r.series->frames[r.image].source.name()); }},
      {"slice", [](const Row& r) { return csv_number(static_cast<double>(r.image)); }},
      {"study_uid", [](const Row& r) { return csv_text(r.series->study_uid); }},
      {"series_uid", [](const Row& r) { return csv_text(r.series->series_uid); }}};
  append(columns, shared_segment_columns());
  return columns;
}

const std::vector<Column<Row>>& columns() {
  static const std::vector<Column<Row>> all = make_columns();
  return all;
}

}  // namespace

std::vector<std::string> segment_columns() { return names_of(columns()); }

std::vector<std::vector<std::string>> segment_rows(const LandmarkRecord& record) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < record.segments.size(); ++i) {
    if (!record.segments[i]) continue;
    for (const SegmentRow& segment :
         segments_of_image(*record.segments[i], record.series.frames[i].geometry,
                           image_status(record, i) != "ok", record.quantity, record.unit))
      rows.push_back(cells_of(columns(), Row{segment, &record.series, i}));
  }
  return rows;
}

}  // namespace cmrt1
