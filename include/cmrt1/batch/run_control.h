#pragma once
/// What every program is told about the run as a whole: which part of a cohort, and whether to go on with an
/// earlier run.

#include <map>
#include <string>

#include "cmrt1/batch/command_line.h"
#include "cmrt1/batch/shard.h"

namespace cmrt1 {

struct RunControl {
  Shard shard;
  bool resume = false;
  /// The options that shape a result, defaults included, by name. Not among them: those that name files
  /// (their content counts) and those that change no result, such as --threads.
  std::map<std::string, std::string> settings;
};

/// --shard, --resume; fills `settings` once the command line is parsed. To be called after all other options
/// are declared; `app` outlives the parsing.
void add_run_control(CLI::App& app, RunControl& control);

}  // namespace cmrt1
