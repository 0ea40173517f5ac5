#include "cmrt1/batch/csv_file.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"

namespace cmrt1 {
namespace {

/// Cuts the text of a table into rows of cells.
class Reader {
 public:
  Reader(std::string text, const std::string& name) : text_(std::move(text)), name_(name) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.erase(0, 3);
    const std::string header = text_.substr(0, text_.find('\n'));
    separator_ = header.find(',') == std::string::npos && header.find(';') != std::string::npos ? ';' : ',';
  }

  bool at_end() const { return at_ >= text_.size(); }
  int line() const { return line_; }

  std::vector<std::string> row() {
    std::vector<std::string> cells = {cell()};
    while (!at_end() && text_[at_] == separator_) {
      ++at_;
      cells.push_back(cell());
    }
    if (!at_end()) ++at_, ++line_;  // the end of the line
    return cells;
  }

 private:
  bool ends_cell(char c) const { return c == separator_ || c == '\n'; }

  std::string cell() {
    if (!at_end() && text_[at_] == '"') return quoted();
    std::string value;
    while (!at_end() && !ends_cell(text_[at_])) value += text_[at_++];
    return trim(value);
  }

  std::string quoted() {
    std::string value;
    for (++at_; !at_end(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        value += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        value += text_[++at_];
      } else {
        for (++at_; !at_end() && !ends_cell(text_[at_]);) ++at_;
        return value;
      }
    }
    throw UsageError(name_ + ": a quotation does not end");
  }

  std::string text_, name_;
  char separator_ = ',';
  std::size_t at_ = 0;
  int line_ = 1;
};

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || std::filesystem::is_directory(file))
    throw UsageError("cannot read the table " + file.string());
  return text.str();
}

}  // namespace

std::string CsvRow::at(const std::string& column) const {
  const auto cell = cells.find(column);
  return cell == cells.end() ? "" : cell->second;
}

std::vector<CsvRow> read_csv(const std::filesystem::path& file) {
  Reader reader(text_of(file), file.string());
  std::vector<std::string> columns = reader.row();
  std::transform(columns.begin(), columns.end(), columns.begin(),
                 [](const auto& name) { return to_lower(name); });
  std::vector<CsvRow> rows;
  while (!reader.at_end()) {
    CsvRow row{reader.line(), {}};
    const std::vector<std::string> cells = reader.row();
    if (cells.size() == 1 && cells.front().empty()) continue;
    if (cells.size() > columns.size())
      throw UsageError(file.string() + ", line " + std::to_string(row.line) +
                       ": more cells than the header has");
    for (std::size_t i = 0; i < cells.size(); ++i) row.cells[columns[i]] = cells[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace cmrt1
