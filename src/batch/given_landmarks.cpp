#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "batch/dt1map_maps.h"
#include "cmrt1/base/error.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

Json read_json(const fs::path& file) {
  std::ifstream stream(file);
  const Json json = Json::parse(stream, nullptr, false);
  if (json.is_discarded() || json.value("format", "") != "cmrt1-landmarks")
    throw CaseError("landmarks_missing", file.string() +
                                             " holds no landmarks: name the landmarks.json or the output "
                                             "folder that ahalandmarks made of the same maps");
  return json;
}

std::optional<SliceLandmarks> landmarks_in(const Json& image) {
  SliceLandmarks found;
  if (image.at("lv_centre").is_null() || image.at("rv_anterior").is_null()) return std::nullopt;
  found.found = true;
  found.lv_centre = image.at("lv_centre").at("px");
  found.rv_anterior = image.at("rv_anterior").at("px");
  found.rv_inferior = image.at("rv_inferior").at("px");
  found.inferior_chance = image.at("rv_inferior_chance");
  found.rv_entry_angle_deg = image.at("rv_entry_angle_deg");
  found.outer_radius_mm = image.at("outer_radius_mm");
  found.inner_radius_mm = image.at("inner_radius_mm");
  found.confidence = image.at("confidence");
  found.reasons = image.value("reasons", std::vector<std::string>());
  return found;
}

}  // namespace

void take_landmarks(MapSide& side, const fs::path& landmarks) {
  for (FoundMap& map : side.maps) {
    const fs::path file =
        fs::is_directory(landmarks) ? landmarks / map.one->folder / "landmarks.json" : landmarks;
    const Json json = read_json(file);
    try {
      const Json& images = json.at("images");
      if (images.size() != map.one->series.frames.size())
        throw CaseError("landmarks_missing",
                        file.string() + " has landmarks for " + std::to_string(images.size()) +
                            " images, but the series has " + std::to_string(map.one->series.frames.size()));
      map.landmarks = landmarks_in(images[map.number]);
    } catch (const Json::exception& error) {
      throw CaseError("landmarks_missing", file.string() + ": " + error.what());
    }
  }
}

}  // namespace cmrt1
