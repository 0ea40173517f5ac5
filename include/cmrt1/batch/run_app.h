#pragma once
/// What all programs share: command line, logging, signals and exit codes.

#include <functional>
#include <string>

#include "cmrt1/base/error.h"
#include "cmrt1/batch/command_line.h"

namespace cmrt1 {

/// Adds options to `app` and returns what to run once they are parsed.
using AppSetup = std::function<std::function<ExitCode()>(CLI::App& app)>;

/// Parses the command line, runs the program and turns every error into a message on stderr and its
/// exit code; an error that is no cmrt1::Error is an internal one (exit 1).
int run_app(const std::string& name, const std::string& description, int argc, char** argv,
            const AppSetup& setup);

/// Ends the process at once, its output flushed: taking LibTorch apart would last as long as a correction.
[[noreturn]] void leave(int exit_code);

/// Version of this software, such as "0.1.0".
std::string software_version();

}  // namespace cmrt1
