#pragma once
/// Pieces that the JSON files share which tell of landmarks and segments.

#include <nlohmann/json.hpp>
#include <optional>

#include "cmrt1/write/landmark_record.h"

namespace cmrt1 {

nlohmann::ordered_json statistics_json(const Statistics& one);

/// Adds the landmarks of an image with this geometry; null where no heart was found.
void add_landmarks(nlohmann::ordered_json& json, const SliceLandmarks& found, const Geometry& geometry);

/// Adds level, wall and segments with the values in them; null where they cannot be told.
void add_segments(nlohmann::ordered_json& json, const std::optional<SliceSegments>& slice);

}  // namespace cmrt1
