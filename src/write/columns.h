#pragma once
/// The columns of a table: what each is called, and the cell it makes of a row.

#include <functional>
#include <string>
#include <vector>

namespace cmrt1 {

template <typename Row>
struct Column {
  std::string name;
  std::function<std::string(const Row&)> cell;
};

template <typename Row>
std::vector<std::string> names_of(const std::vector<Column<Row>>& columns) {
  std::vector<std::string> names;
  for (const auto& column : columns) names.push_back(column.name);
  return names;
}

template <typename Row>
std::vector<std::string> cells_of(const std::vector<Column<Row>>& columns, const Row& row) {
  std::vector<std::string> cells;
  for (const auto& column : columns) cells.push_back(column.cell(row));
  return cells;
}

/// Appends `more` to the columns of a table, whose rows are theirs or derive from them.
template <typename Row, typename Base>
void append(std::vector<Column<Row>>& columns, const std::vector<Column<Base>>& more) {
  for (const Column<Base>& one : more) columns.push_back({one.name, one.cell});
}

}  // namespace cmrt1
