#include "write/cohort_charts.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cmrt1/aha/segments.h"
#include "cmrt1/write/cohort_statistics.h"
#include "write/bullseye_plan.h"
#include "write/cohort_text.h"
#include "write/dt1_style.h"
#include "write/markup.h"

namespace cmrt1 {
namespace {

std::string px(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string svg_start(const std::string& box, const std::string& label) {
  return "<svg viewBox=\"" + box + "\" role=\"img\" aria-label=\"" + html_text(label) + "\">\n";
}

std::string text_at(double x, double y, const std::string& text, const char* anchor = "middle",
                    const char* name = "tick") {
  return "<text x=\"" + px(x) + "\" y=\"" + px(y) + "\" class=\"" + name + "\" text-anchor=\"" + anchor +
         "\">" + html_text(text) + "</text>\n";
}

std::string line(double x0, double y0, double x1, double y1, const char* name) {
  return "<line x1=\"" + px(x0) + "\" y1=\"" + px(y0) + "\" x2=\"" + px(x1) + "\" y2=\"" + px(y1) +
         "\" class=\"" + name + "\"/>\n";
}

std::string bar(double x, double y, double width, double height, const char* name) {
  return "<rect x=\"" + px(x) + "\" y=\"" + px(y) + "\" width=\"" + px(width) + "\" height=\"" + px(height) +
         "\" class=\"" + name + "\"/>";
}

/// Maps low...high to left...right.
struct Axis {
  double low = 0, high = 1, left = 0, right = 1;
  double at(double value) const {
    return left + (std::clamp(value, low, high) - low) / (high - low) * (right - left);
  }
};

/// Round values, about five.
std::vector<double> ticks_of(double low, double high) {
  const double rough = (high - low) / 5, power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double part : {5.0, 2.0, 1.0})
    if (part * power >= rough * 0.75) step = part * power;
  std::vector<double> ticks;
  for (double i = std::ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i)
    ticks.push_back(i * step);
  return ticks;
}

std::string tick_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", std::abs(value) < 1e-12 ? 0 : value);
  return with_minus_sign(text);
}

std::vector<double> marked_only(const Distribution& distribution) {
  std::vector<double> values;
  for (std::size_t i = 0; i < distribution.values.size(); ++i)
    if (distribution.marked[i]) values.push_back(distribution.values[i]);
  return values;
}

constexpr double kHistogramWidth = 360, kHistogramHeight = 170, kLeft = 10, kRight = 350, kTop = 8,
                 kBase = 140;

std::string bars_of(const Distribution& distribution, const Bins& bins, const Axis& axis) {
  const auto counts = counts_in(bins, distribution.values),
             marked = counts_in(bins, marked_only(distribution));
  const double tallest = static_cast<double>(*std::max_element(counts.begin(), counts.end()));
  const auto height = [&](std::size_t count) {
    return (kBase - kTop) * static_cast<double>(count) / tallest;
  };
  std::string svg;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const double from = bins.low + bins.width * static_cast<double>(i), to = from + bins.width;
    const double x = axis.at(from) + 0.5, width = std::max(axis.at(to) - axis.at(from) - 1, 0.8);
    const double whole = std::max(height(counts[i]), 1.0), part = height(marked[i]);
    svg += "<g><title>" +
           html_text(tick_text(from) + " to " + tick_text(to) + " " + distribution.unit + ": " +
                     grouped(counts[i]) + ", of them flagged or failed " + grouped(marked[i])) +
           "</title>" + bar(x, kBase - whole, width, whole - part, "bar");
    if (part > 0) svg += bar(x, kBase - part, width, part, "bar marked");
    svg += "</g>\n";
  }
  return svg;
}

std::vector<double> of_segment(const SegmentDistribution& distribution, std::size_t segment) {
  std::vector<double> values;
  for (const SegmentValues& one : distribution.values) values.push_back(one[segment]);
  return finite_sorted(std::move(values));
}

/// That of all pictures of dT1; for others the medians' range, rounded outward.
ColourScale scale_of(const SegmentValues& medians, bool is_dt1) {
  if (is_dt1) return dt1_scale;
  double low = 1e9, high = -1e9;
  for (const double value : medians)
    if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  low = std::floor(low / 20) * 20;
  return {ColourMap::viridis, low, std::max(low + 40, std::ceil(high / 20) * 20)};
}

