#include "cmrt1/write/derived_dicom.h"

#include <vector>

#include "cmrt1/write/quality.h"
#include "write/mr_map.h"

namespace cmrt1 {
namespace {

/// What sets one kind of map apart from another.
struct MapStyle {
  MapQuantity quantity;
  const char* suffix;      ///< of the series description
  const char* image_type;  ///< third value on
  double stored_per_unit;
  int series_offset;
  const char* window_centre;
  const char* window_width;
};

const MapStyle t1_style{t1_quantity, "_T1MAP", "T1 MAP", 1, 1, "1000", "2000"};
const MapStyle r2_style{
    {"R2 (goodness of fit) x 4000", "R2", {"126220", "DCM", "R2-Coefficient"}, {"1", "UCUM", "no units"}},
    "_R2",
    "OTHER\\R2",
    4000,
    2,
    "3000",
    "2000"};

std::vector<SourceImage> sources(const SeriesRecord& record) {
  const bool multi_frame = is_multi_frame(*record.images.header);
  std::vector<SourceImage> images;
  for (const auto& frame : record.series.magnitude) images.push_back({&frame, multi_frame});
  for (const auto& frame : record.series.phase) images.push_back({&frame, multi_frame});
  return images;
}

std::string series_content(const SeriesRecord& record) {
  std::string content;
  for (const auto& [name, value] : record.options) content += "|" + name + "=" + value;
  if (record.result.network) content += "|" + record.result.network->sha256;
  return content;
}

std::string correction_sentence(const MocoResult& result) {
  if (result.corrected)
    return std::string("Images motion-corrected (") + to_string(result.method_used) + ") before the fit.";
  return "Images NOT motion-corrected" + (result.decision.empty() ? "." : ": " + result.decision);
}

std::string network_sentence(const MocoResult& result) {
  if (!result.network) return {};
  return " Motion estimated with the network " + result.network->name + " " + result.network->version +
         " (SHA-256 " + result.network->sha256 + ").";
}

std::string fit_sentence(const SeriesRecord& record) {
  return std::string(to_string(record.series.sequence)) + " fit of A - B exp(-TI/T1*) to " +
         std::to_string(record.result.ti_ms.size()) + " images, T1 = T1* (B/A - 1).";
}

}  // namespace

std::string derived_dicom(const SeriesRecord& record, DerivedMap kind) {
  const MapStyle& style = kind == DerivedMap::t1 ? t1_style : r2_style;
  const MocoResult& result = record.result;
  MrMap map;
  map.quantity = style.quantity;
  map.stored_per_unit = style.stored_per_unit;
  map.image_type = std::string(style.image_type) + (result.corrected ? "\\MOCO" : "");
  map.suffix = std::string(style.suffix) + (result.corrected ? "_MOCO" : "");
  map.series_content = series_content(record);
  map.source_series = record.series.series_uid;
  map.source_number = record.series.series_number;
  map.series_offset = style.series_offset;
  map.instance_number = record.series.slice_index + 1;
  map.comment = correction_sentence(result);
  map.derivation = correction_sentence(result).substr(0, 800) + " " + fit_sentence(record);
  map.contribution = "T1 mapping." + network_sentence(result);
  if (result.corrected) map.codes = {spatial_resampling};
  map.sources = sources(record);
  map.version = version_of(record.versions);
  map.window_centre = style.window_centre;
  map.window_width = style.window_width;
  map.values =
      nan_where_undefined(kind == DerivedMap::t1 ? result.map.t1_ms : result.map.r2, result.map.status);
  map.geometry = result.map.geometry;
  return mr_map_dicom(*record.images.header, map);
}

}  // namespace cmrt1
