#include "write/segment_json.h"

#include "cmrt1/aha/segments.h"

namespace cmrt1 {

using Json = nlohmann::ordered_json;

namespace {

Json point_json(const Point& point, const Geometry& geometry) {
  return {{"px", point}, {"patient_mm", patient_from_pixel(geometry, point[0], point[1])}};
}

Json segments_json(const SliceSegments& slice) {
  Json segments = Json::array();
  for (std::size_t k = 0; k < slice.regions.size(); ++k) {
    const SegmentRegion& region = slice.regions[k];
    const Segment& segment = aha_segments()[static_cast<std::size_t>(region.number - 1)];
    Json json = {
        {"segment", region.number},         {"name", segment.name},    {"snomed_code", segment.snomed_code},
        {"from_deg", region.from_deg},      {"to_deg", region.to_deg}, {"centroid_px", region.centroid_px},
        {"boundary_px", region.boundary_px}};
    if (!slice.statistics.empty()) {
      const SegmentStatistics& values = slice.statistics[k];
      json["whole"] = statistics_json(values.whole);
      json["subendocardial"] = statistics_json(values.subendocardial);
      json["subepicardial"] = statistics_json(values.subepicardial);
    }
    segments.push_back(std::move(json));
  }
  return segments;
}

}  // namespace

Json statistics_json(const Statistics& one) {
  return {{"mean", one.mean},
          {"sd", one.sd},
          {"median", one.median},
          {"pixels", one.pixels},
          {"undefined_pixels", one.undefined_pixels}};
}

void add_landmarks(Json& json, const SliceLandmarks& found, const Geometry& geometry) {
  json["lv_centre"] = json["rv_anterior"] = json["rv_inferior"] = nullptr;
  json["confidence"] = found.confidence;
  if (!found.found) return;
  json["lv_centre"] = point_json(found.lv_centre, geometry);
  json["rv_anterior"] = point_json(found.rv_anterior, geometry);
  json["rv_inferior"] = point_json(found.rv_inferior, geometry);
  json["rv_inferior_chance"] = found.inferior_chance;
  json["rv_entry_angle_deg"] = found.rv_entry_angle_deg;
  json["outer_radius_mm"] = found.outer_radius_mm;
  json["inner_radius_mm"] = found.inner_radius_mm;
  json["spread_mm"] = found.spread_mm;
  json["stages_apart_mm"] = found.stages_apart_mm;
  json["confirmed_by_series"] = found.confirmed_by_series;
  json["by_series"] = found.by_series;
}

void add_segments(Json& json, const std::optional<SliceSegments>& slice) {
  json["level"] = json["level_source"] = json["wall"] = json["segments"] = nullptr;
  if (!slice) return;
  json["level"] = to_string(slice->level.level);
  json["level_source"] = to_string(slice->level.source);
  json["wall"] = slice->from_mask ? "mask" : "circles";
  json["segment_sense"] = slice->sense == Sense::clockwise ? "clockwise" : "anticlockwise";
  json["segments"] = segments_json(*slice);
}

}  // namespace cmrt1
