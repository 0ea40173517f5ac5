#include "write/image_panels.h"

#include <algorithm>
#include <cmath>

namespace cmrt1 {
namespace {

constexpr double zoom = 1.9;  // side of the enlarged part, in diameters of the left ventricle

}  // namespace

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

Panel placed(Panel panel, double x, double y, const Geometry& geometry) {
  const double width = static_cast<double>(panel.columns) * geometry.spacing_x_mm;
  const double height = static_cast<double>(panel.rows) * geometry.spacing_y_mm;
  const double scale = panel_side / std::max(width, height);
  panel.area = {x, y, std::max(1.0, std::round(scale * width)), std::max(1.0, std::round(scale * height))};
  return panel;
}

std::array<double, 2> Panel::at(const std::array<double, 2>& point) const {
  return {area.x + (point[0] + 0.5 - static_cast<double>(column)) * area.width / static_cast<double>(columns),
          area.y + (point[1] + 0.5 - static_cast<double>(row)) * area.height / static_cast<double>(rows)};
}

void draw_text(Canvas& canvas, const PanelText& text, double width, double height) {
  const double room = width - 2 * panel_margin;
  const bool flagged = !text.reasons.empty();
  canvas.text(panel_margin, 36, text.title, {19, panel_bright, true}, room);
  canvas.text(panel_margin, 60, flagged ? "Look at it: " + text.reasons : "accepted by all checks",
              {14, flagged ? panel_alarm : panel_muted}, room);
  canvas.text(panel_margin, height - 12, "Research use only, not for diagnosis · " + text.legend,
              {12, panel_muted}, room);
  if (flagged) canvas.frame({0, 0, width, height}, panel_alarm, 6);
}

std::string image_panels_png(const Image& image, const PanelText& text, const std::optional<Focus>& focus,
                             const std::function<void(Canvas& canvas, const Panel& panel)>& draw) {
  constexpr double width = 2 * panel_margin + 2 * panel_side + panel_gap,
                   height = panel_header + panel_side + panel_footer;
  Canvas canvas(static_cast<int>(width), static_cast<int>(height), panel_background);
  const Panel whole{0, 0, image.pixels.rows(), image.pixels.cols(), {}};
  const Panel part = focus ? about(*focus, image.geometry) : whole;
  const ColourScale scale = grey_scale(part.cropped(image.pixels));
  for (const Panel& panel :
       {placed(whole, panel_margin, panel_header, image.geometry),
        placed(part, panel_margin + panel_side + panel_gap, panel_header, image.geometry)}) {
    canvas.image(panel.area, panel.cropped(image.pixels), scale);
    draw(canvas, panel);
  }
  draw_text(canvas, text, width, height);
  return canvas.png();
}

}  // namespace cmrt1
