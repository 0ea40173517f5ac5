#include "cmrt1/write/table.h"

#include <charconv>
#include <cmath>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/text.h"

namespace cmrt1 {
namespace {

constexpr const char* formula_starts = "=+-@\t\r\n";
constexpr const char* needs_quotes = ",\"\r\n";

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

void append_line(std::string& bytes, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) bytes += ',';
    bytes += cells[i];
  }
  bytes += '\n';
}

}  // namespace

std::string csv_text(const std::string& text) {
  const bool formula = text.find_first_of(formula_starts) == 0;
  const std::string safe = (formula ? "'" : "") + valid_utf8(text);
  return safe.find_first_of(needs_quotes) == std::string::npos ? safe : quoted(safe);
}

std::string csv_number(double value, int digits) {
  if (!std::isfinite(value)) return "";
  if (value == 0) return "0";
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits).ptr;
  return {text, end};
}

void write_csv(const Table& table, const std::filesystem::path& file) {
  std::string bytes;
  append_line(bytes, table.columns);
  for (const auto& row : table.rows) append_line(bytes, row);
  write_atomically(file, bytes);
}

}  // namespace cmrt1
