#include "write/cohort_text.h"

#include <cmath>
#include <cstdio>

#include "cmrt1/base/text.h"

namespace cmrt1 {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~/").find(c) != std::string_view::npos;
}

std::string formatted(const char* format, int value) {
  char text[16];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string safe;
  for (const char c : printable(text)) {
    if (c == '&')
      safe += "&amp;";
    else if (c == '<')
      safe += "&lt;";
    else if (c == '>')
      safe += "&gt;";
    else if (c == '"')
      safe += "&quot;";
    else if (c == '\'')
      safe += "&#39;";
    else
      safe += c;
  }
  return safe;
}

std::string json_text(std::string_view text) {
  std::string safe = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\')
      safe += {'\\', c};
    else if (c == '<' || c == '>' || c == '&')
      safe += formatted("\\u%04x", c);
    else
      safe += c;
  }
  return safe + '"';
}

std::string link_to(std::string_view path) {
  std::string link;
  for (const char c : path)
    link += is_plain(c) ? std::string(1, c) : formatted("%%%02X", static_cast<unsigned char>(c));
  return link;
}

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
  return plain.starts_with('-') ? "−" + plain.substr(1) : plain;
}

std::string shown_with_unit(double value, const std::string& unit) {
  return shown(value, unit) + (unit.empty() || !std::isfinite(value) ? "" : " " + unit);
}

}  // namespace cmrt1
