#include "cmrt1/write/bullseye.h"

#include <cmath>
#include <cstdio>

#include "write/bullseye_plan.h"
#include "write/markup.h"

namespace cmrt1 {
namespace {

constexpr const char* kNotice = "Research use only, not for diagnosis";
constexpr double kMargin = 24;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

std::string text_element(double x, double y, const std::string& text, double size, const Colour& colour,
                         const char* anchor = "start", bool bold = false) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" font-size=\"" + number(size) + "\" fill=\"" +
         hex(colour) + "\" text-anchor=\"" + anchor + "\"" + (bold ? " font-weight=\"bold\"" : "") + ">" +
         html_text(text) + "</text>\n";
}

std::string path_of(const Sector& s) {
  const auto point = [&](double radius, double angle) {
    return number(s.x + radius * std::cos(angle)) + " " + number(s.y + radius * std::sin(angle));
  };
  return "M " + point(s.outer, s.from) + " A " + number(s.outer) + " " + number(s.outer) + " 0 0 1 " +
         point(s.outer, s.to) + " L " + point(s.inner, s.to) + " A " + number(s.inner) + " " +
         number(s.inner) + " 0 0 0 " + point(s.inner, s.from) + " Z";
}

std::string svg_of(const SegmentDrawing& drawing) {
  const SectorLabel& label = drawing.label;
  return "<path d=\"" + path_of(drawing.sector) + "\" fill=\"" +
         (drawing.defined ? hex(drawing.fill) : "url(#undefined)") + "\" stroke=\"" +
         hex(bullseye_background) + "\" stroke-width=\"2\"/>\n" +
         text_element(label.x, label.y - 4, label.number, 11, label.colour, "middle") +
         text_element(label.x, label.y + 13, label.value, 15, label.colour, "middle", true);
}

std::string svg_bar(const Bullseye& bullseye, const BullseyePlan& plan) {
  constexpr int steps = 32;
  std::string svg = "<linearGradient id=\"scale\" x1=\"0\" y1=\"1\" x2=\"0\" y2=\"0\">\n";
  for (int i = 0; i <= steps; ++i) {
    const double share = static_cast<double>(i) / steps;
    const Colour colour =
        colour_of(bullseye.scale, bullseye.scale.low + share * (bullseye.scale.high - bullseye.scale.low));
    svg += "<stop offset=\"" + number(share) + "\" stop-color=\"" + hex(colour) + "\"/>\n";
  }
  svg += "</linearGradient>\n<rect x=\"" + number(plan.bar.x) + "\" y=\"" + number(plan.bar.y) +
         "\" width=\"" + number(plan.bar.width) + "\" height=\"" + number(plan.bar.height) +
         "\" fill=\"url(#scale)\"/>\n";
  for (const Tick& tick : plan.ticks) {
    const double share = (tick.value - bullseye.scale.low) / (bullseye.scale.high - bullseye.scale.low);
    svg += text_element(plan.bar.x + plan.bar.width + 9, plan.bar.y + (1 - share) * plan.bar.height + 4.5,
                        tick.label, 12.5, bullseye_ink);
  }
  return svg;
}

}  // namespace

std::string bullseye_svg(const Bullseye& bullseye) {
  const BullseyePlan plan = plan_of(bullseye);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(plan.width) + " " +
                    number(plan.height) + "\" font-family=\"sans-serif\" role=\"img\">\n<title>" +
                    html_text(plan.title) +
                    "</title>\n<desc>Polar map of the 16 segments of the left ventricle, " +
                    html_text(plan.unit) + "</desc>\n";
  svg +=
      "<defs><pattern id=\"undefined\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" "
      "patternTransform=\"rotate(45)\"><rect width=\"8\" height=\"8\" fill=\"" +
      hex(undefined_colour) + "\"/><rect width=\"2\" height=\"8\" fill=\"" + hex(bullseye_hatch) +
      "\"/></pattern></defs>\n";
  svg += "<rect width=\"100%\" height=\"100%\" fill=\"" + hex(bullseye_background) + "\"/>\n";
  svg += text_element(kMargin, 38, plan.title, 19, bullseye_ink, "start", true);
  svg += text_element(kMargin, 60, plan.note, 13, bullseye_muted);
  for (const SegmentDrawing& drawing : plan.segments) svg += svg_of(drawing);
  svg += svg_bar(bullseye, plan);
  svg += text_element(plan.bar.x, plan.bar.y - 14, plan.unit, 13, bullseye_ink);
  svg += text_element(kMargin, plan.height - 14, std::string(kNotice) + " · hatched: undefined", 12,
                      bullseye_muted);
  return svg + "</svg>\n";
}

std::string bullseye_png(const Bullseye& bullseye) {
  const BullseyePlan plan = plan_of(bullseye);
  Canvas canvas(static_cast<int>(plan.width), static_cast<int>(plan.height), bullseye_background);
  const double room = plan.width - 2 * kMargin;
  canvas.text(kMargin, 38, plan.title, {19, bullseye_ink, true}, room);
  canvas.text(kMargin, 60, plan.note, {13, bullseye_muted}, room);
  for (const SegmentDrawing& drawing : plan.segments) {
    const SectorLabel& label = drawing.label;
    canvas.sector(drawing.sector, drawing.fill, bullseye_background,
                  drawing.defined ? std::nullopt : std::optional(bullseye_hatch));
    canvas.centred_text(label.x, label.y - 4, label.number, {11, label.colour});
    canvas.centred_text(label.x, label.y + 13, label.value, {15, label.colour, true});
  }
  canvas.bar(plan.bar, bullseye.scale, plan.ticks);
  canvas.text(plan.bar.x, plan.bar.y - 14, plan.unit, {13, bullseye_ink});
  canvas.text(kMargin, plan.height - 14, std::string(kNotice) + " · hatched: undefined", {12, bullseye_muted},
              room);
  return canvas.png();
}

}  // namespace cmrt1
