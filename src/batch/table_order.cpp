#include "cmrt1/batch/table_order.h"

#include <algorithm>
#include <compare>
#include <numeric>

namespace cmrt1 {
namespace {

/// Most telling first.
const std::vector<std::string> of_study = {
    "series_uid", "rest_series_uid", "slice", "rest_slice", "slice_number", "pair", "segment"};
/// Of NIfTI files. A DICOM file's name says nothing of the place of its image.
const std::vector<std::string> without_study = {"input",      "rest_input",   "pair",   "slice",
                                                "rest_slice", "slice_number", "segment"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The end of the run of digits, or of other characters, that begins at `from`.
std::size_t end_of_run(const std::string& text, std::size_t from) {
  std::size_t end = from + 1;
  while (end < text.size() && is_digit(text[end]) == is_digit(text[from])) ++end;
  return end;
}

std::string without_leading_zeros(const std::string& digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

std::strong_ordering compare_runs(const std::string& a, const std::string& b) {
  if (!is_digit(a[0]) || !is_digit(b[0])) return a <=> b;
  const std::string x = without_leading_zeros(a), y = without_leading_zeros(b);
  return x.size() != y.size() ? x.size() <=> y.size() : x <=> y;
}

std::strong_ordering compare(const std::string& a, const std::string& b) {
  std::size_t i = 0, k = 0;
  while (i < a.size() && k < b.size()) {
    const std::size_t i_end = end_of_run(a, i), k_end = end_of_run(b, k);
    const auto order = compare_runs(a.substr(i, i_end - i), b.substr(k, k_end - k));
    if (order != 0) return order;
    i = i_end, k = k_end;
  }
  const auto rest = (a.size() - i) <=> (b.size() - k);
  return rest != 0 ? rest : a <=> b;  // numbers that differ in leading zeros alone
}

/// Where the table has these columns, as far as it has them.
std::vector<std::size_t> places_of(const std::vector<std::string>& names,
                                   const std::vector<std::string>& columns) {
  std::vector<std::size_t> places;
  for (const std::string& name : names)
    if (const auto found = std::find(columns.begin(), columns.end(), name); found != columns.end())
      places.push_back(static_cast<std::size_t>(found - columns.begin()));
  return places;
}

/// The cells to compare.
class Keys {
 public:
  explicit Keys(const std::vector<std::string>& columns)
      : study_(places_of({"study_uid"}, columns)),
        of_study_(places_of(of_study, columns)),
        without_study_(places_of(without_study, columns)) {}

  std::vector<std::string> of(const std::vector<std::string>& row) const {
    const std::string study = study_.empty() ? "" : row[study_.front()];
    std::vector<std::string> key = {study};
    for (const std::size_t place : study.empty() ? without_study_ : of_study_) key.push_back(row[place]);
    key.insert(key.end(), row.begin(), row.end());
    return key;
  }

 private:
  std::vector<std::size_t> study_, of_study_, without_study_;
};

}  // namespace

bool comes_before(const std::string& a, const std::string& b) { return compare(a, b) < 0; }

Rows in_order(const std::vector<std::string>& columns, Rows rows) {
  const Keys keys_of(columns);
  std::vector<std::vector<std::string>> keys;
  for (const auto& row : rows) keys.push_back(keys_of.of(row));
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::lexicographical_compare(keys[a].begin(), keys[a].end(), keys[b].begin(), keys[b].end(),
                                        comes_before);
  });
  Rows sorted;
  for (const std::size_t number : order) sorted.push_back(std::move(rows[number]));
  return sorted;
}

}  // namespace cmrt1
