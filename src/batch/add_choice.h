#pragma once
/// An option with a few values by name.

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

namespace cmrt1 {

template <typename Value>
CLI::Option* add_choice(CLI::App& app, const std::string& name, Value& value,
                        const std::map<std::string, Value>& choices, const std::string& initial,
                        const std::string& help) {
  std::vector<std::string> names;
  for (const auto& choice : choices) names.push_back(choice.first);
  return app
      .add_option_function<std::string>(
          name, [&value, choices](const std::string& chosen) { value = choices.at(chosen); }, help)
      ->check(CLI::IsMember(names))
      ->default_str(initial);
}

}  // namespace cmrt1