std::string sector_path(const Sector& s) {
  const auto point = [&](double radius, double angle) {
    return px(s.x + radius * std::cos(angle)) + " " + px(s.y + radius * std::sin(angle));
  };
  return "M" + point(s.outer, s.from) + "A" + px(s.outer) + " " + px(s.outer) + " 0 0 1 " +
         point(s.outer, s.to) + "L" + point(s.inner, s.to) + "A" + px(s.inner) + " " + px(s.inner) +
         " 0 0 0 " + point(s.inner, s.from) + "Z";
}

std::string drawn(const SegmentDrawing& segment) {
  const SectorLabel& label = segment.label;
  const auto text = [&](double dy, double size, const std::string& words) {
    return "<text x=\"" + px(label.x) + "\" y=\"" + px(label.y + dy) + "\" font-size=\"" + px(size) +
           "\" text-anchor=\"middle\"" +
           (segment.defined ? " fill=\"" + hex(label.colour) + "\"" : " class=\"tick\"") + ">" + words +
           "</text>";
  };
  return "<path d=\"" + sector_path(segment.sector) + "\" class=\"sector\"" +
         (segment.defined ? " style=\"fill:" + hex(segment.fill) + "\"" : "") + "/>" +
         text(-5, 12, label.number) + text(14, 17, label.value) + "\n";
}

std::string colour_bar(const SegmentDistribution& distribution, const BullseyePlan& plan,
                       const ColourScale& scale) {
  constexpr int steps = 16;
  std::string svg =
      "<linearGradient id=\"scale-" + distribution.id + "\" x1=\"0\" y1=\"1\" x2=\"0\" y2=\"0\">";
  for (int i = 0; i <= steps; ++i) {
    const double share = static_cast<double>(i) / steps;
    svg += "<stop offset=\"" + px(100 * share) + "%\" stop-color=\"" +
           hex(colour_of(scale, scale.low + share * (scale.high - scale.low))) + "\"/>";
  }
  svg += "</linearGradient><rect x=\"" + px(plan.bar.x) + "\" y=\"" + px(plan.bar.y) + "\" width=\"" +
         px(plan.bar.width) + "\" height=\"" + px(plan.bar.height) + "\" rx=\"3\" fill=\"url(#scale-" +
         distribution.id + ")\"/>\n";
  for (const Tick& tick : plan.ticks) {
    const double share = (tick.value - scale.low) / (scale.high - scale.low);
    svg += "<text class=\"tick\" font-size=\"15\" x=\"" + px(plan.bar.x + plan.bar.width + 8) + "\" y=\"" +
           px(plan.bar.y + (1 - share) * plan.bar.height + 5) + "\">" + tick_text(tick.value) + "</text>\n";
  }
  return svg;
}

constexpr double kBoxWidth = 400, kBoxRow = 19, kBoxGroup = 24, kBoxLeft = 128, kBoxRight = 388;

Axis box_axis(const SegmentDistribution& distribution) {
  double low = 1e9, high = -1e9;
  for (std::size_t i = 0; i < 16; ++i) {
    const auto sorted = of_segment(distribution, i);
    if (sorted.empty()) continue;
    low = std::min(low, quantile(sorted, 0.05));
    high = std::max(high, quantile(sorted, 0.95));
  }
  const double room = std::max(high - low, 1e-6) * 0.04;
  return {low - room, high + room, kBoxLeft, kBoxRight};
}

std::string box(const std::vector<double>& sorted, const Axis& axis, double y, const std::string& title) {
  const double p05 = axis.at(quantile(sorted, 0.05)), p25 = axis.at(quantile(sorted, 0.25)),
               p50 = axis.at(quantile(sorted, 0.5)), p75 = axis.at(quantile(sorted, 0.75)),
               p95 = axis.at(quantile(sorted, 0.95));
  return "<g><title>" + html_text(title) + "</title>" + line(p05, y, p95, y, "whisker") +
         bar(p25, y - 5.5, std::max(p75 - p25, 1.0), 11, "box") + line(p50, y - 7, p50, y + 7, "median") +
         "</g>\n";
}

}  // namespace

