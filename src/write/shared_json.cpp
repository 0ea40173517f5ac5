#include "write/shared_json.h"

namespace cmrt1 {

using Json = nlohmann::ordered_json;

Json json_head(const char* format, const ImageSeries& series, bool keep_identifiers) {
  Json json = {{"format", format},
               {"format_version", 1},
               {"notice", "Research use only, not for diagnosis."},
               {"study_uid", series.study_uid},
               {"series_uid", series.series_uid},
               {"series_key", series.key}};
  if (keep_identifiers) json["series_description"] = series.description;
  json["kind"] = to_string(series.kind);
  return json;
}

Json heart_json(const std::optional<HeartLocation>& heart) {
  if (!heart) return nullptr;
  const Window& window = heart->window;
  return {{"centre_px", {window.x, window.y}},
          {"window_mm", window.side_mm},
          {"view_right", window.orientation.right},
          {"view_down", window.orientation.down},
          {"turned_by_right_ventricle", heart->turned_by_rv},
          {"lv_diameter_mm", heart->lv_diameter_mm},
          {"share", heart->share}};
}

Json networks_json(const std::vector<nn::NetworkIdentity>& networks) {
  Json json = Json::array();
  for (const auto& network : networks)
    json.push_back({{"name", network.name},
                    {"version", network.version},
                    {"sha256", network.sha256},
                    {"device", network.device}});
  return json;
}

Json geometry_json(const Geometry& geometry) {
  return {{"columns", geometry.columns},
          {"rows", geometry.rows},
          {"column_spacing_mm", geometry.spacing_x_mm},
          {"row_spacing_mm", geometry.spacing_y_mm},
          {"slice_thickness_mm", geometry.slice_thickness_mm},
          {"position_lps_mm", geometry.position_mm},
          {"row_direction_lps", geometry.row_direction},
          {"column_direction_lps", geometry.column_direction}};
}

Json frame_json(const Frame& frame, std::size_t number, bool keep_identifiers) {
  Json json = {{"slice", number}};
  if (!frame.sop_instance_uid.empty()) {
    json["sop_instance_uid"] = frame.sop_instance_uid;
    json["frame"] = frame.frame_index + 1;
    json["position_lps_mm"] = frame.geometry.position_mm;
  }
  if (keep_identifiers) json["input"] = frame.source.name();
  return json;
}

}  // namespace cmrt1
