#include "write/canvas.h"

#include <cairo.h>

#include <cmath>
#include <cstdint>
#include <stdexcept>

#include "cmrt1/base/text.h"
#include "write/png.h"

namespace cmrt1 {
namespace {

constexpr Colour bar_text = {190, 197, 206};

std::uint32_t packed(const Colour& colour) {
  return 0xff000000u | static_cast<std::uint32_t>(colour[0]) << 16 |
         static_cast<std::uint32_t>(colour[1]) << 8 | colour[2];
}

std::vector<std::uint32_t> coloured(const Pixels& pixels, const ColourScale& scale) {
  std::vector<std::uint32_t> colours(static_cast<std::size_t>(pixels.size()));
  for (Eigen::Index i = 0; i < pixels.size(); ++i)
    colours[static_cast<std::size_t>(i)] = packed(colour_of(scale, static_cast<double>(pixels.data()[i])));
  return colours;
}

}  // namespace

Canvas::Canvas(int width, int height, const Colour& background)
    : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height), cairo_surface_destroy),
      context_(cairo_create(surface_.get()), cairo_destroy) {
  set_colour(background);
  cairo_paint(context_.get());
}

void Canvas::set_colour(const Colour& colour) {
  cairo_set_source_rgb(context_.get(), colour[0] / 255.0, colour[1] / 255.0, colour[2] / 255.0);
}

double Canvas::text_width(const std::string& text) const {
  cairo_text_extents_t extents;
  cairo_text_extents(context_.get(), text.c_str(), &extents);
  return extents.x_advance;
}

