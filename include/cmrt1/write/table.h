#pragma once
/// CSV tables that open in a spreadsheet without surprises.

#include <filesystem>
#include <string>
#include <vector>

namespace cmrt1 {

/// One cell in UTF-8 (other bytes become '?'), quoted where needed; text that a spreadsheet would take for a
/// formula (leading = + - @ tab or line break) gets a leading apostrophe, numbers do not.
std::string csv_text(const std::string& text);
/// Shortest decimal that is exact to `digits` significant digits; an empty cell for NaN or infinity.
std::string csv_number(double value, int digits = 6);

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  ///< cells already made by csv_text / csv_number
};

/// Writes UTF-8 CSV with a header line, whole or not at all. Throws IoError.
void write_csv(const Table& table, const std::filesystem::path& file);

}  // namespace cmrt1
