#pragma once
/// Text as it stands in HTML and SVG, in a script's data and in a link.

#include <string>
#include <string_view>

#include "cmrt1/write/colour_map.h"

namespace cmrt1 {

/// Fit for an element and for a quoted attribute: & < > " ' are escaped, control characters are '?'.
std::string html_text(std::string_view text);

/// A JSON string with its quotes that may stand in a script element: < > & are escaped.
std::string json_text(std::string_view text);

/// A relative path as the reference of a link: all but letters, digits and - . _ ~ / is percent-encoded.
std::string link_to(std::string_view path);

/// "#2a323c"
std::string hex(const Colour& colour);

/// A number's leading hyphen as the minus sign that it is.
std::string with_minus_sign(const std::string& number);

}  // namespace cmrt1
