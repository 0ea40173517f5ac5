#include "cmrt1/write/dt1_overlay.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/base/text.h"
#include "write/dt1_style.h"
#include "write/figures.h"
#include "write/image_panels.h"

namespace cmrt1 {
namespace {

constexpr double caption = 30;  // above each panel
constexpr double bar_width = 16, bar_column = 104;
constexpr double closer = 0.75;          // than other pictures, since the muscle is what matters
constexpr double difference_range = 50;  // percent
constexpr double picture_width = 2 * panel_margin + 3 * panel_side + 2 * panel_gap + bar_column;
constexpr double row_height = caption + panel_side + panel_gap;
constexpr double picture_height = panel_header + 2 * row_height + panel_footer;

const ColourScale difference_scale{ColourMap::cool_warm, -difference_range, difference_range};
const std::vector<Tick> difference_ticks = {
    {-50, "≤ −50"}, {-25, "−25"}, {0, "0"}, {25, "25"}, {50, "≥ 50 %"}};
const std::vector<Tick> dt1_ticks = {{-15, "≤ −15"}, {-9, "−9"}, {-6, "−6"}, {-3, "−3"},    {0, "0"},
                                     {3, "3"},       {6, "6"},   {9, "9"},   {15, "≥ 15 %"}};

bool any(const Mask& mask) { return mask.size() > 0 && (mask != 0).any(); }

/// The middle of the mask's bounding box, and half its longer side.
Focus focus_on(const Mask& mask, const Geometry& geometry) {
  Eigen::Index top = mask.rows(), left = mask.cols(), bottom = 0, right = 0;
  for (Eigen::Index row = 0; row < mask.rows(); ++row)
    for (Eigen::Index column = 0; column < mask.cols(); ++column) {
      if (mask(row, column) == 0) continue;
      top = std::min(top, row), bottom = std::max(bottom, row);
      left = std::min(left, column), right = std::max(right, column);
    }
  const double width = static_cast<double>(right - left + 1) * geometry.spacing_x_mm,
               height = static_cast<double>(bottom - top + 1) * geometry.spacing_y_mm;
  return {{static_cast<double>(left + right) / 2, static_cast<double>(top + bottom) / 2},
          std::max(width, height) / 2};
}

Focus focus_of(const Dt1Record& record) {
  if (record.landmarks && record.landmarks->found)
    return {record.landmarks->lv_centre, record.landmarks->outer_radius_mm};
  if (any(record.myocardium)) return focus_on(record.myocardium, record.rest.map.geometry);
  constexpr double radii = 6;  // in a window about the heart
  const Window& window = record.registration.window;
  return {{window.x, window.y}, window.side_mm / radii};
}

Focus closer_to(Focus focus) {
  focus.radius_mm *= closer;
  return focus;
}

/// Grey values for the muscle and the blood about it: what lies around them, such as the lung's noise, does
/// not count.
ColourScale t1_scale(const Pixels& t1_ms, const Focus& focus, const Geometry& geometry) {
  constexpr double radii = 1.15;
  const Mask heart =
      Mask::NullaryExpr(t1_ms.rows(), t1_ms.cols(), [&](Eigen::Index row, Eigen::Index column) {
        return std::hypot((static_cast<double>(column) - focus.centre_px[0]) * geometry.spacing_x_mm,
                          (static_cast<double>(row) - focus.centre_px[1]) * geometry.spacing_y_mm) <=
               radii * focus.radius_mm;
      });
  const auto values = masked_values(t1_ms, heart);
  const double low = 0.5 * quantile(values, 0.05), high = 1.15 * quantile(values, 0.95);
  return high > low ? ColourScale{ColourMap::grey, low, high} : grey_scale(t1_ms);
}

Pixels percent_change(const Pixels& rest, const Pixels& stress) { return 100 * (stress - rest) / rest; }

std::string arrow(const char* format, double before, double after) {
  return formatted(format, before) + " → " + formatted(format, after);
}

class Dt1Overlay {
 public:
  explicit Dt1Overlay(const Dt1Record& record)
      : record_(record),
        geometry_(record.rest.map.geometry),
        part_(about(closer_to(focus_of(record)), geometry_)),
        canvas_(static_cast<int>(picture_width), static_cast<int>(picture_height), panel_background) {}

  std::string png() {
    const Pixels& rest = record_.rest.map.pixels;
    const ColourScale grey = t1_scale(rest, focus_of(record_), geometry_);
    t1_panel(0, "Rest T1", rest, grey);
    t1_panel(1, record_.registered() ? "Stress T1, registered" : "Stress T1, as it lies",
             record_.reactivity.registered_stress_ms, grey);
    dt1_panel(rest, grey);
    differences(rest);
    figures();
    draw_text(canvas_,
              {title(), record_.reason_list(),
               std::string(any(record_.myocardium) ? "rest map's myocardium outlined, " : "") +
                   "grey-blue: undefined · pair " + printable(record_.key)},
              picture_width, picture_height);
    return canvas_.png();
  }

 private:
  Panel panel(int row, int column, const std::string& name) {
    const Panel made = placed(part_, panel_margin + column * (panel_side + panel_gap),
                              panel_header + caption + row * row_height, geometry_);
    canvas_.text(made.area.x, made.area.y - 10, name, {15, panel_bright, true}, panel_side);
    return made;
  }

  void outline(const Panel& panel, const Colour& colour = {255, 255, 255}) {
    if (any(record_.myocardium)) canvas_.outline(panel.area, panel.cropped(record_.myocardium), colour);
  }

