#include <algorithm>
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
  Json json = Json::parse(stream, nullptr, false);
  if (!json.is_object() || json.value("format", "") != "cmrt1-landmarks")
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

/// Points of another image must not pass for this one's: told by the instance, where the file names one.
void require_same_image(const Json& image, const Frame& frame, const fs::path& file) {
  const std::string theirs = image.value("sop_instance_uid", ""), own = frame.sop_instance_uid;
  const bool same = theirs == own && image.value("frame", 1) == frame.frame_index + 1;
  if (theirs.empty() || own.empty() || same) return;
  throw CaseError("landmarks_missing", file.string() + " has the landmarks of another image (" + theirs +
                                           ") than " + frame.source.name());
}

/// The file may come from a person: what no segments can be made of is told from the points themselves.
void check_points(SliceLandmarks& slice, const Geometry& geometry) {
  constexpr double coincide_mm = 3;
  const auto add = [&](bool is_so, const char* reason) {
    const auto& known = slice.reasons;
    if (is_so && std::find(known.begin(), known.end(), reason) == known.end())
      slice.reasons.emplace_back(reason);
  };
  const auto outside = [&](const std::array<double, 2>& point) {
    return !(point[0] >= -0.5 && point[1] >= -0.5 && point[0] <= geometry.columns - 0.5 &&
             point[1] <= geometry.rows - 0.5);
  };
  const double apart_mm = std::hypot((slice.rv_anterior[0] - slice.lv_centre[0]) * geometry.spacing_x_mm,
                                     (slice.rv_anterior[1] - slice.lv_centre[1]) * geometry.spacing_y_mm);
  add(outside(slice.lv_centre) || outside(slice.rv_anterior), "outside_image");
  add(apart_mm < coincide_mm, "landmarks_coincide");
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
      require_same_image(images[map.number], map.one->series.frames[map.number], file);
      map.landmarks = landmarks_in(images[map.number]);
      if (map.landmarks) check_points(*map.landmarks, map.map.map.geometry);
    } catch (const Json::exception& error) {
      throw CaseError("landmarks_missing", file.string() + ": " + error.what());
    }
  }
}

}  // namespace cmrt1
