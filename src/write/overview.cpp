#include "cmrt1/write/overview.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "cmrt1/write/quality.h"
#include "write/canvas.h"
#include "write/figures.h"

namespace cmrt1 {
namespace {

constexpr Colour background = {18, 21, 26};
constexpr Colour bright = {240, 243, 247};
constexpr Colour muted = {160, 168, 178};

constexpr double margin = 32;
constexpr double gap = 20;  // between the panels
constexpr double header_height = 104;
constexpr double caption_height = 30;
constexpr double bar_width = 14;
constexpr double bar_column = 112;  // a colour bar with its labels
constexpr double panel_width = 400;
constexpr double tallest_panel = 480;
constexpr double least_row_height = 300;  // room for the figures

const ColourScale t1_scale{ColourMap::inferno, 0, 2000};
const std::vector<Tick> t1_ticks = {
    {0, "0"}, {500, "500"}, {1000, "1000"}, {1500, "1500"}, {2000, "≥ 2000 ms"}};
const ColourScale r2_scale{ColourMap::viridis, 0.8, 1};
const std::vector<Tick> r2_ticks = {
    {0.8, "≤ 0.80"}, {0.85, "0.85"}, {0.9, "0.90"}, {0.95, "0.95"}, {1, "1.00"}};

/// Where everything lies: two rows of before, after and bar, then displacement above and figures below.
class Layout {
 public:
  explicit Layout(const Geometry& geometry) {
    const double width_mm = geometry.columns * geometry.spacing_x_mm;
    const double height_mm = geometry.rows * geometry.spacing_y_mm;
    const double px_per_mm = std::min(panel_width / width_mm, tallest_panel / height_mm);
    image_width_ = std::max(1.0, std::round(px_per_mm * width_mm));
    image_height_ = std::max(1.0, std::round(px_per_mm * height_mm));
    row_height_ = std::max(image_height_, least_row_height) + caption_height + gap;
  }
  Rectangle panel(int row, int column) const {
    const double x = margin + column * (panel_width + gap) + (column == 2 ? bar_column : 0);
    return {x, header_height + caption_height + row * row_height_, image_width_, image_height_};
  }
  Rectangle figures() const {
    const Rectangle above = panel(1, 2);
    return {above.x, above.y, panel_width + bar_column, row_height_ - caption_height - gap};
  }
  static Rectangle bar_beside(const Rectangle& panel) {
    return {panel.x + panel.width + 12, panel.y, bar_width, panel.height};
  }
  int width() const { return static_cast<int>(figures().x + figures().width + margin); }
  int height() const { return static_cast<int>(figures().y + figures().height + margin); }

 private:
  double image_width_, image_height_, row_height_;
};

class Overview {
 public:
  explicit Overview(const SeriesRecord& record)
      : record_(record),
        result_(record.result),
        layout_(result_.map.geometry),
        canvas_(layout_.width(), layout_.height(), background) {}

  std::string png() {
    header();
    map_row(0, "T1", t1_scale, t1_ticks, &T1Map::t1_ms);
    map_row(1, "R²", r2_scale, r2_ticks, &T1Map::r2);
    displacement();
    figures();
    return canvas_.png();
  }

 private:
  void header() {
    const double room = layout_.width() - 2 * margin;
    const std::string change = result_.corrected ? formatted("%.3f", result_.before.r2_median) + "  →  " +
                                                       formatted("%.3f", result_.after.r2_median)
                                                 : formatted("%.3f", result_.before.r2_median);
    const std::string outcome = result_.corrected                    ? "motion-corrected"
                                : result_.rejected                   ? "correction rejected"
                                : result_.method == MocoMethod::none ? "not corrected"
                                                                     : "no motion found";
    canvas_.text(margin, 46, "T1 map, " + outcome + " · median R² " + change, {22, bright, true}, room);
    canvas_.text(margin, 71,
                 record_.series.key + " · slice " + std::to_string(record_.series.slice_index + 1),
                 {14, muted}, room);
    canvas_.text(margin, 92, result_.decision, {14, muted}, room);
  }

