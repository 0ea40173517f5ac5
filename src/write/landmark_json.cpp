#include "cmrt1/write/landmark_json.h"

#include <nlohmann/json.hpp>

#include "write/segment_json.h"
#include "write/shared_json.h"

namespace cmrt1 {

using Json = nlohmann::ordered_json;

std::string landmark_json(const LandmarkRecord& record, bool keep_identifiers) {
  Json json = json_head("cmrt1-landmarks", record.series, keep_identifiers);
  json["stages"] = record.stages;
  json["quantity"] = record.quantity;
  json["unit"] = record.unit;
  json["heart"] = heart_json(record.heart);
  json["images"] = Json::array();
  for (std::size_t i = 0; i < record.slices.size(); ++i) {
    Json image = image_json(record, i, keep_identifiers);
    if (record.slices[i]) {
      add_landmarks(image, *record.slices[i], record.series.frames[i].geometry);
      add_segments(image, record.segments[i]);
    }
    json["images"].push_back(std::move(image));
  }
  json["networks"] = networks_json(record.networks);
  json["versions"] = record.versions;
  json["timings_s"] = record.timings_s;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cmrt1
