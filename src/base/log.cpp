#include "cmrt1/base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "cmrt1/base/text.h"

namespace cmrt1::log {
namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto created = spdlog::stderr_color_mt("cmrt1");
    const std::string over_progress_line = ::isatty(STDERR_FILENO) ? "\r\033[K" : "";
    created->set_pattern(over_progress_line + "%H:%M:%S %^%l%$ %v");
    return created;
  }();
  return *instance;
}

}  // namespace

void set_level(Level level) {
  switch (level) {
    case Level::debug: return logger().set_level(spdlog::level::debug);
    case Level::info: return logger().set_level(spdlog::level::info);
    case Level::warning: return logger().set_level(spdlog::level::warn);
    case Level::error: return logger().set_level(spdlog::level::err);
  }
}

// The message is an argument, never the format: file names may hold braces, and control characters.
void debug(const std::string& message) { logger().debug("{}", printable(message)); }
void info(const std::string& message) { logger().info("{}", printable(message)); }
void warning(const std::string& message) { logger().warn("{}", printable(message)); }
void error(const std::string& message) { logger().error("{}", printable(message)); }

}  // namespace cmrt1::log