  void caption(const Rectangle& panel, const std::string& text) {
    canvas_.text(panel.x, panel.y - 10, text, {15, bright, true}, panel_width);
  }

  void map_panel(int row, int column, const std::string& title, const T1Map& map, Pixels T1Map::*values,
                 const ColourScale& scale) {
    const Rectangle area = layout_.panel(row, column);
    canvas_.image(area, nan_where_undefined(map.*values, map.status), scale);
    canvas_.outline(area, result_.heart_region);
    caption(area, title);
  }

  void map_row(int row, const std::string& name, const ColourScale& scale, const std::vector<Tick>& ticks,
               Pixels T1Map::*values) {
    map_panel(row, 0, name + " before", result_.uncorrected, values, scale);
    map_panel(row, 1, result_.corrected ? name + " after" : name + " delivered", result_.map, values, scale);
    canvas_.bar(layout_.bar_beside(layout_.panel(row, 1)), scale, ticks);
  }

  void displacement() {
    const Rectangle area = layout_.panel(0, 2);
    const Geometry& geometry = result_.map.geometry;
    const auto most = static_cast<std::size_t>(most_displaced_image(result_));
    const Pixels length = most < result_.fields.size() ? magnitude_mm(result_.fields[most], geometry)
                                                       : Pixels::Zero(geometry.rows, geometry.columns);
    const double top = std::max(1.0, std::ceil(result_.max_displacement_mm));
    const ColourScale scale{ColourMap::viridis, 0, top};
    canvas_.image(area, length, scale);
    canvas_.outline(area, result_.heart_region);
    canvas_.bar(layout_.bar_beside(area), scale,
                {{0, "0"}, {top / 2, formatted("%g", top / 2)}, {top, "≥ " + formatted("%g", top) + " mm"}});
    caption(area, result_.max_displacement_mm > 0
                      ? "Largest displacement (TI " + formatted("%g", result_.ti_ms[most]) + " ms)"
                      : "No displacement");
  }

  std::string method_line() const {
    const std::string asked = to_string(result_.method), used = to_string(result_.method_used);
    return asked == used ? asked : asked + ": " + used;
  }

  std::vector<Figure> figure_lines() const {
    const std::string phase = record_.images.phase ? " with phase" : " without phase";
    return {
        {"Sequence", to_string(record_.series.sequence) + phase},
        {"Images", std::to_string(result_.ti_ms.size()) + ", TI " + formatted("%g", result_.ti_ms.front()) +
                       " to " + formatted("%g", result_.ti_ms.back()) + " ms"},
        {"Method", method_line()},
        {"Median T1 in region", formatted("%.0f ms", median_heart_t1_ms(result_))},
        {"Fitted in region", formatted("%.1f %%", fitted_percent(result_))},
        {"5th percentile of R²", formatted("%.3f", result_.before.r2_p05) + " → " +
                                     formatted("%.3f", delivered_quality(result_).r2_p05)},
        {"Displacement, largest", formatted("%.1f mm", result_.max_displacement_mm)},
        {"Displacement, mean", formatted("%.1f mm", result_.mean_displacement_mm)},
        {"Motion, median", formatted("%.1f", result_.confidence.motion_before_mm) + " → " +
                               formatted("%.1f mm", result_.confidence.motion_after_mm)},
        {"Network against model", formatted("%.1f mm", result_.confidence.agreement_mm)},
        {"Smallest Jacobian", formatted("%.2f", result_.min_jacobian)}};
  }

  void figures() {
    const Rectangle area = layout_.figures();
    caption(area, "Figures");
    draw_figures(canvas_, area, figure_lines(), 190);
    canvas_.text(area.x, area.y + area.height,
                 "Outlined: heart region. Research use only, not for diagnosis.", {12, muted},
                 panel_width + bar_column);
  }

  const SeriesRecord& record_;
  const MocoResult& result_;
  Layout layout_;
  Canvas canvas_;
};

}  // namespace

std::string overview_png(const SeriesRecord& record) { return Overview(record).png(); }

}  // namespace cmrt1
