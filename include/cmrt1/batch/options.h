#pragma once
/// Options that several programs have.

#include <filesystem>
#include <optional>

#include "cmrt1/aha/segments.h"
#include "cmrt1/batch/command_line.h"
#include "cmrt1/nn/network.h"

namespace cmrt1 {

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
/// --threads, of working and of writing; `exception`: what of the results depends on it nevertheless.
void add_threads(CLI::App& app, int& work_threads, int& write_threads, const std::string& exception = "");
/// -v, -q.
void add_verbosity(CLI::App& app, Verbosity& verbosity);

}  // namespace cmrt1
