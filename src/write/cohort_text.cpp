#include "write/cohort_text.h"

#include <cmath>
#include <cstdio>

#include "write/markup.h"

namespace cmrt1 {

std::string grouped(std::size_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

int decimals_of(const std::string& unit) { return unit == "ms" ? 0 : unit == "%" ? 1 : unit == "mm" ? 2 : 3; }

std::string shown(double value, const std::string& unit) {
  if (!std::isfinite(value)) return "–";
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals_of(unit), value);
  const std::string plain = text;
  return with_minus_sign(plain);
}

std::string shown_with_unit(double value, const std::string& unit) {
  return shown(value, unit) + (unit.empty() || !std::isfinite(value) ? "" : " " + unit);
}

}  // namespace cmrt1
