#include "cmrt1/write/landmark_table.h"

#include <functional>

#include "cmrt1/aha/segments.h"
#include "cmrt1/write/table.h"
#include "write/image_columns.h"

namespace cmrt1 {
namespace {

/// What a row is made from; `found` is null where there are no landmarks.
struct Row : ImageRow {
  const SliceLandmarks* found = nullptr;
  const SliceSegments* segments = nullptr;
  Geometry geometry;
};

using Column = cmrt1::Column<Row>;

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
  std::vector<Column> columns;
  append(columns, identity_columns());
  append(columns, std::vector<Column>{
                      measured("lv_centre_x_px", [](Slice s) { return s.lv_centre[0]; }),
                      measured("lv_centre_y_px", [](Slice s) { return s.lv_centre[1]; }),
                      measured("rv_anterior_x_px", [](Slice s) { return s.rv_anterior[0]; }),
                      measured("rv_anterior_y_px", [](Slice s) { return s.rv_anterior[1]; }),
                      measured("rv_inferior_x_px", [](Slice s) { return s.rv_inferior[0]; }),
                      measured("rv_inferior_y_px", [](Slice s) { return s.rv_inferior[1]; }),
                  });
  add_patient(columns, "lv_centre", &SliceLandmarks::lv_centre);
  add_patient(columns, "rv_anterior", &SliceLandmarks::rv_anterior);
  append(columns,
         std::vector<Column>{
             measured("rv_entry_angle_deg", [](Slice s) { return s.rv_entry_angle_deg; }),
             measured("outer_radius_mm", [](Slice s) { return s.outer_radius_mm; }),
             measured("confidence", [](Slice s) { return s.confidence; }),
             measured("spread_mm", [](Slice s) { return s.spread_mm; }),
             measured("stages_apart_mm", [](Slice s) { return s.stages_apart_mm; }),
             {"confirmed_by_series",
              [](const Row& r) { return r.found ? r.found->confirmed_by_series ? "true" : "false" : ""; }},
             {"level", [](const Row& r) { return r.segments ? to_string(r.segments->level.level) : ""; }},
             {"level_source",
              [](const Row& r) { return r.segments ? to_string(r.segments->level.source) : ""; }},
         });
  append(columns, flag_columns());
  append(columns, file_columns());
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
    Row row{image_row(record, i, folder), nullptr, nullptr, record.series.frames[i].geometry};
    if (record.slices[i] && record.slices[i]->found) row.found = &*record.slices[i];
    if (record.segments[i]) row.segments = &*record.segments[i];
    rows.push_back(cells(row));
  }
  return rows;
}

std::vector<std::string> failed_landmark_row(const std::string& input, const ImageSeries& series,
                                             std::size_t slice, const std::string& reason,
                                             const std::string& message) {
  return cells({failed_image_row(input, series, slice, reason, message), nullptr, nullptr, {}});
}

}  // namespace cmrt1
