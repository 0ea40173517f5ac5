#include "cmrt1/write/result_json.h"

#include <nlohmann/json.hpp>

#include "cmrt1/write/quality.h"
#include "write/shared_json.h"

namespace cmrt1 {
namespace {

using Json = nlohmann::ordered_json;

Json input(const SeriesRecord& record, std::size_t i, const WriteOptions& options) {
  const Frame& magnitude = record.series.magnitude[i];
  Json json = {{"inversion_time_ms", magnitude.inversion_time_ms},
               {"inversion_time_source", to_string(magnitude.inversion_time_source)},
               {"magnitude_uid", magnitude.sop_instance_uid},
               {"magnitude_frame", magnitude.frame_index + 1}};
  if (options.keep_identifiers) json["magnitude_file"] = magnitude.source.name();
  if (i >= record.series.phase.size()) return json;
  const Frame& phase = record.series.phase[i];
  json["phase_uid"] = phase.sop_instance_uid;
  json["phase_frame"] = phase.frame_index + 1;
  if (options.keep_identifiers) json["phase_file"] = phase.source.name();
  return json;
}

Json inputs(const SeriesRecord& record, const WriteOptions& options) {
  Json list = Json::array();
  for (std::size_t i = 0; i < record.series.magnitude.size(); ++i) list.push_back(input(record, i, options));
  return list;
}

Json region(const RegionQuality& quality) {
  return {{"r2_median", quality.r2_median}, {"r2_p05", quality.r2_p05}, {"pixels", quality.pixels}};
}

Json quality(const MocoResult& result) {
  return {{"before", region(result.before)},
          {"after", region(result.after)},
          {"t1_median_heart_ms", median_heart_t1_ms(result)},
          {"fitted_heart_percent", fitted_percent(result)},
          {"displacement_max_mm", result.max_displacement_mm},
          {"displacement_mean_mm", result.mean_displacement_mm},
          {"r2_gain", r2_gain(result)},
          {"min_jacobian", result.min_jacobian},
          {"motion_before_mm", result.confidence.motion_before_mm},
          {"motion_after_mm", result.confidence.motion_after_mm},
          {"agreement_mm", result.confidence.agreement_mm},
          {"rounds", result.rounds}};
}

Json candidates(const MocoResult& result) {
  Json list = Json::array();
  for (const Candidate& candidate : result.candidates)
    list.push_back({{"method", to_string(candidate.method)},
                    {"accepted", candidate.accepted},
                    {"verdict", candidate.verdict},
                    {"unexplained_before", candidate.unexplained_before},
                    {"unexplained_after", candidate.unexplained_after},
                    {"before", region(candidate.before)},
                    {"after", region(candidate.after)}});
  return list;
}

Json network(const MocoResult& result) {
  if (!result.network) return nullptr;
  return {{"name", result.network->name},
          {"version", result.network->version},
          {"sha256", result.network->sha256},
          {"device", result.network->device}};
}

Json pixel_counts(const Mask& status) {
  const auto counts = count_by_status(status);
  Json json;
  for (std::size_t i = 0; i < counts.size(); ++i) json[to_string(fit_statuses[i])] = counts[i];
  return json;
}

}  // namespace

std::string result_json(const SeriesRecord& record, const WriteOptions& options) {
  const Series& series = record.series;
  const MocoResult& result = record.result;
  const Verdict verdict = judge(result);
  Json json = {{"format", "cmrt1-result"},
               {"format_version", 1},
               {"notice", "Research use only, not for diagnosis."},
               {"study_uid", series.study_uid},
               {"series_uid", series.series_uid},
               {"series_key", series.key},
               {"slice_number", series.slice_index + 1},
               {"sequence", to_string(series.sequence)}};
  if (options.keep_identifiers) json["series_description"] = series.description;
  json["inputs"] = inputs(record, options);
  json["geometry"] = geometry_json(result.map.geometry);
  json["method"] = to_string(result.method);
  json["method_used"] = to_string(result.method_used);
  json["corrected"] = result.corrected;
  json["decision"] = result.decision;
  json["status"] = verdict.status;
  json["flag"] = verdict.flag;
  json["quality"] = quality(result);
  json["candidates"] = candidates(result);
  json["network"] = network(result);
  json["pixels"] = pixel_counts(result.map.status);
  json["warnings"] = series.warnings;
  json["options"] = record.options;
  json["versions"] = record.versions;
  json["timings_s"] = record.timings_s;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cmrt1
