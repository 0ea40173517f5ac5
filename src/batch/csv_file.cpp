#include "cmrt1/batch/csv_file.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"

namespace cmrt1 {
namespace {

/// Cuts the bytes of a table into rows of cells.
class Reader {
 public:
  Reader(std::streambuf& bytes, char separator, std::string name, int line)
      : bytes_(bytes), separator_(separator), name_(std::move(name)), line_(line) {}

  bool at_end() { return bytes_.sgetc() == kEnd; }
  int line() const { return line_; }

  std::vector<std::string> row() {
    std::vector<std::string> cells = {cell()};
    while (bytes_.sgetc() == separator_) {
      bytes_.sbumpc();
      cells.push_back(cell());
    }
    if (bytes_.sbumpc() != kEnd) ++line_;  // the end of the line
    return cells;
  }

 private:
  static constexpr int kEnd = std::char_traits<char>::eof();

  bool ends_cell(int c) const { return c == separator_ || c == '\n' || c == kEnd; }

  std::string cell() {
    if (bytes_.sgetc() == '"') return quoted();
    std::string value;
    for (int c = bytes_.sgetc(); !ends_cell(c); c = bytes_.snextc()) value += static_cast<char>(c);
    return trim(value);
  }

  std::string quoted() {
    std::string value;
    for (int c = bytes_.snextc(); c != kEnd; c = bytes_.snextc()) {
      if (c == '\n') ++line_;
      if (c != '"') {
        value += static_cast<char>(c);
      } else if (bytes_.snextc() == '"') {
        value += '"';
      } else {
        while (!ends_cell(bytes_.sgetc())) bytes_.sbumpc();
        return value;
      }
    }
    throw UsageError(name_ + ": a quotation does not end");
  }

  std::streambuf& bytes_;
  char separator_;
  std::string name_;
  int line_;
};

/// Calls `use` with the names of the columns and the reader of the rows.
void with_table(const std::filesystem::path& file,
                const std::function<void(const std::vector<std::string>& columns, Reader& rows)>& use) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file))
    throw UsageError("cannot read the table " + file.string());
  std::string header;
  std::getline(stream, header);
  if (header.starts_with("\xEF\xBB\xBF")) header.erase(0, 3);
  const char separator =
      header.find(',') == std::string::npos && header.find(';') != std::string::npos ? ';' : ',';
  std::istringstream header_stream(header);
  std::vector<std::string> columns = Reader(*header_stream.rdbuf(), separator, file.string(), 1).row();
  std::transform(columns.begin(), columns.end(), columns.begin(),
                 [](const auto& name) { return to_lower(name); });
  Reader rows(*stream.rdbuf(), separator, file.string(), 2);
  use(columns, rows);
}

/// The next row; none for an empty line.
std::optional<CsvRow> next_row(Reader& rows, const std::vector<std::string>& columns,
                               const std::function<bool(std::size_t column)>& wanted,
                               const std::string& file) {
  CsvRow row{rows.line(), {}};
  std::vector<std::string> cells = rows.row();
  if (cells.size() == 1 && cells.front().empty()) return {};
  if (cells.size() > columns.size())
    throw UsageError(file + ", line " + std::to_string(row.line) + ": more cells than the header has");
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (wanted(i)) row.cells[columns[i]] = std::move(cells[i]);
  return row;
}

}  // namespace

std::string CsvRow::at(const std::string& column) const {
  const auto cell = cells.find(column);
  return cell == cells.end() ? "" : cell->second;
}

std::vector<CsvRow> read_csv(const std::filesystem::path& file) {
  std::vector<CsvRow> all;
  with_table(file, [&](const auto& columns, Reader& rows) {
    while (!rows.at_end())
      if (auto row = next_row(
              rows, columns, [](std::size_t) { return true; }, file.string()))
        all.push_back(std::move(*row));
  });
  return all;
}

void for_each_csv_row(const std::filesystem::path& file, const std::set<std::string>& columns,
                      const std::set<std::string>& required, const std::function<void(const CsvRow&)>& use) {
  with_table(file, [&](const std::vector<std::string>& names, Reader& rows) {
    for (const std::string& name : required)
      if (std::find(names.begin(), names.end(), name) == names.end())
        throw UsageError(file.string() + ": no column " + name);
    std::vector<bool> wanted;
    for (const std::string& name : names) wanted.push_back(columns.contains(name) || required.contains(name));
    while (!rows.at_end())
      if (const auto row = next_row(
              rows, names, [&](std::size_t i) { return wanted[i]; }, file.string()))
        use(*row);
  });
}

}  // namespace cmrt1
