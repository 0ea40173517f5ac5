#include "cmrt1/write/segmentation_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace cmrt1 {
namespace {

using Json = nlohmann::ordered_json;

Json heart_json(const SegmentationRecord& record) {
  if (!record.heart) return nullptr;
  const Window& window = record.heart->window;
  return {{"centre_px", {window.x, window.y}},
          {"window_mm", window.side_mm},
          {"view_right", window.orientation.right},
          {"view_down", window.orientation.down},
          {"turned_by_right_ventricle", record.heart->turned_by_rv},
          {"lv_diameter_mm", record.heart->lv_diameter_mm},
          {"share", record.heart->share}};
}

Json predictions(const SliceSegmentation& slice) {
  Json json;
  for (std::size_t i = 0; i < kCandidates; ++i) {
    const Prediction& one = slice.predicted[i];
    json[candidate_names()[i]] = {{"value", one.dice}, {"low", one.low}, {"high", one.high}};
  }
  return json;
}

Json matrix(const Agreement& agreement) {
  Json rows = Json::array();
  for (Eigen::Index i = 0; i < agreement.rows(); ++i) {
    Json row = Json::array();
    for (Eigen::Index j = 0; j < agreement.cols(); ++j) row.push_back(agreement(i, j));
    rows.push_back(row);
  }
  return rows;
}

Json t1_json(const T1Statistics& t1) {
  return {{"pixels", t1.pixels},           {"undefined_pixels", t1.undefined_pixels},
          {"mean_ms", t1.mean_ms},         {"sd_ms", t1.sd_ms},
          {"median_ms", t1.median_ms},     {"robust_mean_ms", t1.robust_mean_ms},
          {"core_pixels", t1.core_pixels}, {"core_mean_ms", t1.core_mean_ms},
          {"core_sd_ms", t1.core_sd_ms}};
}

void add_segmentation(Json& json, const SegmentationRecord& record, std::size_t number) {
  const SliceSegmentation& slice = *record.slices[number];
  const SegmentationMeasures& measures = slice.measures;
  const bool found = measures.myocardium_mm2 > 0;
  json["winner"] = found ? Json(candidate_names()[slice.winner]) : Json(nullptr);
  json["predicted_dice"] = predictions(slice);
  json["agreement"] = matrix(slice.agreement);
  json["areas_mm2"] = {{"myocardium", measures.myocardium_mm2}, {"blood_pool", measures.blood_pool_mm2}};
  json["wall_thickness_mm"] = found ? Json(measures.wall_thickness_mm) : Json(nullptr);
  json["ring_closure"] = found ? Json(measures.ring_closure) : Json(nullptr);
  json["components"] = measures.components;
  json["centre_px"] = found ? Json(measures.centre_px) : Json(nullptr);
  json["centre_offset"] = found ? Json(measures.centre_offset) : Json(nullptr);
  json["t1"] = nullptr;
  if (record.series.kind == FrameKind::t1_map)
    json["t1"] =
        t1_json(t1_statistics(record.loaded.images[number].image.pixels, mask_of(slice.labels, kMyocardium)));
}

Json image_json(const SegmentationRecord& record, std::size_t number, bool keep_identifiers) {
  const Frame& frame = record.series.frames[number];
  Json json = {{"slice", number}};
  if (!frame.sop_instance_uid.empty()) {
    json["sop_instance_uid"] = frame.sop_instance_uid;
    json["frame"] = frame.frame_index + 1;
    json["position_lps_mm"] = frame.geometry.position_mm;
  }
  if (keep_identifiers) json["input"] = frame.source.name();
  json["status"] = image_status(record, number);
  json["flag"] = image_status(record, number) != "ok";
  json["reasons"] = record.slices[number] ? record.slices[number]->reasons
                                          : std::vector<std::string>{record.loaded.images[number].reason};
  if (record.slices[number]) add_segmentation(json, record, number);
  return json;
}

}  // namespace

std::string segmentation_json(const SegmentationRecord& record, bool keep_identifiers) {
  Json json = {{"format", "cmrt1-segmentation"},
               {"format_version", 1},
               {"notice", "Research use only, not for diagnosis."},
               {"study_uid", record.series.study_uid},
               {"series_uid", record.series.series_uid},
               {"series_key", record.series.key}};
  if (keep_identifiers) json["series_description"] = record.series.description;
  json["kind"] = to_string(record.series.kind);
  json["labels"] = {{"0", "background"}, {"1", "LV myocardium"}, {"2", "LV blood pool"}};
  json["threshold"] = record.threshold;
  json["interval_level"] = record.level;
  json["candidates"] = candidate_names();
  json["heart"] = heart_json(record);
  json["images"] = Json::array();
  for (std::size_t i = 0; i < record.slices.size(); ++i)
    json["images"].push_back(image_json(record, i, keep_identifiers));
  json["networks"] = Json::array();
  for (const auto& network : record.networks)
    json["networks"].push_back({{"name", network.name},
                                {"version", network.version},
                                {"sha256", network.sha256},
                                {"device", network.device}});
  json["quality_model_sha256"] = record.quality_sha256;
  json["versions"] = record.versions;
  json["timings_s"] = record.timings_s;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cmrt1
