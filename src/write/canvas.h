#pragma once
/// Drawing with cairo: text, images in colour, colour bars. Lengths in px from the top left.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cmrt1/image/image.h"
#include "cmrt1/write/colour_map.h"

typedef struct _cairo cairo_t;
typedef struct _cairo_surface cairo_surface_t;

namespace cmrt1 {

struct Rectangle {
  double x = 0, y = 0, width = 0, height = 0;
};

struct TextStyle {
  double size = 13;
  Colour colour = {226, 230, 236};
  bool bold = false;
};

struct Tick {
  double value = 0;
  std::string label;
};

/// A piece of a ring; angles in radians, clockwise from the right, `from` < `to`.
struct Sector {
  double x = 0, y = 0, inner = 0, outer = 0, from = 0, to = 0;
};

class Canvas {
 public:
  Canvas(int width, int height, const Colour& background);

  /// `text` with its base line starting at (x, y), shortened with an ellipsis to `max_width`.
  void text(double x, double y, const std::string& text, const TextStyle& style, double max_width = 1e9);
  /// The same with the middle of the base line at (x, y).
  void centred_text(double x, double y, const std::string& text, const TextStyle& style);
  /// `pixels` in colour, stretched over `area`.
  void image(const Rectangle& area, const Pixels& pixels, const ColourScale& scale);
  /// The same where `mask`, which has their size, is not zero; pixels keep their edges.
  void image_within(const Rectangle& area, const Pixels& pixels, const ColourScale& scale, const Mask& mask);
  /// The border of `mask`, which covers `area`, on a dark seam.
  void outline(const Rectangle& area, const Mask& mask, const Colour& colour = {255, 255, 255});
  /// A border of `width` px just inside `area`.
  void frame(const Rectangle& area, const Colour& colour, double width);
  /// An upright colour bar, low values at the bottom, labels at its right.
  void bar(const Rectangle& area, const ColourScale& scale, const std::vector<Tick>& ticks);
  void line(double x0, double y0, double x1, double y1, const Colour& colour, double width);
  /// A cross whose arms reach `reach` px, on a dark seam.
  void cross(double x, double y, double reach, const Colour& colour);
  /// A closed line through `points`.
  void polygon(const std::vector<std::array<double, 2>>& points, const Colour& colour, double width);
  /// Filled, with oblique lines where `hatching` is given, and bordered.
  void sector(const Sector& sector, const Colour& fill, const Colour& border,
              const std::optional<Colour>& hatching = {});

  std::string png() const;

 private:
  void picture(const Rectangle& area, std::vector<std::uint32_t> colours, int columns, bool edges);
  double text_width(const std::string& text) const;
  void set_colour(const Colour& colour);
  void set_font(const TextStyle& style);
  void sector_path(const Sector& sector);
  void hatch(const Sector& sector, const Colour& colour);

  std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)> surface_;
  std::unique_ptr<cairo_t, void (*)(cairo_t*)> context_;
};

}  // namespace cmrt1
