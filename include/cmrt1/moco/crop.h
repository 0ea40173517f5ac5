#pragma once
/// Rectangles of an image's pixels, untouched.

#include <array>

#include "cmrt1/study/study.h"

namespace cmrt1 {

struct Box {
  int first_column = 0;
  int first_row = 0;
  int columns = 0;
  int rows = 0;
};

/// The pixels within `half_width_mm` of `centre_px` (x, y) along both axes, and `margin_px` more, as far as
/// the image reaches. The centre must lie in the image.
Box box_about(const Geometry& geometry, const std::array<double, 2>& centre_px, double half_width_mm,
              int margin_px = 0);

template <typename Array>
auto cropped(const Array& pixels, const Box& box) {
  return pixels.block(box.first_row, box.first_column, box.rows, box.columns);
}

Geometry cropped(const Geometry& geometry, const Box& box);
Stack cropped(const Stack& stack, const Box& box);
SeriesImages cropped(const SeriesImages& images, const Box& box);

}  // namespace cmrt1
