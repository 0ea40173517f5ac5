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

inline constexpr Colour panel_background = {18, 21, 26}, panel_bright = {240, 243, 247},
                        panel_muted = {160, 168, 178}, panel_alarm = {230, 50, 50};
inline constexpr double panel_margin = 24, panel_gap = 16, panel_side = 400, panel_header = 84,
                        panel_footer = 34;

/// Grey values between the 1st and the 99.5th percentile of what is finite.
ColourScale grey_scale(const Pixels& pixels);

/// The part of an image that shows the heart.
Panel about(const Focus& focus, const Geometry& geometry);

/// As large as fits into a square of panel_side whose upper left corner is (x, y), pixels in their true
/// proportion.
Panel placed(Panel panel, double x, double y, const Geometry& geometry);

/// Title, verdict and legend; drawn last, since it frames the picture in red where a person must look at it.
void draw_text(Canvas& canvas, const PanelText& text, double width, double height);

/// PNG bytes; `draw` draws over the grey image of each of the two panels. Without `focus` both show all of
/// it.
std::string image_panels_png(const Image& image, const PanelText& text, const std::optional<Focus>& focus,
                             const std::function<void(Canvas& canvas, const Panel& panel)>& draw);

}  // namespace cmrt1
