#pragma once
/// The left ventricle's 16 segments as a polar map: base outside, apex inside, anterior up, septum left.

#include <array>
#include <string>
#include <vector>

#include "cmrt1/write/colour_map.h"

namespace cmrt1 {

struct Bullseye {
  std::string title;
  std::string unit;  ///< "ms", "%"
  ColourScale scale;
  std::array<double, 16> values = {};  ///< of segment 1...16; NaN where undefined: hatched
  std::string note;                    ///< a line below, such as how many images were flagged
  std::vector<double> marks = {};      ///< on the colour bar; where empty, five at even distances
};

/// The same drawing as a self-contained SVG (UTF-8) and as PNG bytes. Equal input gives equal bytes; the
/// PNG's letters are those of the machine's sans-serif font.
std::string bullseye_svg(const Bullseye& bullseye);
std::string bullseye_png(const Bullseye& bullseye);

}  // namespace cmrt1
