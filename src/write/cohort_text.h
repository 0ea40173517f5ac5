#pragma once
/// Text as it stands in HTML, in a script's data and in a link.

#include <string>
#include <string_view>

namespace cmrt1 {

/// Fit for an element and for a quoted attribute: & < > " ' are escaped, control characters are '?'.
std::string html_text(std::string_view text);

/// A JSON string with its quotes that may stand in a script element: < > & are escaped.
std::string json_text(std::string_view text);

/// A relative path as the reference of a link: all but letters, digits and - . _ ~ / is percent-encoded.
std::string link_to(std::string_view path);

/// "12,345"
std::string grouped(std::size_t count);

/// With the decimals that suit a unit: ms 0, % 1, mm 2, none 3; "–" where undefined.
std::string shown(double value, const std::string& unit);
int decimals_of(const std::string& unit);

/// `shown` and the unit.
std::string shown_with_unit(double value, const std::string& unit);

}  // namespace cmrt1
