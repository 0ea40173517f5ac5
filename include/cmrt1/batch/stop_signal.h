#pragma once
/// Orderly end on SIGINT and SIGTERM.

#include <csignal>

#include "cmrt1/base/error.h"

namespace cmrt1 {

/// Thrown between two steps once a signal has asked the program to end; leads to exit 130 or 143.
struct Stopped : Error {
  explicit Stopped(int signal)
      : Error(signal == SIGINT ? ExitCode::interrupted : ExitCode::terminated, "stopped on request") {}
};

/// Takes SIGINT and SIGTERM for the whole process; to be called before any thread is started. A step
/// that does not come to its end within four seconds of the signal is cut off: the process exits with
/// the signal's code and leaves at most hidden staging files, which the next run removes.
void watch_stop_signals();

/// Throws Stopped where a signal has arrived.
void throw_if_stopped();

}  // namespace cmrt1
