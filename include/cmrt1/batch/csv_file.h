#pragma once
/// Tables that a program is given.

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace cmrt1 {

/// One row: cells by the name of their column; the line it begins in.
struct CsvRow {
  int line = 0;
  std::map<std::string, std::string> cells;
  /// Empty where the column is missing or the cell is.
  std::string at(const std::string& column) const;
};

/// A CSV file with a header line (RFC 4180, UTF-8 with or without byte order mark; commas, or semicolons
/// where the header has no comma; empty lines are passed over). Column names are compared in lower case.
/// Throws UsageError where the file cannot be read, a row has more cells than the header or a quotation does
/// not end.
std::vector<CsvRow> read_csv(const std::filesystem::path& file);

/// The same for tables that memory does not hold: row by row, with the cells of `columns` alone. Throws
/// UsageError too where one of `required` is no column.
void for_each_csv_row(const std::filesystem::path& file, const std::set<std::string>& columns,
                      const std::set<std::string>& required, const std::function<void(const CsvRow&)>& use);

}  // namespace cmrt1
