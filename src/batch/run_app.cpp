#include "cmrt1/batch/run_app.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "cmrt1/base/log.h"
#include "cmrt1/batch/help_text.h"
#include "cmrt1/batch/stop_signal.h"

namespace cmrt1 {
namespace {

int parse_failure(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);
  std::cerr << app.get_name() << ": " << error.what() << "\nRun '" << app.get_name()
            << " --help' for usage and examples.\n";
  return static_cast<int>(ExitCode::usage);
}

/// Memory of images is used again instead of going back to the system and coming anew, page by page, with
/// every image.
void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int largest_of_heap = 32 << 20, all = 1 << 30, at_once = 64 << 20;
  mallopt(M_MMAP_THRESHOLD, largest_of_heap);
  mallopt(M_TRIM_THRESHOLD, all);
  mallopt(M_TOP_PAD, at_once);
#endif
}

int run(const std::function<ExitCode()>& program) {
  try {
    return static_cast<int>(program());
  } catch (const Error& error) {
    log::error(error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    log::error(std::string("internal error: ") + error.what());
    return static_cast<int>(ExitCode::internal);
  }
}

}  // namespace

int run_app(const std::string& name, const std::string& description, int argc, char** argv,
            const AppSetup& setup) {
  CLI::App app(description, name);
  app.formatter(help_formatter());
  const auto program = setup(app);
  app.set_help_flag("-h,--help", "Print this help, and stop");
  app.set_version_flag("--version", name + " " + software_version(), "Print the version, and stop");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return parse_failure(app, error);
  }
  watch_stop_signals();
  keep_freed_memory();
  return run(program);
}

void leave(int exit_code) {
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
  std::_Exit(exit_code);
}

std::string software_version() { return CMRT1_VERSION; }

}  // namespace cmrt1
