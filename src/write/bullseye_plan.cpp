#include "write/bullseye_plan.h"

#include <cmath>
#include <cstdio>
#include <numbers>

#include "cmrt1/aha/segments.h"
#include "cmrt1/base/text.h"
#include "write/markup.h"

namespace cmrt1 {
namespace {

constexpr double kCentreX = 250, kCentreY = 290, kRadius = 200;
constexpr double kRings[] = {1, 0.72, 0.44, 0.12};  // outer edges of base, mid, apex; the hole
constexpr double kInsertionDeg = 120;               // of the anterior insertion, anticlockwise from the right

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

Sector sector_of(const Segment& segment) {
  const auto ring = static_cast<std::size_t>(segment.level);
  return {kCentreX,
          kCentreY,
          kRadius * kRings[ring + 1],
          kRadius * kRings[ring],
          -radians(kInsertionDeg + segment.to_deg),
          -radians(kInsertionDeg + segment.from_deg)};
}

/// Black or white, whichever is read better on `fill` (relative luminance, WCAG 2).
Colour readable_on(const Colour& fill) {
  const auto linear = [](std::uint8_t part) { return std::pow(part / 255.0, 2.2); };
  const double luminance = 0.2126 * linear(fill[0]) + 0.7152 * linear(fill[1]) + 0.0722 * linear(fill[2]);
  return luminance > 0.18 ? Colour{16, 18, 22} : Colour{245, 247, 250};
}

SegmentDrawing drawing_of(const Segment& segment, const Bullseye& bullseye) {
  const double value = bullseye.values[static_cast<std::size_t>(segment.number - 1)];
  SegmentDrawing drawing;
  drawing.sector = sector_of(segment);
  drawing.defined = std::isfinite(value);
  drawing.fill = colour_of(bullseye.scale, value);
  const double radius = (drawing.sector.inner + drawing.sector.outer) / 2,
               angle = (drawing.sector.from + drawing.sector.to) / 2;
  drawing.label = {kCentreX + radius * std::cos(angle), kCentreY + radius * std::sin(angle),
                   std::to_string(segment.number), drawing.defined ? short_number(value) : "–",
                   drawing.defined ? readable_on(drawing.fill) : bullseye_muted};
  return drawing;
}

std::string as_given(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return with_minus_sign(text);
}

std::vector<double> even_marks(const ColourScale& scale) {
  std::vector<double> marks;
  for (int i = 0; i <= 4; ++i) marks.push_back(scale.low + i * (scale.high - scale.low) / 4);
  return marks;
}

}  // namespace

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text,
                std::abs(value) >= 99.95   ? "%.0f"
                : std::abs(value) >= 9.995 ? "%.1f"
                                           : "%.2f",
                value);
  return with_minus_sign(text);
}

BullseyePlan plan_of(const Bullseye& bullseye) {
  BullseyePlan plan;
  plan.width = 600;
  plan.height = 540;
  plan.title = valid_utf8(bullseye.title);
  plan.unit = valid_utf8(bullseye.unit);
  plan.note = valid_utf8(bullseye.note);
  for (const Segment& segment : aha_segments()) plan.segments.push_back(drawing_of(segment, bullseye));
  plan.bar = {500, 110, 18, 360};
  for (const double value : even_marks(bullseye.scale))
    if (bullseye.marks.empty()) plan.ticks.push_back({value, short_number(value)});
  for (const double value : bullseye.marks) plan.ticks.push_back({value, as_given(value)});
  return plan;
}

}  // namespace cmrt1
