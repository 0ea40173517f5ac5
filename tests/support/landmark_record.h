#pragma once
#include <memory>
#include <string>

#include "cmrt1/write/landmark_record.h"
#include "support/record.h"

namespace sample {

/// The wall of the record's slices: circles of 8 and 14 mm about pixel (24, 20).
inline SliceSegments segments(const SliceLandmarks& found, Level level, const Geometry& geometry,
                              const Pixels& values) {
  SliceSegments made;
  made.level = {level, LevelSource::position};
  made.sense = sense_of(geometry);
  const Division division = {found.lv_centre, found.rv_anterior, level, made.sense, geometry};
  const Wall wall = round_wall(found.inner_radius_mm, found.outer_radius_mm);
  made.regions = regions_of(wall, division);
  made.map = segment_map(pixels_of(wall, division), wall, division);
  made.statistics = segment_statistics(made.map, values, level);
  return made;
}

inline SliceLandmarks slice_landmarks() {
  SliceLandmarks made;
  made.found = true;
  made.lv_centre = {24, 20};
  made.rv_anterior = {16, 12};
  made.rv_inferior = {16, 28};
  made.inferior_chance = 0.75;
  made.rv_entry_angle_deg = -135;
  made.outer_radius_mm = 14;
  made.inner_radius_mm = 8;
  made.confidence = 0.875;
  made.spread_mm = 0.5;
  made.stages_apart_mm = 1.5;
  return made;
}

/// A made-up T1-map series of four slices: basal, mid and flagged, not read, without a heart. T1 of pixel (x,
/// y) is 1000 + x ms.
inline LandmarkRecord landmark_record() {
  LandmarkRecord made;
  made.series.study_uid = "1.2.3";
  made.series.study_key = "1.2.3";
  made.series.series_uid = made.series.key = "1.2.3.20";
  made.series.description = "Secret^Person T1MAP";
  made.series.kind = FrameKind::t1_map;
  made.quantity = "T1";
  made.unit = "ms";
  const Pixels values = Pixels::NullaryExpr(
      rows, columns, [](Eigen::Index, Eigen::Index column) { return 1000.0f + static_cast<float>(column); });
  for (int i = 0; i < 4; ++i) {
    Frame one = frame(i, 0, "1.2.3.20.", FrameKind::t1_map);
    made.series.frames.push_back(one);
    made.loaded.images.push_back({{values, one.geometry}, "", ""});
    made.slices.push_back(slice_landmarks());
    made.segments.push_back(
        segments(*made.slices.back(), i == 0 ? Level::basal : Level::mid, one.geometry, values));
  }
  made.loaded.dicom_header = std::make_shared<const std::string>(part10(*scanner_dataset()));
  made.slices[1]->reasons = {"low_confidence", "turned_against_series"};
  made.slices[1]->confidence = 0.25;
  made.loaded.images[2] = {
      {{}, made.series.frames[2].geometry}, "truncated_pixel_data", "IM2 ends early, =copy it"};
  made.slices[2].reset();
  made.segments[2].reset();
  made.slices[3] = SliceLandmarks{};
  made.slices[3]->reasons = {"no_heart_found"};
  made.segments[3].reset();
  made.networks = {{"heart", "1.0", std::string(64, 'a'), "cpu"},
                   {"landmarks", "1.0", std::string(64, 'b'), "cpu"}};
  made.versions = {{"cmrt1", "0.1.0"}};
  made.timings_s = {{"find", 1.5}};
  return made;
}

}  // namespace sample
