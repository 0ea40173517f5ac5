#pragma once
/// Errors that carry the process exit code they lead to, and for a failed case the reason that is
/// written to the tables.

#include <stdexcept>
#include <string>

namespace cmrt1 {

enum class ExitCode : int {
  ok = 0,
  internal = 1,
  usage = 2,
  no_usable_input = 3,
  some_failed = 4,
  all_failed = 5,
  model_or_device = 6,
  output_io = 7,
  interrupted = 130,
  terminated = 143,
};

/// Base of all errors the programs report without a stack trace: `what()` is one sentence that names
/// the file or option at fault and the remedy.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// The command line is wrong (exit 2).
struct UsageError : Error {
  explicit UsageError(const std::string& message) : Error(ExitCode::usage, message) {}
};

/// There is nothing to work on (exit 3).
struct NoInputError : Error {
  explicit NoInputError(const std::string& message) : Error(ExitCode::no_usable_input, message) {}
};

/// Reading or writing failed for a reason that is not the content's: permission, full disk (exit 7).
struct IoError : Error {
  explicit IoError(const std::string& message) : Error(ExitCode::output_io, message) {}
};

/// A network's file is missing, wrong or not usable on this device (exit 6).
struct NetworkError : Error {
  explicit NetworkError(const std::string& message) : Error(ExitCode::model_or_device, message) {}
};

/// One case (a series) cannot be processed; the others go on. `reason()` is a short stable word in
/// snake_case for the tables (`inversion_time_missing`); `what()` is the sentence for a person.
class CaseError : public Error {
 public:
  CaseError(std::string reason, const std::string& message)
      : Error(ExitCode::some_failed, message), reason_(std::move(reason)) {}
  const std::string& reason() const { return reason_; }

 private:
  std::string reason_;
};

}  // namespace cmrt1
