#include "write/segment_columns.h"

#include "cmrt1/aha/segments.h"
#include "cmrt1/write/table.h"

namespace cmrt1 {
namespace {

using SegmentColumn = Column<SegmentRow>;

const Segment& segment_of(const SegmentRow& row) {
  return aha_segments()[static_cast<std::size_t>(row.region->number - 1)];
}

/// "x y;x y;..." of the boundary.
std::string boundary_text(const SegmentRow& row, bool in_mm) {
  std::string text;
  for (const Point& at : row.region->boundary_px) {
    if (!text.empty()) text += ';';
    if (!in_mm) {
      text += csv_number(at[0]) + ' ' + csv_number(at[1]);
      continue;
    }
    const Vector3 mm = patient_from_pixel(row.geometry, at[0], at[1]);
    text += csv_number(mm[0]) + ' ' + csv_number(mm[1]) + ' ' + csv_number(mm[2]);
  }
  return csv_text(text);
}

void add_statistics(std::vector<SegmentColumn>& columns, const std::string& prefix,
                    Statistics SegmentStatistics::*part) {
  const auto add = [&](const std::string& name, double (*value)(const Statistics&)) {
    columns.push_back({prefix + name, [part, value](const SegmentRow& row) {
                         return row.statistics ? csv_number(value(row.statistics->*part)) : "";
                       }});
  };
  add("mean", [](const Statistics& s) { return s.mean; });
  add("sd", [](const Statistics& s) { return s.sd; });
  add("median", [](const Statistics& s) { return s.median; });
  add("pixels", [](const Statistics& s) { return static_cast<double>(s.pixels); });
  add("undefined_pixels", [](const Statistics& s) { return static_cast<double>(s.undefined_pixels); });
}

}  // namespace

std::vector<SegmentRow> segments_of_image(const SliceSegments& slice, const Geometry& geometry, bool flagged,
                                          const std::string& quantity, const std::string& unit) {
  std::vector<SegmentRow> rows;
  for (std::size_t k = 0; k < slice.regions.size(); ++k)
    rows.push_back({&slice, &slice.regions[k], slice.statistics.empty() ? nullptr : &slice.statistics[k],
                    geometry, flagged, quantity, unit});
  return rows;
}

std::vector<Column<SegmentRow>> shared_segment_columns() {
  std::vector<SegmentColumn> columns = {
      {"segment", [](const SegmentRow& r) { return std::to_string(r.region->number); }},
      {"name", [](const SegmentRow& r) { return csv_text(segment_of(r).name); }},
      {"snomed_code", [](const SegmentRow& r) { return std::string(segment_of(r).snomed_code); }},
      {"level", [](const SegmentRow& r) { return std::string(to_string(r.slice->level.level)); }},
      {"level_source", [](const SegmentRow& r) { return std::string(to_string(r.slice->level.source)); }},
      {"wall", [](const SegmentRow& r) { return std::string(r.slice->from_mask ? "mask" : "circles"); }},
      {"flag", [](const SegmentRow& r) { return std::string(r.flagged ? "true" : "false"); }},
      {"from_deg", [](const SegmentRow& r) { return csv_number(r.region->from_deg); }},
      {"to_deg", [](const SegmentRow& r) { return csv_number(r.region->to_deg); }},
      {"centroid_x_px", [](const SegmentRow& r) { return csv_number(r.region->centroid_px[0]); }},
      {"centroid_y_px", [](const SegmentRow& r) { return csv_number(r.region->centroid_px[1]); }},
  };
  for (std::size_t axis = 0; axis < 3; ++axis)
    columns.push_back({std::string("centroid_patient_") + "xyz"[axis] + "_mm", [axis](const SegmentRow& r) {
                         const Point& at = r.region->centroid_px;
                         return csv_number(patient_from_pixel(r.geometry, at[0], at[1])[axis]);
                       }});
  columns.push_back({"boundary_px", [](const SegmentRow& r) { return boundary_text(r, false); }});
  columns.push_back({"boundary_patient_mm", [](const SegmentRow& r) { return boundary_text(r, true); }});
  columns.push_back({"quantity", [](const SegmentRow& r) { return csv_text(r.quantity); }});
  columns.push_back({"unit", [](const SegmentRow& r) { return csv_text(r.unit); }});
  add_statistics(columns, "", &SegmentStatistics::whole);
  add_statistics(columns, "subendocardial_", &SegmentStatistics::subendocardial);
  add_statistics(columns, "subepicardial_", &SegmentStatistics::subepicardial);
  return columns;
}

}  // namespace cmrt1
