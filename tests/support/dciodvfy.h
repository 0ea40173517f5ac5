#pragma once
#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/command.h"

/// What the validator dciodvfy calls an error in `file`.
inline std::set<std::string> dciodvfy_errors(const std::string& file) {
  std::set<std::string> found;
  std::istringstream output(run_command("dciodvfy " + file).output);
  for (std::string line; std::getline(output, line);)
    if (line.rfind("Error", 0) == 0) found.insert(line);
  return found;
}

/// Errors of `derived` that `source` does not have.
inline std::vector<std::string> new_errors(const std::string& source, const std::string& derived) {
  const auto before = dciodvfy_errors(source), after = dciodvfy_errors(derived);
  std::vector<std::string> added;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(added));
  return added;
}
