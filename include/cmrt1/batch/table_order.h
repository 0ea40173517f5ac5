#pragma once
/// The order of the rows of all tables. It depends on the rows alone: not on the order of the inputs, nor on
/// shards, threads or what was kept of an earlier run.

#include <string>
#include <vector>

#include "cmrt1/batch/outcome.h"

namespace cmrt1 {

/// True where `a` comes before `b`: runs of digits are compared as numbers, the rest by bytes.
bool comes_before(const std::string& a, const std::string& b);

/// By study UID, series UID (of a pair: the rest map's), slice, pair and segment; where there is no study UID
/// by input, pair, slice and segment; as far as the table has such columns. Then by all cells from left to
/// right. What is empty comes first.
Rows in_order(const std::vector<std::string>& columns, Rows rows);

}  // namespace cmrt1