  void t1_panel(int column, const std::string& name, const Pixels& t1_ms, const ColourScale& grey) {
    const Panel area =
        panel(0, column, name + formatted(" · %.0f", grey.low) + formatted(" … %.0f ms", grey.high));
    canvas_.image(area.area, area.cropped(t1_ms), grey);
    outline(area);
  }

  void dt1_panel(const Pixels& rest, const ColourScale& grey) {
    const bool known = any(record_.myocardium);
    const Panel area = panel(0, 2, known ? "dT1 in the myocardium" : "dT1 (the myocardium is not known)");
    const Pixels& dt1 = record_.reactivity.dt1_percent;
    const Mask shown = known ? record_.myocardium : Mask::Ones(dt1.rows(), dt1.cols());
    canvas_.image(area.area, area.cropped(rest), grey);
    canvas_.image_within(area.area, area.cropped(dt1), dt1_scale, area.cropped(shown));
    borders(area);
    dt1_bar(area);
  }

  /// The edges of the segments.
  void borders(const Panel& panel) {
    if (!record_.segments) return;
    for (const SegmentRegion& region : record_.segments->regions) {
      std::vector<Point> seen;
      for (const Point& at : region.boundary_px) seen.push_back(panel.at(at));
      canvas_.polygon(seen, {40, 44, 52}, 1);
    }
  }

  Rectangle bar_right_of(double x, const Panel& panel) {
    return {x, panel.area.y, bar_width, panel.area.height};
  }

  /// The thresholds go across the bar.
  void dt1_bar(const Panel& panel) {
    const Rectangle bar = bar_right_of(panel.area.x + panel_side + 12, panel);
    canvas_.bar(bar, dt1_scale, dt1_ticks);
    for (const double threshold : dt1_thresholds) {
      const double share = (threshold - dt1_scale.low) / (dt1_scale.high - dt1_scale.low);
      const double y = std::round(bar.y + (1 - share) * (bar.height - 1)) + 0.5;
      canvas_.line(bar.x, y, bar.x + bar.width + 5, y, {16, 18, 22}, 2);
    }
  }

  void differences(const Pixels& rest) {
    const Pixels before =
        registered(record_.stress.map, geometry_, zero_field(geometry_.rows, geometry_.columns));
    const auto show = [&](int column, const std::string& name, const Pixels& stress) {
      const Panel area = panel(1, column, name);
      canvas_.image(area.area, area.cropped(percent_change(rest, stress)), difference_scale);
      outline(area, {20, 22, 26});
      return area;
    };
    show(0, "Stress against rest, before registration", before);
    const Panel after = show(1, record_.registered() ? "Stress against rest, registered" : "Not registered",
                             record_.reactivity.registered_stress_ms);
    canvas_.bar(bar_right_of(after.area.x + panel_side + 12, after), difference_scale, difference_ticks);
  }

  std::string title() const {
    const std::string values = record_.muscle
                                   ? "dT1 " + formatted("%.1f", record_.muscle->mean) +
                                         formatted(" ± %.1f %% in the myocardium", record_.muscle->sd)
                                   : "dT1 map, myocardium not known";
    return values + " · " +
           (record_.registered()
                ? std::string("registered (") + to_string(record_.registration.method_used) + ")"
                : "not registered");
  }

  std::string frames_of_reference() const {
    const auto same = same_frame_of_reference(record_);
    return !same ? "not stated" : *same ? "the same" : "different";
  }

  std::vector<Figure> muscle_figures() const {
    if (!record_.muscle) return {};
    const Statistics& muscle = *record_.muscle;
    return {
        {"dT1, mean ± SD", formatted("%.2f", muscle.mean) + formatted(" ± %.2f %%", muscle.sd)},
        {"dT1, median", formatted("%.2f %%", muscle.median)},
        {"Standard error", formatted("%.2f points", record_.muscle_error_percent)},
        {"Pixels", std::to_string(muscle.pixels) + ", undefined " + std::to_string(muscle.undefined_pixels)},
        {"Myocardium from", record_.myocardium_source}};
  }

  std::vector<Figure> figure_lines() const {
    const Registration& found = record_.registration;
    std::vector<Figure> lines = muscle_figures();
    const std::vector<Figure> more = {
        {"Alignment", arrow("%.3f", found.alignment_before, found.alignment_after)},
        {"Dice", record_.dice_before && record_.dice_after
                     ? arrow("%.2f", *record_.dice_before, *record_.dice_after)
                     : "not known"},
        {"Method asked for", to_string(found.method)},
        {"Displacement", formatted("median %.1f", found.median_displacement_mm) +
                             formatted(", largest %.1f mm", found.largest_displacement_mm)},
        {"Smallest Jacobian", formatted("%.2f", found.smallest_jacobian)},
        {"Heart from", record_.heart_source},
        {"Planes apart", formatted("%.1f mm", record_.distance_mm)},
        {"Frames of reference", frames_of_reference()}};
    lines.insert(lines.end(), more.begin(), more.end());
    return lines;
  }

  void figures() {
    const double x = panel_margin + 2 * (panel_side + panel_gap) + bar_column;
    draw_figures(canvas_,
                 {x, panel_header + caption + row_height, picture_width - panel_margin - x, panel_side},
                 figure_lines(), 160);
  }

  const Dt1Record& record_;
  const Geometry& geometry_;
  Panel part_;
  Canvas canvas_;
};

}  // namespace

std::string dt1_overlay_png(const Dt1Record& record) { return Dt1Overlay(record).png(); }

}  // namespace cmrt1
