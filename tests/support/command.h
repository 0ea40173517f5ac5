#pragma once
#include <sys/wait.h>

#include <cstdio>
#include <stdexcept>
#include <string>

/// What a shell command printed (stdout and stderr) and how it ended.
struct CommandOutcome {
  int status = 0;
  std::string output;
};

inline CommandOutcome run_command(const std::string& command) {
  CommandOutcome outcome;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (!pipe) throw std::runtime_error("cannot run " + command);
  char buffer[4096];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe))
    outcome.output.append(buffer, size);
  outcome.status = WEXITSTATUS(::pclose(pipe));
  return outcome;
}

inline bool program_exists(const std::string& name) { return run_command("command -v " + name).status == 0; }
