#include "cmrt1/moco/crop.h"

#include <algorithm>
#include <cmath>

namespace cmrt1 {
namespace {

int first(double centre, double half, int margin) {
  return static_cast<int>(std::max(0.0, std::floor(centre - half) - margin));
}

int end(double centre, double half, int margin, int size) {
  return static_cast<int>(std::min<double>(size, std::ceil(centre + half) + 1 + margin));
}

}  // namespace

Box box_about(const Geometry& geometry, const std::array<double, 2>& centre_px, double half_width_mm,
              int margin_px) {
  const double half_x = half_width_mm / geometry.spacing_x_mm, half_y = half_width_mm / geometry.spacing_y_mm;
  const int column = first(centre_px[0], half_x, margin_px), row = first(centre_px[1], half_y, margin_px);
  return {column, row, end(centre_px[0], half_x, margin_px, geometry.columns) - column,
          end(centre_px[1], half_y, margin_px, geometry.rows) - row};
}

Geometry cropped(const Geometry& geometry, const Box& box) {
  Geometry part = geometry;
  part.columns = box.columns;
  part.rows = box.rows;
  part.position_mm = patient_from_pixel(geometry, box.first_column, box.first_row);
  return part;
}

Stack cropped(const Stack& stack, const Box& box) {
  Stack part{{}, cropped(stack.geometry, box)};
  for (const Pixels& frame : stack.frames) part.frames.push_back(cropped(frame, box));
  return part;
}

SeriesImages cropped(const SeriesImages& images, const Box& box) {
  SeriesImages part{images.ti_ms, cropped(images.magnitude, box), {}, images.header};
  if (images.phase) part.phase = cropped(*images.phase, box);
  return part;
}

}  // namespace cmrt1
