#pragma once
/// Options that several programs have.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cmrt1/aha/segments.h"
#include "cmrt1/nn/network.h"

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

/// How much a program says on stderr.
struct Verbosity {
  bool verbose = false;
  bool quiet = false;
  void apply() const;  ///< to the log
};

/// -o.
void add_output(CLI::App& app, std::filesystem::path& output);
/// --device, --precision, --models.
void add_network_options(CLI::App& app, nn::NetworkOptions& options);
/// --level.
void add_level(CLI::App& app, std::optional<Level>& level);
/// --threads, of networks and of writing.
void add_threads(CLI::App& app, int& network_threads, int& write_threads);
/// -v, -q.
void add_verbosity(CLI::App& app, Verbosity& verbosity);

}  // namespace cmrt1
