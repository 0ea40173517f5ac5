#pragma once
/// How far a long run has come: one line that is rewritten on a terminal, log lines elsewhere.

#include <chrono>
#include <string>

namespace cmrt1 {

class Progress {
 public:
  /// `total` steps of work called `what` ("series"); silent where `quiet`.
  Progress(std::string what, int total, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// One more step is done; `note` says what it gave.
  void step(const std::string& note);

 private:
  std::string what_;
  int total_;
  int done_ = 0;
  bool quiet_;
  bool terminal_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace cmrt1
