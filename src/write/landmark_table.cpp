#include "cmrt1/write/landmark_table.h"

#include <functional>

#include "cmrt1/aha/segments.h"
#include "cmrt1/write/table.h"
#include "write/columns.h"

namespace cmrt1 {
namespace {

/// What a row is made from; `found` is null where there are no landmarks.
struct Row {
  std::string input;
  std::size_t number = 0;
  const ImageSeries* series = nullptr;
  std::string sop_instance_uid, status, reasons, folder, message;
  const SliceLandmarks* found = nullptr;
  const SliceSegments* segments = nullptr;
  Geometry geometry;
};

using Column = cmrt1::Column<Row>;

Column text(const std::string& name, std::function<std::string(const Row&)> value) {
  return {name, [value](const Row& row) { return csv_text(value(row)); }};
}

Column measured(const std::string& name, double (*value)(const SliceLandmarks&)) {
  return {name, [value](const Row& row) { return row.found ? csv_number(value(*row.found)) : ""; }};
}

using Slice = const SliceLandmarks&;

/// The point in patient mm (LPS), three columns.
void add_patient(std::vector<Column>& columns, const std::string& name, Point SliceLandmarks::*point) {
  for (std::size_t axis = 0; axis < 3; ++axis)
    columns.push_back({name + "_patient_" + "xyz"[axis] + "_mm", [axis, point](const Row& row) {
                         if (!row.found) return std::string();
                         const Point& at = row.found->*point;
                         return csv_number(patient_from_pixel(row.geometry, at[0], at[1])[axis]);
                       }});
}

std::vector<Column> make_columns() {
  std::vector<Column> columns = {
      text("input", [](const Row& r) { return r.input; }),
      {"slice", [](const Row& r) { return csv_number(static_cast<double>(r.number)); }},
      text("study_uid", [](const Row& r) { return r.series->study_uid; }),
      text("series_uid", [](const Row& r) { return r.series->series_uid; }),
      text("sop_instance_uid", [](const Row& r) { return r.sop_instance_uid; }),
      text("kind", [](const Row& r) { return r.series->frames.empty() ? "" : to_string(r.series->kind); }),
      text("status", [](const Row& r) { return r.status; }),
      measured("lv_centre_x_px", [](Slice s) { return s.lv_centre[0]; }),
      measured("lv_centre_y_px", [](Slice s) { return s.lv_centre[1]; }),
      measured("rv_anterior_x_px", [](Slice s) { return s.rv_anterior[0]; }),
      measured("rv_anterior_y_px", [](Slice s) { return s.rv_anterior[1]; }),
      measured("rv_inferior_x_px", [](Slice s) { return s.rv_inferior[0]; }),
      measured("rv_inferior_y_px", [](Slice s) { return s.rv_inferior[1]; }),
  };
  add_patient(columns, "lv_centre", &SliceLandmarks::lv_centre);
  add_patient(columns, "rv_anterior", &SliceLandmarks::rv_anterior);
  const std::vector<Column> rest = {
      measured("rv_entry_angle_deg", [](Slice s) { return s.rv_entry_angle_deg; }),
      measured("outer_radius_mm", [](Slice s) { return s.outer_radius_mm; }),
      measured("confidence", [](Slice s) { return s.confidence; }),
      measured("spread_mm", [](Slice s) { return s.spread_mm; }),
      measured("stages_apart_mm", [](Slice s) { return s.stages_apart_mm; }),
      {"level", [](const Row& r) { return r.segments ? to_string(r.segments->level.level) : ""; }},
      {"level_source", [](const Row& r) { return r.segments ? to_string(r.segments->level.source) : ""; }},
      {"flag", [](const Row& r) { return r.status == "ok" ? "false" : "true"; }},
      text("reasons", [](const Row& r) { return r.reasons; }),
      text("folder", [](const Row& r) { return r.folder; }),
      text("overlay",
           [](const Row& r) { return r.folder.empty() ? "" : r.folder + "/" + overlay_name(r.number); }),
      text("message", [](const Row& r) { return r.message; }),
  };
  columns.insert(columns.end(), rest.begin(), rest.end());
  return columns;
}

const std::vector<Column>& columns() {
  static const std::vector<Column> all = make_columns();
  return all;
}

std::vector<std::string> cells(const Row& row) { return cells_of(columns(), row); }

}  // namespace

std::vector<std::string> landmark_columns() { return names_of(columns()); }

std::vector<std::vector<std::string>> landmark_rows(const LandmarkRecord& record,
                                                    const std::filesystem::path& folder) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < record.slices.size(); ++i) {
    const Frame& frame = record.series.frames[i];
    Row row{frame.source.name(),
            i,
            &record.series,
            frame.sop_instance_uid,
            image_status(record, i),
            image_reasons(record, i),
            "",
            record.loaded.images[i].message,
            nullptr,
            nullptr,
            frame.geometry};
    if (record.slices[i]) row.folder = folder.string();
    if (record.slices[i] && record.slices[i]->found) row.found = &*record.slices[i];
    if (record.segments[i]) row.segments = &*record.segments[i];
    rows.push_back(cells(row));
  }
  return rows;
}

std::vector<std::string> failed_landmark_row(const std::string& input, const ImageSeries& series,
                                             std::size_t slice, const std::string& reason,
                                             const std::string& message) {
  return cells({input,
                slice,
                &series,
                slice < series.frames.size() ? series.frames[slice].sop_instance_uid : "",
                "failed",
                reason,
                "",
                message,
                nullptr,
                nullptr,
                {}});
}

}  // namespace cmrt1
