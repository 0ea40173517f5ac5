#pragma once
/// The figures beside the pictures of a result.

#include <string>
#include <utility>
#include <vector>

#include "write/canvas.h"

namespace cmrt1 {

/// `value` as printf writes it; "undefined" where it is not finite.
std::string formatted(const char* format, double value);

/// What a figure is called, and what it is.
using Figure = std::pair<std::string, std::string>;

/// One below the other from the top of `area`, at most 28 px apart, closer where they would not fit; values
/// begin `name_width` px from the left.
void draw_figures(Canvas& canvas, const Rectangle& area, const std::vector<Figure>& figures,
                  double name_width);

}  // namespace cmrt1
