#pragma once
/// Where everything lies in a bull's-eye; both of its pictures are drawn from this. Lengths in px.

#include <string>
#include <vector>

#include "cmrt1/write/bullseye.h"
#include "write/canvas.h"

namespace cmrt1 {

inline constexpr Colour bullseye_background = {18, 21, 26}, bullseye_ink = {226, 230, 236},
                        bullseye_muted = {160, 168, 178}, bullseye_hatch = {92, 100, 112};

struct SectorLabel {
  double x = 0, y = 0;  ///< of the middle of both lines
  std::string number, value;
  Colour colour;
};

struct SegmentDrawing {
  Sector sector;
  bool defined = false;
  Colour fill;
  SectorLabel label;
};

struct BullseyePlan {
  double width = 0, height = 0;
  std::string title, unit, note;  ///< valid UTF-8
  std::vector<SegmentDrawing> segments;
  Rectangle bar;
  std::vector<Tick> ticks;
};

BullseyePlan plan_of(const Bullseye& bullseye);

/// `value` with as many digits as a person reads: 3 significant ones, whole numbers from 100 on.
std::string short_number(double value);

}  // namespace cmrt1
