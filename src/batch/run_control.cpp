#include "cmrt1/batch/run_control.h"

#include <CLI/CLI.hpp>
#include <set>

#include "cmrt1/base/error.h"

namespace cmrt1 {
namespace {

/// All others are taken to shape the result: an option that is forgotten here costs time, never a wrong
/// result.
const std::set<std::string> shape_nothing = {"INPUT",    "--output",  "--list",      "--series",  "--shard",
                                             "--resume", "--threads", "--help",      "--version", "--verbose",
                                             "--quiet",  "--models",  "--mask",      "--masks",   "--rest",
                                             "--stress", "--pairs",   "--landmarks", "--values"};

std::map<std::string, std::string> settings_of(const CLI::App& app) {
  std::map<std::string, std::string> settings;
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    if (shape_nothing.count(name) == 0)
      settings[name] =
          option->count() > 0 ? CLI::detail::join(option->results(), ",") : option->get_default_str();
  }
  return settings;
}

}  // namespace

void add_run_control(CLI::App& app, RunControl& control) {
  app.add_option_function<std::string>(
         "--shard", [&control](const std::string& text) { control.shard = shard_from(text); },
         "Work on part I of N of the studies, whatever the order of the inputs; all shards must find the "
         "same "
         "studies; cohortmerge joins the tables")
      ->type_name("I/N")
      ->check([](const std::string& text) {
        try {
          shard_from(text);
          return std::string();
        } catch (const UsageError& error) {
          return std::string(error.what());
        }
      });
  app.add_flag(
      "--resume", control.resume,
      "Keep results in the output folder that are whole and whose inputs, options, program version and "
      "networks are unchanged");
  app.final_callback([&app, &control] { control.settings = settings_of(app); });
}

}  // namespace cmrt1
