#include "batch/ahalandmarks_segments.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/image/short_axis.h"

namespace cmrt1 {
namespace {

constexpr double kSureInferior = 0.6;  // chance from which the inferior insertion tells the sense
constexpr double kElsewhere = 0.5;     // of the LV's radius that a mask may lie beside the landmarks

Sense sense_in(SliceLandmarks& slice, const Geometry& geometry) {
  const Sense by_header = sense_of(geometry);
  if (slice.inferior_chance < kSureInferior) return by_header;
  const Sense by_heart = sense_of_insertions(slice.lv_centre, slice.rv_anterior, slice.rv_inferior, geometry);
  if (by_heart != by_header && !slice.has("orientation_contradicts_rv"))
    slice.reasons.emplace_back("orientation_contradicts_rv");
  return by_heart;
}

/// Distance of the mask's middle from the LV's centre, mm.
double away_mm(const Mask& myocardium, const Division& division) {
  double x = 0, y = 0, count = 0;
  for (Eigen::Index row = 0; row < myocardium.rows(); ++row)
    for (Eigen::Index column = 0; column < myocardium.cols(); ++column)
      if (myocardium(row, column)) {
        x += static_cast<double>(column), y += static_cast<double>(row), count += 1;
      }
  return std::hypot((x / count - division.lv_centre_px[0]) * division.geometry.spacing_x_mm,
                    (y / count - division.lv_centre_px[1]) * division.geometry.spacing_y_mm);
}

/// What is measured in the image's segments: the values given for it, else its own T1.
std::optional<Pixels> map_for(const LandmarkRecord& record, const ImageCase& one, std::size_t number,
                              const OverlaidImages* values) {
  if (values) return values->on(one, number);
  if (record.series.kind != FrameKind::t1_map) return std::nullopt;
  return defined_t1(record.loaded.images[number].image.pixels);
}

/// What the same slice of two breath-holds may lie apart.
double half_a_slice_mm(const Geometry& geometry) {
  return std::clamp(geometry.slice_thickness_mm / 2, 1.0, 5.0);
}

/// Levels of the images `usable`. Up to three slices all count, those without usable landmarks too, as they
/// were planned so; of a stack, which may go beyond the heart, those that show it. A series of one slice
/// counts with its companions. Assumed where the plane does not tell which end is the base.
std::vector<SliceLevel> levels_of(const LandmarkRecord& record, const std::vector<std::size_t>& usable,
                                  const std::vector<double>& companions_along_mm,
                                  std::optional<Level> given) {
  if (usable.empty()) return {};
  const Geometry& first = record.series.frames.front().geometry;
  if (!given && !lies_as_short_axis(first)) return std::vector<SliceLevel>(usable.size());
  std::vector<double> all, seen;
  for (const Frame& frame : record.series.frames) all.push_back(along_long_axis_mm(frame.geometry));
  for (const std::size_t i : usable) seen.push_back(all[i]);
  all.insert(all.end(), companions_along_mm.begin(), companions_along_mm.end());
  if (record.series.frames.size() == 1) return {levels_along(all, given, half_a_slice_mm(first)).front()};
  if (slice_count(all) > 3) return levels_along(seen, given);
  const std::vector<SliceLevel> of_all = levels_along(all, given);
  std::vector<SliceLevel> levels;
  for (const std::size_t i : usable) levels.push_back(of_all[i]);
  return levels;
}

}  // namespace

bool can_be_divided(const SliceLandmarks& slice) {
  return slice.found && !slice.has("outside_image") && !slice.has("landmarks_coincide") &&
         !slice.has("not_short_axis") && !slice.has("implausible_radius");
}

SliceSegments divided(SliceLandmarks& slice, const Geometry& geometry, const SliceLevel& level,
                      const Mask& given, const std::optional<Pixels>& values) {
  SliceSegments segments;
  segments.level = level;
  segments.sense = sense_in(slice, geometry);
  const Division division = {slice.lv_centre, slice.rv_anterior, level.level, segments.sense, geometry};
  segments.from_mask = given.size() > 0;
  if (segments.from_mask && away_mm(given, division) > kElsewhere * slice.outer_radius_mm)
    slice.reasons.emplace_back("mask_elsewhere");
  const Wall wall = segments.from_mask ? wall_of(given, division)
                                       : round_wall(slice.inner_radius_mm, slice.outer_radius_mm);
  segments.regions = regions_of(wall, division);
  segments.map = segment_map(segments.from_mask ? given : pixels_of(wall, division), wall, division);
  if (values) segments.statistics = segment_statistics(segments.map, *values, level.level);
  return segments;
}

void divide_series(LandmarkRecord& record, const ImageCase& one, const GivenMask* mask,
                   const OverlaidImages* values, std::optional<Level> given,
                   const std::vector<double>& companions_along_mm) {
  record.segments.assign(record.slices.size(), std::nullopt);
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < record.slices.size(); ++i)
    if (record.slices[i] && can_be_divided(*record.slices[i])) numbers.push_back(i);
  const std::vector<SliceLevel> levels = levels_of(record, numbers, companions_along_mm, given);
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    const std::size_t i = numbers[k];
    SliceLandmarks& slice = *record.slices[i];
    const Geometry& geometry = record.series.frames[i].geometry;
    const Mask myocardium = mask ? mask->myocardium(one, i) : Mask();
    if (mask && myocardium.size() == 0) {
      slice.reasons.emplace_back("mask_missing");
      continue;
    }
    if (mask && mask->flagged(one, i)) slice.reasons.emplace_back("segmentation_flagged");
    const std::optional<Pixels> map = map_for(record, one, i, values);
    if (values && !map) slice.reasons.emplace_back("values_missing");
    record.segments[i] = divided(slice, geometry, levels[k], myocardium, map);
  }
}

}  // namespace cmrt1
