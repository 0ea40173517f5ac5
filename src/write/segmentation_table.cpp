#include "cmrt1/write/segmentation_table.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <limits>

#include "cmrt1/write/table.h"
#include "write/image_columns.h"

namespace cmrt1 {
namespace {

/// What a row is made from; `slice` and `t1` are null where there is nothing to measure.
struct Row : ImageRow {
  const SliceSegmentation* slice = nullptr;
  std::optional<T1Statistics> t1;
};

using Column = cmrt1::Column<Row>;

Column measured(const std::string& name, double (*value)(const SliceSegmentation&)) {
  return {name, [value](const Row& row) { return row.slice ? csv_number(value(*row.slice)) : ""; }};
}

Column of_t1(const std::string& name, double (*value)(const T1Statistics&)) {
  return {name, [value](const Row& row) { return row.t1 ? csv_number(value(*row.t1)) : ""; }};
}

using Slice = const SliceSegmentation&;
using T1 = const T1Statistics&;

std::vector<Column> make_columns() {
  std::vector<Column> all;
  append(all, identity_columns());
  append(all, std::vector<Column>{
                  measured("predicted_dice", [](Slice s) { return delivered_prediction(s).dice; }),
                  measured("predicted_low", [](Slice s) { return delivered_prediction(s).low; }),
                  measured("predicted_high", [](Slice s) { return delivered_prediction(s).high; }),
                  {"winner",
                   [](const Row& r) {
                     return r.slice && r.slice->measures.myocardium_mm2 > 0
                                ? csv_text(candidate_names()[r.slice->winner])
                                : "";
                   }},
              });
  append(all, flag_columns());
  append(all, std::vector<Column>{
                  measured("myocardium_mm2", [](Slice s) { return s.measures.myocardium_mm2; }),
                  measured("blood_pool_mm2", [](Slice s) { return s.measures.blood_pool_mm2; }),
                  measured("wall_thickness_mm", [](Slice s) { return s.measures.wall_thickness_mm; }),
                  measured("centre_x_px", [](Slice s) { return s.measures.centre_px[0]; }),
                  measured("centre_y_px", [](Slice s) { return s.measures.centre_px[1]; }),
                  of_t1("t1_mean_ms", [](T1 t) { return t.mean_ms; }),
                  of_t1("t1_sd_ms", [](T1 t) { return t.sd_ms; }),
                  of_t1("t1_median_ms", [](T1 t) { return t.median_ms; }),
                  of_t1("t1_robust_mean_ms", [](T1 t) { return t.robust_mean_ms; }),
                  of_t1("t1_pixels", [](T1 t) { return static_cast<double>(t.pixels); }),
                  of_t1("t1_core_mean_ms", [](T1 t) { return t.core_mean_ms; }),
                  of_t1("t1_core_pixels", [](T1 t) { return static_cast<double>(t.core_pixels); }),
              });
  append(all, file_columns());
  return all;
}

const std::vector<Column>& columns() {
  static const std::vector<Column> all = make_columns();
  return all;
}

std::size_t column(const std::string& name) {
  const auto found =
      std::find_if(columns().begin(), columns().end(), [&](const Column& one) { return one.name == name; });
  return static_cast<std::size_t>(found - columns().begin());
}

std::vector<std::string> cells(const Row& row) { return cells_of(columns(), row); }

}  // namespace

std::vector<std::string> segmentation_columns() { return names_of(columns()); }

std::vector<std::vector<std::string>> segmentation_rows(const SegmentationRecord& record,
                                                        const std::filesystem::path& folder) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < record.slices.size(); ++i) {
    Row row{image_row(record, i, folder), nullptr, {}};
    if (const auto& slice = record.slices[i]) {
      row.slice = &*slice;
      if (record.series.kind == FrameKind::t1_map)
        row.t1 = t1_statistics(record.loaded.images[i].image.pixels, mask_of(slice->labels, kMyocardium));
    }
    rows.push_back(cells(row));
  }
  return rows;
}

std::vector<std::string> failed_segmentation_row(const std::string& input, const ImageSeries& series,
                                                 std::size_t slice, const std::string& reason,
                                                 const std::string& message) {
  return cells({failed_image_row(input, series, slice, reason, message), nullptr, {}});
}

std::vector<std::vector<std::string>> flagged_rows(const std::vector<std::vector<std::string>>& rows) {
  const std::size_t flag = column("flag"), predicted = column("predicted_dice");
  const auto dice = [&](const auto& row) {
    return row[predicted].empty() ? -1 : std::strtod(row[predicted].c_str(), nullptr);
  };
  std::vector<std::vector<std::string>> flagged;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(flagged),
               [&](const auto& row) { return row[flag] == "true"; });
  std::stable_sort(flagged.begin(), flagged.end(),
                   [&](const auto& a, const auto& b) { return dice(a) < dice(b); });
  return flagged;
}

}  // namespace cmrt1
