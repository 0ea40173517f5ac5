#include "write/markup.h"

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

std::string hex(const Colour& colour) {
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", colour[0], colour[1], colour[2]);
  return text;
}

std::string with_minus_sign(const std::string& number) {
  return number.starts_with('-') ? "−" + number.substr(1) : number;
}

}  // namespace cmrt1
