#pragma once
/// The picture by which a person judges what was found in an image: the whole image and the heart enlarged.

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "cmrt1/image/image.h"
#include "write/canvas.h"

namespace cmrt1 {

/// A part of an image where it is drawn.
struct Panel {
  Eigen::Index row = 0, column = 0, rows = 0, columns = 0;  ///< of the image, from the first on
  Rectangle area;                                           ///< of the picture

  template <typename Plane>
  Plane cropped(const Plane& whole) const {
    return whole.block(row, column, rows, columns);
  }
  /// Where a point of the image (pixels) lies in the picture.
  std::array<double, 2> at(const std::array<double, 2>& point) const;
};

struct PanelText {
  std::string title;
  std::string reasons;  ///< not empty: a person must look at it, and the picture is framed in red
  std::string legend;   ///< below, after the notice
};

/// Where the heart is enlarged.
struct Focus {
  std::array<double, 2> centre_px = {0, 0};
  double radius_mm = 0;  ///< of the left ventricle
};

/// PNG bytes; `draw` draws over the grey image of each of the two panels. Without `focus` both show all of
/// it.
std::string image_panels_png(const Image& image, const PanelText& text, const std::optional<Focus>& focus,
                             const std::function<void(Canvas& canvas, const Panel& panel)>& draw);

}  // namespace cmrt1
