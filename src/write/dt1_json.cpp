#include "cmrt1/write/dt1_json.h"

#include <nlohmann/json.hpp>

#include "write/segment_json.h"
#include "write/shared_json.h"

namespace cmrt1 {
namespace {

using Json = nlohmann::ordered_json;

template <typename Value>
Json known(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json map_json(const PairedMap& map, bool keep_identifiers) {
  Json json = {{"study_uid", map.series.study_uid},
               {"series_uid", map.series.series_uid},
               {"series_key", map.series.key}};
  if (keep_identifiers) json["series_description"] = map.series.description;
  json.update(frame_json(map.frame(), map.slice, keep_identifiers));
  json["geometry"] = geometry_json(map.map.geometry);
  json["trigger_time_ms"] = map.trigger_time_ms;
  json["frame_of_reference_uid"] = map.frame_of_reference_uid;
  json["error_known"] = map.error_ms.size() > 0;
  return json;
}

Json pairing_json(const Dt1Record& record) {
  return {{"distance_mm", record.distance_mm},
          {"tolerance_mm", record.tolerance_mm},
          {"same_frame_of_reference", known(same_frame_of_reference(record))},
          {"trigger_difference_ms", trigger_difference_ms(record)}};
}

Json trials_json(const std::vector<RegistrationTrial>& trials) {
  Json json = Json::array();
  for (const RegistrationTrial& trial : trials)
    json.push_back({{"method", to_string(trial.method)},
                    {"centred", trial.centred},
                    {"alignment", trial.alignment},
                    {"smallest_jacobian", trial.smallest_jacobian},
                    {"usable", trial.usable}});
  return json;
}

Json registration_json(const Dt1Record& record) {
  const Registration& found = record.registration;
  return {{"heart_source", record.heart_source},
          {"window_centre_px", {found.window.x, found.window.y}},
          {"window_mm", found.window.side_mm},
          {"method", to_string(found.method)},
          {"method_used", to_string(found.method_used)},
          {"delivered", record.registered()},
          {"decision", found.decision},
          {"trials", trials_json(found.trials)},
          {"alignment_before", found.alignment_before},
          {"alignment_after", found.alignment_after},
          {"dice_before", known(record.dice_before)},
          {"dice_after", known(record.dice_after)},
          {"deformation", found.deformation},
          {"smallest_jacobian", found.smallest_jacobian},
          {"median_displacement_mm", found.median_displacement_mm},
          {"largest_displacement_mm", found.largest_displacement_mm}};
}

Json pixels_json(const Reactivity& reactivity) {
  const auto counts = count_by_status(reactivity);
  Json json;
  for (std::size_t i = 0; i < counts.size(); ++i) json[to_string(static_cast<Dt1Status>(i))] = counts[i];
  return json;
}

Json myocardium_json(const Dt1Record& record) {
  if (!record.muscle) return nullptr;
  Json json = {{"source", record.myocardium_source}};
  json.update(statistics_json(*record.muscle));
  json["standard_error"] = record.muscle_error_percent;
  return json;
}

Json landmarks_json(const Dt1Record& record) {
  if (!record.landmarks) return nullptr;
  Json json = Json::object();
  add_landmarks(json, *record.landmarks, record.rest.map.geometry);
  json["reasons"] = record.landmarks->reasons;
  return json;
}

}  // namespace

std::string dt1_json(const Dt1Record& record, bool keep_identifiers) {
  Json json = {{"format", "cmrt1-dt1"},
               {"format_version", 1},
               {"notice", "Research use only, not for diagnosis."},
               {"pair", record.key},
               {"status", record.flagged() ? "flagged" : "ok"},
               {"flag", record.flagged()},
               {"reasons", record.reasons},
               {"quantity", "dT1"},
               {"unit", "%"},
               {"rest", map_json(record.rest, keep_identifiers)},
               {"stress", map_json(record.stress, keep_identifiers)},
               {"pairing", pairing_json(record)},
               {"registration", registration_json(record)},
               {"pixels", pixels_json(record.reactivity)},
               {"myocardium", myocardium_json(record)},
               {"landmarks", landmarks_json(record)}};
  add_segments(json, record.segments);
  json["networks"] = networks_json(record.networks);
  json["options"] = record.options;
  json["versions"] = record.versions;
  json["timings_s"] = record.timings_s;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string dt1_study_json(std::span<const Dt1Record> pairs) {
  Json json = {{"format", "cmrt1-dt1-study"},
               {"format_version", 1},
               {"notice", "Research use only, not for diagnosis."},
               {"pairs", Json::array()}};
  for (const Dt1Record& pair : pairs)
    json["pairs"].push_back({{"key", pair.key},
                             {"status", pair.flagged() ? "flagged" : "ok"},
                             {"reasons", pair.reasons},
                             {"dt1_mean_percent", pair.muscle ? Json(pair.muscle->mean) : Json()}});
  json["segment_means_percent"] = segment_means(pairs);
  if (!pairs.empty()) json["versions"] = pairs.front().versions;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cmrt1
