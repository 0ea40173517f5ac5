#include "cmrt1/write/segmentation_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "write/shared_json.h"

namespace cmrt1 {
namespace {

using Json = nlohmann::ordered_json;

Json predictions(const SliceSegmentation& slice) {
  Json json;
  for (std::size_t i = 0; i < kCandidates; ++i) {
    const Prediction& one = slice.predicted[i];
    json[candidate_names()[i]] = {
        {"value", one.dice}, {"low", one.low}, {"high", one.high}, {"with_heart", one.with_heart}};
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

/// Of each kind of evidence a number a candidate.
Json evidence_json(const Evidence& evidence) {
  Json json;
  for (std::size_t k = 0; k < kEvidence; ++k)
    for (Eigen::Index i = 0; i < evidence.rows(); ++i)
      json[evidence_names()[k]].push_back(evidence(i, static_cast<Eigen::Index>(k)));
  return json;
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
  json["evidence"] = evidence_json(slice.evidence);
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

}  // namespace

std::string segmentation_json(const SegmentationRecord& record, bool keep_identifiers) {
  Json json = json_head("cmrt1-segmentation", record.series, keep_identifiers);
  json["labels"] = {{"0", "background"}, {"1", "LV myocardium"}, {"2", "LV blood pool"}};
  json["threshold"] = record.threshold;
  json["interval_level"] = record.level;
  json["candidates"] = candidate_names();
  json["heart"] = heart_json(record.heart);
  json["images"] = Json::array();
  for (std::size_t i = 0; i < record.slices.size(); ++i) {
    Json image = image_json(record, i, keep_identifiers);
    if (record.slices[i]) add_segmentation(image, record, i);
    json["images"].push_back(std::move(image));
  }
  json["networks"] = networks_json(record.networks);
  json["quality_model_sha256"] = record.quality_sha256;
  json["versions"] = record.versions;
  json["timings_s"] = record.timings_s;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cmrt1
