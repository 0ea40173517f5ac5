#pragma once
/// How --help looks, in all programs alike. Man pages and shell completion are made from it (cmake/help).

#include <memory>
#include <string>

#include "cmrt1/batch/command_line.h"

namespace cmrt1 {

/// Names and values in one column ("-o, --output FOLDER", choices as {a,b}), wrapped descriptions beside them
/// that end with the default.
std::shared_ptr<CLI::FormatterBase> help_formatter();

/// `text` broken at spaces into lines of at most `width` characters; a longer word has a line of its own.
std::string wrapped(const std::string& text, std::size_t width);

}  // namespace cmrt1
