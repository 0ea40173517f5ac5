#include "cmrt1/write/image_record.h"

#include <cstdio>

namespace cmrt1 {

std::string overlay_name(std::size_t slice) {
  char name[40];
  std::snprintf(name, sizeof name, "overlay_%03zu.png", slice);
  return name;
}

Vector3 step_of(const ImageSeries& series) {
  const Geometry& first = series.frames.front().geometry;
  Vector3 step = slice_normal(first);
  for (double& part : step) part *= first.slice_thickness_mm;
  if (series.frames.size() < 2) return step;
  const Vector3& next = series.frames[1].geometry.position_mm;
  const Vector3 moved = {next[0] - first.position_mm[0], next[1] - first.position_mm[1],
                         next[2] - first.position_mm[2]};
  return dot(moved, moved) > 1e-4 ? moved : step;
}

}  // namespace cmrt1
