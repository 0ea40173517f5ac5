#pragma once
/// Numbers of a cohort as a person reads them.

#include <string>

namespace cmrt1 {

/// "12,345"
std::string grouped(std::size_t count);

/// With the decimals that suit a unit: ms 0, % 1, mm 2, none 3; "–" where undefined.
std::string shown(double value, const std::string& unit);
int decimals_of(const std::string& unit);

/// `shown` and the unit.
std::string shown_with_unit(double value, const std::string& unit);

}  // namespace cmrt1
