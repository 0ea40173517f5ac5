#pragma once
/// Colours for values. The maps are ordered in lightness, cool_warm from its middle to either end;
/// src/write/colour_tables.h and cool_warm.h name their sources.

#include <array>
#include <cstdint>

namespace cmrt1 {

using Colour = std::array<std::uint8_t, 3>;  ///< red, green, blue

enum class ColourMap { inferno, viridis, grey, cool_warm };

/// A colour map over low...high; values beyond take the colour of the end.
struct ColourScale {
  ColourMap map = ColourMap::viridis;
  double low = 0;
  double high = 1;
};

/// Colour of `value`; where it is not finite, the grey-blue that stands for "undefined".
Colour colour_of(const ColourScale& scale, double value);

inline constexpr Colour undefined_colour = {44, 50, 60};

}  // namespace cmrt1
