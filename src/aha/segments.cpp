#include "cmrt1/aha/segments.h"

#include <cmath>

namespace cmrt1 {

const char* to_string(Level level) {
  constexpr const char* names[] = {"basal", "mid", "apical"};
  return names[static_cast<int>(level)];
}

const std::array<Segment, 16>& aha_segments() {
  using enum Level;
  static const std::array<Segment, 16> all = {{
      {1, basal, "basal anterior", "264850008", 300, 360},
      {2, basal, "basal anteroseptal", "396482007", 0, 60},
      {3, basal, "basal inferoseptal", "396646008", 60, 120},
      {4, basal, "basal inferior", "264846001", 120, 180},
      {5, basal, "basal inferolateral", "396652009", 180, 240},
      {6, basal, "basal anterolateral", "396654005", 240, 300},
      {7, mid, "mid anterior", "264848000", 300, 360},
      {8, mid, "mid anteroseptal", "396647004", 0, 60},
      {9, mid, "mid inferoseptal", "396649001", 60, 120},
      {10, mid, "mid inferior", "264847005", 120, 180},
      {11, mid, "mid inferolateral", "396655006", 180, 240},
      {12, mid, "mid anterolateral", "396656007", 240, 300},
      {13, apical, "apical anterior", "264844003", 285, 375},
      {14, apical, "apical septal", "264845002", 15, 105},
      {15, apical, "apical inferior", "264849008", 105, 195},
      {16, apical, "apical lateral", "264853005", 195, 285},
  }};
  return all;
}

std::span<const Segment> segments_of(Level level) {
  const std::span<const Segment> all = aha_segments();
  if (level == Level::basal) return all.subspan(0, 6);
  return level == Level::mid ? all.subspan(6, 6) : all.subspan(12, 4);
}

const Segment& segment_at(Level level, double angle_deg) {
  double angle = std::fmod(angle_deg, 360.0);
  if (angle < 0) angle += 360;
  for (const Segment& one : segments_of(level))
    if ((angle >= one.from_deg && angle < one.to_deg) || angle + 360 < one.to_deg) return one;
  return segments_of(level).front();
}

}  // namespace cmrt1
