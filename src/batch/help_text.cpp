#include "cmrt1/batch/help_text.h"

#include <CLI/CLI.hpp>
#include <sstream>

namespace cmrt1 {
namespace {

constexpr std::size_t name_width = 30, text_width = 70;

bool takes_many(const CLI::Option& option) {
  return option.get_expected_max() >= CLI::detail::expected_max_vector_size &&
         (option.get_positional() || option.get_allow_extra_args());
}

/// CLI11 says "TYPE:{a,b}" or "TYPE:INT in [0 - 9]" where values are checked: the choices, or the type alone.
std::string value_name(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  if (type.front() == '{') return type;
  const std::size_t colon = type.find(':');
  if (colon == std::string::npos) return type;
  return type[colon + 1] == '{' ? type.substr(colon + 1) : type.substr(0, colon);
}

std::string option_name(const CLI::Option& option) {
  std::string name;
  for (const std::string& letter : option.get_snames()) name += "-" + letter + ", ";
  if (name.empty()) name = "    ";
  name += "--" + option.get_lnames().front();
  if (option.get_type_size() != 0) name += " " + value_name(option);
  return name;
}

class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    std::string name = is_positional ? option->get_name(true, false) : option_name(*option);
    if (takes_many(*option)) name += "...";
    std::string text = option->get_description();
    if (!option->get_default_str().empty()) text += " (default: " + option->get_default_str() + ")";
    std::string lines = "  " + name;
    lines += lines.size() + 2 > name_width ? margin() : std::string(name_width - lines.size(), ' ');
    for (const char c : wrapped(text, text_width)) c == '\n' ? lines += margin() : lines += c;
    return lines + "\n";
  }

 private:
  static std::string margin() { return "\n" + std::string(name_width, ' '); }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_formatter() {
  auto formatter = std::make_shared<HelpFormatter>();
  formatter->label("Positionals", "Arguments");
  return formatter;
}

std::string wrapped(const std::string& text, std::size_t width) {
  std::istringstream words(text);
  std::string lines, word;
  std::size_t used = 0;
  while (words >> word) {
    if (used > 0 && used + 1 + word.size() > width) {
      lines += "\n";
      used = 0;
    }
    if (used > 0) lines += " ";
    lines += word;
    used += word.size() + (used > 0 ? 1 : 0);
  }
  return lines;
}

}  // namespace cmrt1
