#pragma once
/// Logging to stderr through spdlog, one line a message (a '?' for each control character); stdout is for
/// requested data alone.

#include <string>

namespace cmrt1::log {

enum class Level { debug, info, warning, error };

void set_level(Level level);
void debug(const std::string& message);
void info(const std::string& message);
void warning(const std::string& message);
void error(const std::string& message);

}  // namespace cmrt1::log
