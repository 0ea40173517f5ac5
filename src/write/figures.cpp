#include "write/figures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "write/markup.h"

namespace cmrt1 {

std::string formatted(const char* format, double value) {
  if (!std::isfinite(value)) return "undefined";
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return with_minus_sign(text);
}

void draw_figures(Canvas& canvas, const Rectangle& area, const std::vector<Figure>& figures,
                  double name_width) {
  constexpr Colour bright = {240, 243, 247}, muted = {160, 168, 178};
  const double step = std::min(28.0, (area.height - 24) / static_cast<double>(figures.size()));
  double y = area.y + 16;
  for (const auto& [name, value] : figures) {
    canvas.text(area.x, y, name, {14, muted}, name_width - 10);
    canvas.text(area.x + name_width, y, value, {14, bright}, area.width - name_width);
    y += step;
  }
}

}  // namespace cmrt1
