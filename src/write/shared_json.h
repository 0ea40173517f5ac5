#pragma once
/// Pieces that the JSON files of several programs share.

#include <nlohmann/json.hpp>

#include "cmrt1/heart/locate.h"
#include "cmrt1/write/image_record.h"

namespace cmrt1 {

/// Format, notice, and what the series is; its description only with `keep_identifiers`.
nlohmann::ordered_json json_head(const char* format, const ImageSeries& series, bool keep_identifiers);

nlohmann::ordered_json heart_json(const std::optional<HeartLocation>& heart);
nlohmann::ordered_json networks_json(const std::vector<nn::NetworkIdentity>& networks);

nlohmann::ordered_json geometry_json(const Geometry& geometry);

/// Which image it is; its file only with `keep_identifiers`.
nlohmann::ordered_json frame_json(const Frame& frame, std::size_t number, bool keep_identifiers);

/// frame_json, and what became of the image.
template <typename Record>
nlohmann::ordered_json image_json(const Record& record, std::size_t number, bool keep_identifiers) {
  nlohmann::ordered_json json = frame_json(record.series.frames[number], number, keep_identifiers);
  json["status"] = image_status(record, number);
  json["flag"] = image_status(record, number) != "ok";
  json["reasons"] = record.slices[number] ? record.slices[number]->reasons
                                          : std::vector<std::string>{record.loaded.images[number].reason};
  return json;
}

}  // namespace cmrt1
