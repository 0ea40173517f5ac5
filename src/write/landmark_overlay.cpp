#include "cmrt1/write/landmark_overlay.h"

#include <cmath>
#include <cstdio>

#include "cmrt1/base/text.h"
#include "write/image_panels.h"

namespace cmrt1 {
namespace {

constexpr Colour centre_colour = {255, 190, 60};
constexpr Colour anterior_colour = {94, 220, 130};
constexpr Colour inferior_colour = {120, 170, 255};
constexpr Colour segment_colour = {200, 206, 214};

std::string verdict(const SliceLandmarks& found, const std::optional<SliceSegments>& segments) {
  if (!found.found) return "no heart found";
  char text[120];
  std::snprintf(text, sizeof text, "confidence %.2f%s · entry angle %.0f°", found.confidence,
                found.confirmed_by_series ? ", confirmed by the series" : "", found.rv_entry_angle_deg);
  return std::string(text) + (segments ? std::string(" · ") + to_string(segments->level.level) : "");
}

void draw_segments(Canvas& canvas, const Panel& panel, const SliceSegments& segments) {
  for (const SegmentRegion& region : segments.regions) {
    std::vector<Point> seen;
    for (const Point& at : region.boundary_px) seen.push_back(panel.at(at));
    canvas.polygon(seen, segment_colour, 1);
    if (!seen.empty()) {
      const Point at = panel.at(region.centroid_px);
      canvas.centred_text(at[0], at[1] + 4, std::to_string(region.number), {11, segment_colour});
    }
  }
}

}  // namespace

std::string landmark_overlay_png(const LandmarkRecord& record, std::size_t number) {
  const SliceLandmarks& found = record.slices[number].value();
  const auto& segments = record.segments[number];
  const std::optional<Focus> focus =
      found.found ? std::optional(Focus{found.lv_centre, found.outer_radius_mm}) : std::nullopt;
  const PanelText text = {verdict(found, segments), image_reasons(record, number),
                          "yellow LV centre, green anterior, blue inferior insertion · image " +
                              std::to_string(number) + " of " + printable(record.series.key)};
  return image_panels_png(record.loaded.images[number].image, text, focus,
                          [&](Canvas& canvas, const Panel& panel) {
                            if (!found.found) return;
                            if (segments && panel.rows < record.series.frames[number].geometry.rows)
                              draw_segments(canvas, panel, *segments);
                            const auto mark = [&](const Point& point, const Colour& colour) {
                              const Point at = panel.at(point);
                              canvas.cross(at[0], at[1], 6, colour);
                            };
                            mark(found.rv_inferior, inferior_colour);
                            mark(found.rv_anterior, anterior_colour);
                            mark(found.lv_centre, centre_colour);
                          });
}

}  // namespace cmrt1
