#include "write/image_columns.h"

#include "cmrt1/write/table.h"

namespace cmrt1 {
namespace {

using Row = const ImageRow&;

Column<ImageRow> text(const std::string& name, std::string (*value)(Row)) {
  return {name, [value](Row row) { return csv_text(value(row)); }};
}

}  // namespace

ImageRow failed_image_row(const std::string& input, const ImageSeries& series, std::size_t number,
                          const std::string& reason, const std::string& message) {
  const bool known = number < series.frames.size();
  return {input,    number, &series, known ? series.frames[number].sop_instance_uid : "",
          "failed", reason, "",      message};
}

std::vector<Column<ImageRow>> identity_columns() {
  return {
      text("input", [](Row r) { return r.input; }),
      {"slice", [](Row r) { return csv_number(static_cast<double>(r.number)); }},
      text("study_uid", [](Row r) { return r.series->study_uid; }),
      text("series_uid", [](Row r) { return r.series->series_uid; }),
      text("sop_instance_uid", [](Row r) { return r.sop_instance_uid; }),
      text("kind",
           [](Row r) -> std::string { return r.series->frames.empty() ? "" : to_string(r.series->kind); }),
      text("status", [](Row r) { return r.status; })};
}

std::vector<Column<ImageRow>> flag_columns() {
  return {{"flag", [](Row r) -> std::string { return r.status == "ok" ? "false" : "true"; }},
          text("reasons", [](Row r) { return r.reasons; })};
}

std::vector<Column<ImageRow>> file_columns() {
  return {text("folder", [](Row r) { return r.folder; }),
          text("overlay",
               [](Row r) -> std::string {
                 return r.folder.empty() ? "" : r.folder + "/" + overlay_name(r.number);
               }),
          text("message", [](Row r) { return r.message; })};
}

}  // namespace cmrt1
