#include "cmrt1/study/image_series.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>
#include <tuple>

#include "cmrt1/base/text.h"

namespace cmrt1 {
namespace {

bool starts_with(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

/// Presentation states, segmentations and registrations, dose and structures: they have no pixels to look at.
bool is_picture(const Frame& frame) {
  for (const char* family :
       {"1.2.840.10008.5.1.4.1.1.11", "1.2.840.10008.5.1.4.1.1.66", "1.2.840.10008.5.1.4.1.1.481"})
    if (starts_with(frame.sop_class_uid, family)) return false;
  return true;
}

bool wanted(const OtherImages& group) {
  return group.kind == FrameKind::t1_map || (group.kind == FrameKind::other && group.kind_reason != "scout");
}

/// Equal for images whose pixels may be stacked. Text, so that sizes that are no numbers compare too.
std::string grid_of(const Geometry& geometry) {
  char text[256];
  const auto& row = geometry.row_direction;
  const auto& column = geometry.column_direction;
  std::snprintf(text, sizeof text, "%d %d %.3f %.3f %.2f %.2f %.2f %.2f %.2f %.2f", geometry.rows,
                geometry.columns, geometry.spacing_x_mm, geometry.spacing_y_mm, row[0], row[1], row[2],
                column[0], column[1], column[2]);
  return text;
}

auto place_of(const Frame& frame) {
  const double location = slice_location_mm(frame.geometry);
  return std::make_tuple(std::isfinite(location) ? std::llround(location * 100) : 0, frame.instance_number,
                         frame.frame_index, frame.sop_instance_uid);
}

}  // namespace

std::vector<ImageSeries> image_series(const Study& study) {
  std::map<std::tuple<int, std::string, FrameKind, std::string>, ImageSeries> stacks;
  for (const OtherImages& group : study.others) {
    if (!wanted(group)) continue;
    for (const Frame& frame : group.frames) {
      if (!is_picture(frame)) continue;
      ImageSeries& stack =
          stacks[{group.series_number, group.series_uid, group.kind, grid_of(frame.geometry)}];
      stack.description = group.description;
      stack.frames.push_back(frame);
    }
  }
  std::vector<ImageSeries> all;
  std::set<std::string> taken;
  for (auto& [id, stack] : stacks) {
    std::tie(stack.series_number, stack.series_uid, stack.kind, std::ignore) = id;
    stack.study_uid = study.uid;
    stack.study_key = study.key;
    const std::string stem = file_name_from_uid(stack.series_uid);
    stack.key = stem;
    for (int n = 2; !taken.insert(stack.key).second; ++n) stack.key = stem + "_" + std::to_string(n);
    std::sort(stack.frames.begin(), stack.frames.end(),
              [](const Frame& a, const Frame& b) { return place_of(a) < place_of(b); });
    all.push_back(std::move(stack));
  }
  return all;
}

}  // namespace cmrt1
