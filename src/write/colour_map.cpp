#include "cmrt1/write/colour_map.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "write/colour_tables.h"
#include "write/cool_warm.h"

namespace cmrt1 {
namespace {

static_assert(sizeof inferno_table == 256 * 6 + 1 && sizeof viridis_table == 256 * 6 + 1);

std::uint8_t from_hex(const char* digits) {
  std::uint8_t value = 0;
  std::from_chars(digits, digits + 2, value, 16);
  return value;
}

Colour entry(const char* table, std::size_t index) {
  const char* digits = table + 6 * index;
  return {from_hex(digits), from_hex(digits + 2), from_hex(digits + 4)};
}

}  // namespace

Colour colour_of(const ColourScale& scale, double value) {
  if (!std::isfinite(value)) return undefined_colour;
  const double share = std::clamp((value - scale.low) / (scale.high - scale.low), 0.0, 1.0);
  if (scale.map == ColourMap::cool_warm) return cool_warm(share);
  const auto index = static_cast<std::size_t>(std::lround(255 * share));
  if (scale.map == ColourMap::grey) return {std::uint8_t(index), std::uint8_t(index), std::uint8_t(index)};
  return entry(scale.map == ColourMap::inferno ? inferno_table : viridis_table, index);
}

}  // namespace cmrt1
