#include "cmrt1/write/colour_map.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "write/colour_tables.h"
#include "write/cool_warm.h"

namespace cmrt1 {
namespace {

constexpr std::size_t kEntries = 256;
using Table = std::array<Colour, kEntries>;

constexpr unsigned from_hex(char digit) {
  return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

constexpr Table decoded(const char (&digits)[6 * kEntries + 1]) {
  Table table{};
  for (std::size_t i = 0; i < kEntries; ++i)
    for (std::size_t channel = 0; channel < 3; ++channel) {
      const char* pair = digits + 6 * i + 2 * channel;
      table[i][channel] = static_cast<std::uint8_t>(16 * from_hex(pair[0]) + from_hex(pair[1]));
    }
  return table;
}

constexpr Table kInferno = decoded(inferno_table), kViridis = decoded(viridis_table);

}  // namespace

Colour colour_of(const ColourScale& scale, double value) {
  if (!std::isfinite(value)) return undefined_colour;
  const double share = std::clamp((value - scale.low) / (scale.high - scale.low), 0.0, 1.0);
  if (scale.map == ColourMap::cool_warm) return cool_warm(share);
  const auto index = static_cast<std::size_t>(std::lround(255 * share));
  if (scale.map == ColourMap::grey) return {std::uint8_t(index), std::uint8_t(index), std::uint8_t(index)};
  return (scale.map == ColourMap::inferno ? kInferno : kViridis)[index];
}

}  // namespace cmrt1