std::string histogram_svg(const Distribution& distribution) {
  const std::vector<double> sorted = finite_sorted(distribution.values);
  const Bins bins = bins_of(distribution.values);
  const Axis axis{bins.low, bins.high(), kLeft, kRight};
  const auto in_words = [&](double share) { return shown(quantile(sorted, share), distribution.unit); };
  std::string svg = svg_start("0 0 " + px(kHistogramWidth) + " " + px(kHistogramHeight),
                              "Histogram of " + distribution.title + ", " + grouped(sorted.size()) +
                                  " subjects: median " + in_words(0.5) + ", middle half " + in_words(0.25) +
                                  " to " + in_words(0.75) + " " + distribution.unit);
  svg += bars_of(distribution, bins, axis);
  svg += line(kLeft, kBase + 0.5, kRight, kBase + 0.5, "axis");
  for (const double tick : ticks_of(axis.low, axis.high)) {
    svg += line(axis.at(tick), kBase + 0.5, axis.at(tick), kBase + 5, "axis");
    svg += text_at(std::clamp(axis.at(tick), 16.0, kHistogramWidth - 16), kBase + 19, tick_text(tick));
  }
  const double median = axis.at(quantile(sorted, 0.5));
  return svg + line(median, kTop - 4, median, kBase, "median-line") + "</svg>";
}

std::string medians_svg(const SegmentDistribution& distribution) {
  Bullseye bullseye;
  for (std::size_t i = 0; i < 16; ++i) bullseye.values[i] = quantile(of_segment(distribution, i), 0.5);
  bullseye.scale = scale_of(bullseye.values, distribution.is_dt1);
  const BullseyePlan plan = plan_of(bullseye);
  std::string words =
      "Polar map of the median " + distribution.title + " of the 16 segments in " + distribution.unit + ":";
  for (const Segment& segment : aha_segments())
    words += " " + std::to_string(segment.number) + " " + segment.name + " " +
             shown(bullseye.values[static_cast<std::size_t>(segment.number - 1)], distribution.unit) + ";";
  std::string svg = svg_start("40 80 540 420", words);
  for (const SegmentDrawing& segment : plan.segments) svg += drawn(segment);
  svg += colour_bar(distribution, plan, bullseye.scale);
  return svg + "<text class=\"tick\" font-size=\"15\" x=\"" + px(plan.bar.x) + "\" y=\"" +
         px(plan.bar.y - 12) + "\">" + html_text(distribution.unit) + "</text></svg>";
}

std::string boxes_svg(const SegmentDistribution& distribution) {
  static constexpr const char* levels[] = {"Basal", "Mid", "Apical"};
  const Axis axis = box_axis(distribution);
  const double height = 3 * kBoxGroup + 16 * kBoxRow + 26, bottom = height - 22;
  std::string svg = svg_start("0 0 " + px(kBoxWidth) + " " + px(height),
                              "Median, middle half and middle nine tenths of the subjects' " +
                                  distribution.title + " in each of the 16 segments, " + distribution.unit);
  for (const double tick : ticks_of(axis.low, axis.high)) {
    svg += line(axis.at(tick), 6, axis.at(tick), bottom, std::abs(tick) < 1e-12 ? "axis" : "grid");
    svg += text_at(axis.at(tick), bottom + 16, tick_text(tick));
  }
  double y = 0;
  for (const Level level : {Level::basal, Level::mid, Level::apical}) {
    y += kBoxGroup;
    const char* name = levels[static_cast<std::size_t>(level)];
    svg += text_at(2, y - 6, name, "start", "group");
    for (const Segment& segment : segments_of(level)) {
      const auto sorted = of_segment(distribution, static_cast<std::size_t>(segment.number - 1));
      const std::string number = std::to_string(segment.number), full = segment.name;
      const std::string words = number + " " + full.substr(full.find(' ') + 1);
      svg += text_at(2, y + 11, words, "start");
      if (sorted.empty())
        svg += text_at(kBoxLeft, y + 11, "–", "start");
      else
        svg += box(sorted, axis, y + 7,
                   number + " " + full + ": median " +
                       shown_with_unit(quantile(sorted, 0.5), distribution.unit) + ", middle half " +
                       shown(quantile(sorted, 0.25), distribution.unit) + " to " +
                       shown(quantile(sorted, 0.75), distribution.unit) + ", " + grouped(sorted.size()) +
                       " subjects");
      y += kBoxRow;
    }
  }
  return svg + "</svg>";
}

}  // namespace cmrt1
