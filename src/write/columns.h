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

}  // namespace cmrt1
