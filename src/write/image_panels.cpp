#include "write/image_panels.h"

#include <algorithm>
#include <cmath>

namespace cmrt1 {
namespace {

constexpr Colour background = {18, 21, 26};
constexpr Colour bright = {240, 243, 247};
constexpr Colour muted = {160, 168, 178};
constexpr Colour alarm = {230, 50, 50};

constexpr double margin = 24, gap = 16, side = 400, header_height = 84, footer_height = 34;
constexpr double zoom = 1.9;  // side of the enlarged part, in diameters of the left ventricle

/// Grey values between the 1st and the 99.5th percentile of what is finite.
ColourScale grey_scale(const Pixels& pixels) {
  const auto values = masked_values(pixels, Mask::Ones(pixels.rows(), pixels.cols()));
  const double low = quantile(values, 0.01), high = quantile(values, 0.995);
  return {ColourMap::grey, std::isfinite(low) ? low : 0,
          high > low ? high : (std::isfinite(low) ? low : 0) + 1};
}

Panel about(const Focus& focus, const Geometry& geometry) {
  const auto span = [&](double centre, double spacing, int count) {
    const double half = std::max(12.0, zoom * focus.radius_mm / spacing);
    const auto first = static_cast<Eigen::Index>(std::clamp(std::floor(centre - half), 0.0, count - 1.0));
    const auto last = static_cast<Eigen::Index>(std::clamp(std::ceil(centre + half), 0.0, count - 1.0));
    return std::pair{first, last - first + 1};
  };
  const auto [column, columns] = span(focus.centre_px[0], geometry.spacing_x_mm, geometry.columns);
  const auto [row, rows] = span(focus.centre_px[1], geometry.spacing_y_mm, geometry.rows);
  return {row, column, rows, columns, {}};
}

/// As large as fits at the left edge `x`, pixels in their true proportion.
Panel placed(Panel panel, double x, const Geometry& geometry) {
  const double width = static_cast<double>(panel.columns) * geometry.spacing_x_mm;
  const double height = static_cast<double>(panel.rows) * geometry.spacing_y_mm;
  const double scale = side / std::max(width, height);
  panel.area = {x, header_height, std::max(1.0, std::round(scale * width)),
                std::max(1.0, std::round(scale * height))};
  return panel;
}

}  // namespace

std::array<double, 2> Panel::at(const std::array<double, 2>& point) const {
  return {area.x + (point[0] + 0.5 - static_cast<double>(column)) * area.width / static_cast<double>(columns),
          area.y + (point[1] + 0.5 - static_cast<double>(row)) * area.height / static_cast<double>(rows)};
}

std::string image_panels_png(const Image& image, const PanelText& text, const std::optional<Focus>& focus,
                             const std::function<void(Canvas& canvas, const Panel& panel)>& draw) {
  constexpr double width = 2 * margin + 2 * side + gap, height = header_height + side + footer_height;
  Canvas canvas(static_cast<int>(width), static_cast<int>(height), background);
  const double room = width - 2 * margin;
  const bool flagged = !text.reasons.empty();
  canvas.text(margin, 36, text.title, {19, bright, true}, room);
  canvas.text(margin, 60, flagged ? "Look at it: " + text.reasons : "accepted by all checks",
              {14, flagged ? alarm : muted}, room);
  const Panel whole{0, 0, image.pixels.rows(), image.pixels.cols(), {}};
  const Panel part = focus ? about(*focus, image.geometry) : whole;
  const ColourScale scale = grey_scale(part.cropped(image.pixels));
  for (const Panel& panel :
       {placed(whole, margin, image.geometry), placed(part, margin + side + gap, image.geometry)}) {
    canvas.image(panel.area, panel.cropped(image.pixels), scale);
    draw(canvas, panel);
  }
  canvas.text(margin, height - 12, "Research use only, not for diagnosis · " + text.legend, {12, muted},
              room);
  if (flagged) canvas.frame({0, 0, width, height}, alarm, 6);
  return canvas.png();
}

}  // namespace cmrt1