void Canvas::set_font(const TextStyle& style) {
  cairo_select_font_face(context_.get(), "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                         style.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(context_.get(), style.size);
}

void Canvas::text(double x, double y, const std::string& text, const TextStyle& style, double max_width) {
  set_font(style);
  std::string shown = text;
  for (std::string kept = text; text_width(shown) > max_width && !kept.empty();) {
    kept = shortened(kept, kept.size() - 1);
    shown = kept + "…";
  }
  set_colour(style.colour);
  cairo_move_to(context_.get(), x, y);
  cairo_show_text(context_.get(), shown.c_str());
}

void Canvas::centred_text(double x, double y, const std::string& shown, const TextStyle& style) {
  set_font(style);
  text(x - text_width(shown) / 2, y, shown, style);
}

/// `colours` row by row, opaque or wholly transparent (0).
void Canvas::picture(const Rectangle& area, std::vector<std::uint32_t> colours, int columns, bool edges) {
  const int rows = static_cast<int>(colours.size()) / columns;
  const std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)> source(
      cairo_image_surface_create_for_data(reinterpret_cast<unsigned char*>(colours.data()),
                                          CAIRO_FORMAT_ARGB32, columns, rows, 4 * columns),
      cairo_surface_destroy);
  cairo_t* context = context_.get();
  cairo_save(context);
  cairo_translate(context, area.x, area.y);
  cairo_scale(context, area.width / columns, area.height / rows);
  cairo_set_source_surface(context, source.get(), 0, 0);
  cairo_pattern_set_filter(cairo_get_source(context), edges ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
  cairo_pattern_set_extend(cairo_get_source(context), CAIRO_EXTEND_PAD);
  cairo_rectangle(context, 0, 0, columns, rows);
  cairo_fill(context);
  cairo_restore(context);
}

void Canvas::image(const Rectangle& area, const Pixels& pixels, const ColourScale& scale) {
  picture(area, coloured(pixels, scale), static_cast<int>(pixels.cols()), false);
}

void Canvas::image_within(const Rectangle& area, const Pixels& pixels, const ColourScale& scale,
                          const Mask& mask) {
  std::vector<std::uint32_t> colours = coloured(pixels, scale);
  for (std::size_t i = 0; i < colours.size(); ++i)
    if (mask.data()[i] == 0) colours[i] = 0;
  picture(area, std::move(colours), static_cast<int>(pixels.cols()), true);
}

void Canvas::outline(const Rectangle& area, const Mask& mask, const Colour& colour) {
  const double dx = area.width / static_cast<double>(mask.cols());
  const double dy = area.height / static_cast<double>(mask.rows());
  const auto inside = [&](Eigen::Index row, Eigen::Index column) {
    return row >= 0 && column >= 0 && row < mask.rows() && column < mask.cols() && mask(row, column) != 0;
  };
  const auto edge = [&](double column0, double row0, double column1, double row1) {
    cairo_move_to(context_.get(), area.x + column0 * dx, area.y + row0 * dy);
    cairo_line_to(context_.get(), area.x + column1 * dx, area.y + row1 * dy);
  };
  for (Eigen::Index row = 0; row <= mask.rows(); ++row)
    for (Eigen::Index column = 0; column <= mask.cols(); ++column) {
      const double x = static_cast<double>(column), y = static_cast<double>(row);
      if (inside(row, column) != inside(row - 1, column)) edge(x, y, x + 1, y);
      if (inside(row, column) != inside(row, column - 1)) edge(x, y, x, y + 1);
    }
  cairo_set_source_rgba(context_.get(), 0, 0, 0, 0.5);
  cairo_set_line_width(context_.get(), 3);
  cairo_stroke_preserve(context_.get());
  cairo_set_source_rgba(context_.get(), colour[0] / 255.0, colour[1] / 255.0, colour[2] / 255.0, 0.9);
  cairo_set_line_width(context_.get(), 1);
  cairo_stroke(context_.get());
}

void Canvas::frame(const Rectangle& area, const Colour& colour, double width) {
  set_colour(colour);
  cairo_set_line_width(context_.get(), width);
  cairo_rectangle(context_.get(), area.x + width / 2, area.y + width / 2, area.width - width,
                  area.height - width);
  cairo_stroke(context_.get());
}

void Canvas::line(double x0, double y0, double x1, double y1, const Colour& colour, double width) {
  set_colour(colour);
  cairo_set_line_width(context_.get(), width);
  cairo_move_to(context_.get(), x0, y0);
  cairo_line_to(context_.get(), x1, y1);
  cairo_stroke(context_.get());
}

void Canvas::cross(double x, double y, double reach, const Colour& colour) {
  for (const auto& [width, own] : {std::pair{4.0, Colour{0, 0, 0}}, std::pair{2.0, colour}}) {
    line(x - reach, y, x + reach, y, own, width);
    line(x, y - reach, x, y + reach, own, width);
  }
}

void Canvas::polygon(const std::vector<std::array<double, 2>>& points, const Colour& colour, double width) {
  if (points.empty()) return;
  set_colour(colour);
  cairo_set_line_width(context_.get(), width);
  cairo_move_to(context_.get(), points.front()[0], points.front()[1]);
  for (const auto& point : points) cairo_line_to(context_.get(), point[0], point[1]);
  cairo_close_path(context_.get());
  cairo_stroke(context_.get());
}

void Canvas::sector_path(const Sector& sector) {
  cairo_new_path(context_.get());
  cairo_arc(context_.get(), sector.x, sector.y, sector.outer, sector.from, sector.to);
  cairo_arc_negative(context_.get(), sector.x, sector.y, sector.inner, sector.to, sector.from);
  cairo_close_path(context_.get());
}

void Canvas::hatch(const Sector& sector, const Colour& colour) {
  constexpr double apart = 9;
  const double reach = sector.outer;
  cairo_save(context_.get());
  sector_path(sector);
  cairo_clip(context_.get());
  for (double shift = -2 * reach; shift <= 2 * reach; shift += apart) {
    const double x = sector.x + shift;
    line(x - reach, sector.y + reach, x + reach, sector.y - reach, colour, 1.5);
  }
  cairo_restore(context_.get());
}

void Canvas::sector(const Sector& sector, const Colour& fill, const Colour& border,
                    const std::optional<Colour>& hatching) {
  sector_path(sector);
  set_colour(fill);
  cairo_fill(context_.get());
  if (hatching) hatch(sector, *hatching);
  sector_path(sector);
  set_colour(border);
  cairo_set_line_width(context_.get(), 2);
  cairo_stroke(context_.get());
}

void Canvas::bar(const Rectangle& area, const ColourScale& scale, const std::vector<Tick>& ticks) {
  constexpr int steps = 256;
  const Pixels gradient = Pixels::NullaryExpr(steps, 1, [&](Eigen::Index row, Eigen::Index) {
    const double share = 1 - static_cast<double>(row) / (steps - 1);
    return static_cast<float>(scale.low + share * (scale.high - scale.low));
  });
  image(area, gradient, scale);
  const double right = area.x + area.width;
  for (const auto& tick : ticks) {
    const double share = (tick.value - scale.low) / (scale.high - scale.low);
    const double y = std::round(area.y + (1 - share) * (area.height - 1)) + 0.5;
    line(right, y, right + 5, y, bar_text, 1);
    text(right + 9, y + 4.5, tick.label, {12.5, bar_text});
  }
}

std::string Canvas::png() const {
  cairo_surface_flush(surface_.get());
  const cairo_status_t status = cairo_status(context_.get());
  if (status != CAIRO_STATUS_SUCCESS)
    throw std::runtime_error(std::string("the overview cannot be drawn: ") + cairo_status_to_string(status));
  const int width = cairo_image_surface_get_width(surface_.get());
  const int height = cairo_image_surface_get_height(surface_.get());
  const auto* pixels = reinterpret_cast<const std::uint32_t*>(cairo_image_surface_get_data(surface_.get()));
  return cmrt1::png({pixels, static_cast<std::size_t>(width) * static_cast<std::size_t>(height)},
                    static_cast<std::uint32_t>(width));
}

}  // namespace cmrt1
