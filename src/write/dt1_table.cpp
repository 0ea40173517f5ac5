#include "cmrt1/write/dt1_table.h"

#include "cmrt1/write/table.h"
#include "write/segment_columns.h"

namespace cmrt1 {
namespace {

/// One of the maps of a row, as far as it is known.
struct MapCells {
  std::string input, series_uid, series_key, sop_instance_uid, slice;
};

/// What a row is made from; `pair` is null where there is no result.
struct Row {
  std::string study_uid, key, status, reasons, message, folder;
  MapCells rest, stress;
  std::string distance_mm;
  const Dt1Record* pair = nullptr;
};

using Column = cmrt1::Column<Row>;

MapCells cells_of_map(const std::string& input, const ImageSeries& series, std::size_t slice) {
  const bool known = slice < series.frames.size();
  return {input, series.series_uid, series.key, known ? series.frames[slice].sop_instance_uid : "",
          known ? csv_number(static_cast<double>(slice)) : ""};
}

MapCells cells_of_map(const PairedMap& map) {
  return cells_of_map(map.frame().source.name(), map.series, map.slice);
}

Row row_of(const Dt1Record& record) {
  Row row;
  row.study_uid = record.rest.series.study_uid;
  row.key = record.key;
  row.rest = cells_of_map(record.rest);
  row.stress = cells_of_map(record.stress);
  row.distance_mm = csv_number(record.distance_mm);
  return row;
}

/// Of one map alone.
Row row_of(const std::string& input, const ImageSeries& series, std::size_t slice, MapRole role) {
  Row row;
  row.study_uid = series.study_uid;
  (role == MapRole::rest ? row.rest : row.stress) = cells_of_map(input, series, slice);
  return row;
}

Column text(const std::string& name, std::string Row::*field) {
  return {name, [field](const Row& row) { return csv_text(row.*field); }};
}

Column map_text(const std::string& name, MapCells Row::*map, std::string MapCells::*field) {
  return {name, [map, field](const Row& row) { return csv_text(row.*map.*field); }};
}

using Pair = const Dt1Record&;

/// Columns that are empty where there is no result.
Column number_of(const std::string& name, double (*value)(Pair)) {
  return {name, [value](const Row& row) { return row.pair ? csv_number(value(*row.pair)) : ""; }};
}

Column text_of(const std::string& name, std::string (*value)(Pair)) {
  return {name, [value](const Row& row) { return row.pair ? csv_text(value(*row.pair)) : ""; }};
}

/// Besides, where the myocardium is not known.
Column muscle_number(const std::string& name, double (*value)(const Statistics&)) {
  return {name, [value](const Row& row) {
            return row.pair && row.pair->muscle ? csv_number(value(*row.pair->muscle)) : "";
          }};
}

std::string yes_no(const std::optional<bool>& value) { return !value ? "" : *value ? "true" : "false"; }

double known(const std::optional<double>& value) {
  return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

std::vector<Column> identity_columns() {
  return {text("pair", &Row::key),
          text("status", &Row::status),
          {"flag", [](const Row& row) { return std::string(row.status == "ok" ? "false" : "true"); }},
          text("reasons", &Row::reasons),
          text("study_uid", &Row::study_uid),
          map_text("rest_input", &Row::rest, &MapCells::input),
          map_text("rest_series_uid", &Row::rest, &MapCells::series_uid),
          map_text("rest_series_key", &Row::rest, &MapCells::series_key),
          map_text("rest_sop_instance_uid", &Row::rest, &MapCells::sop_instance_uid),
          map_text("rest_slice", &Row::rest, &MapCells::slice),
          map_text("stress_input", &Row::stress, &MapCells::input),
          map_text("stress_series_uid", &Row::stress, &MapCells::series_uid),
          map_text("stress_series_key", &Row::stress, &MapCells::series_key),
          map_text("stress_sop_instance_uid", &Row::stress, &MapCells::sop_instance_uid),
          map_text("stress_slice", &Row::stress, &MapCells::slice),
          {"distance_mm", [](const Row& row) { return row.distance_mm; }}};
}

std::vector<Column> registration_columns() {
  return {
      text_of("same_frame_of_reference", [](Pair p) { return yes_no(same_frame_of_reference(p)); }),
      number_of("trigger_difference_ms", trigger_difference_ms),
      text_of("heart_source", [](Pair p) { return p.heart_source; }),
      text_of("method", [](Pair p) -> std::string { return to_string(p.registration.method); }),
      text_of("method_used", [](Pair p) -> std::string { return to_string(p.registration.method_used); }),
      number_of("alignment_before", [](Pair p) { return p.registration.alignment_before; }),
      number_of("alignment_after", [](Pair p) { return p.registration.alignment_after; }),
      number_of("dice_before", [](Pair p) { return known(p.dice_before); }),
      number_of("dice_after", [](Pair p) { return known(p.dice_after); }),
      number_of("deformation", [](Pair p) { return p.registration.deformation; }),
      number_of("smallest_jacobian", [](Pair p) { return p.registration.smallest_jacobian; }),
      number_of("median_displacement_mm", [](Pair p) { return p.registration.median_displacement_mm; }),
      number_of("largest_displacement_mm", [](Pair p) { return p.registration.largest_displacement_mm; }),
  };
}

using Values = const Statistics&;

std::vector<Column> value_columns() {
  return {
      text_of("myocardium_source", [](Pair p) { return p.myocardium_source; }),
      muscle_number("dt1_mean_percent", [](Values v) { return v.mean; }),
      muscle_number("dt1_sd_percent", [](Values v) { return v.sd; }),
      muscle_number("dt1_median_percent", [](Values v) { return v.median; }),
      muscle_number("dt1_pixels", [](Values v) { return static_cast<double>(v.pixels); }),
      muscle_number("dt1_undefined_pixels", [](Values v) { return static_cast<double>(v.undefined_pixels); }),
      number_of("dt1_error_percent", [](Pair p) { return p.muscle_error_percent; }),
      text_of("level",
              [](Pair p) -> std::string { return p.segments ? to_string(p.segments->level.level) : ""; }),
      text_of("level_source",
              [](Pair p) -> std::string { return p.segments ? to_string(p.segments->level.source) : ""; }),
      text("folder", &Row::folder),
      {"overlay",
       [](const Row& row) { return csv_text(row.folder.empty() ? "" : row.folder + "/overlay.png"); }},
      text("message", &Row::message),
  };
}

std::vector<Column> make_columns() {
  std::vector<Column> columns = identity_columns();
  append(columns, registration_columns());
  append(columns, value_columns());
  return columns;
}

const std::vector<Column>& columns() {
  static const std::vector<Column> all = make_columns();
  return all;
}

/// The cells of a row without result.
std::vector<std::string> cells_without(Row row, const std::string& status, const std::string& reason,
                                       const std::string& message) {
  row.status = status;
  row.reasons = reason;
  row.message = message;
  return cells_of(columns(), row);
}

/// A segment of a pair.
struct PairSegment : SegmentRow {
  const Dt1Record* pair = nullptr;
};

cmrt1::Column<PairSegment> pair_text(const std::string& name, std::string (*value)(Pair)) {
  return {name, [value](const PairSegment& row) { return csv_text(value(*row.pair)); }};
}

std::vector<cmrt1::Column<PairSegment>> make_segment_columns() {
  std::vector<cmrt1::Column<PairSegment>> made = {
      pair_text("pair", [](Pair p) { return p.key; }),
      pair_text("study_uid", [](Pair p) { return p.rest.series.study_uid; }),
      pair_text("rest_series_uid", [](Pair p) { return p.rest.series.series_uid; }),
      pair_text("rest_slice", [](Pair p) { return std::to_string(p.rest.slice); }),
      pair_text("stress_series_uid", [](Pair p) { return p.stress.series.series_uid; }),
      pair_text("stress_slice", [](Pair p) { return std::to_string(p.stress.slice); }),
      pair_text("myocardium_source", [](Pair p) { return p.myocardium_source; })};
  append(made, shared_segment_columns());
  return made;
}

const std::vector<cmrt1::Column<PairSegment>>& segment_columns_of_pairs() {
  static const std::vector<cmrt1::Column<PairSegment>> all = make_segment_columns();
  return all;
}

}  // namespace

std::vector<std::string> dt1_columns() { return names_of(columns()); }

std::vector<std::string> dt1_row(const Dt1Record& record, const std::filesystem::path& folder) {
  Row row = row_of(record);
  row.pair = &record;
  row.status = record.flagged() ? "flagged" : "ok";
  row.reasons = record.reason_list();
  row.folder = folder.string();
  return cells_of(columns(), row);
}

std::vector<std::string> unpaired_dt1_row(const ImageSeries& series, std::size_t slice, MapRole role,
                                          const std::string& reason) {
  return cells_without(row_of(series.frames[slice].source.name(), series, slice, role), "unpaired", reason,
                       "");
}

std::vector<std::string> failed_dt1_row(const std::string& input, const ImageSeries& series,
                                        std::size_t slice, MapRole role, const std::string& reason,
                                        const std::string& message) {
  return cells_without(row_of(input, series, slice, role), "failed", reason, message);
}

std::vector<std::string> failed_dt1_row(const Dt1Record& record, const std::string& reason,
                                        const std::string& message) {
  return cells_without(row_of(record), "failed", reason, message);
}

std::vector<std::string> dt1_segment_columns() { return names_of(segment_columns_of_pairs()); }

std::vector<std::vector<std::string>> dt1_segment_rows(const Dt1Record& record) {
  std::vector<std::vector<std::string>> rows;
  if (!record.segments) return rows;
  for (const SegmentRow& segment :
       segments_of_image(*record.segments, record.rest.map.geometry, record.flagged(), "dT1", "%"))
    rows.push_back(cells_of(segment_columns_of_pairs(), PairSegment{segment, &record}));
  return rows;
}

}  // namespace cmrt1
