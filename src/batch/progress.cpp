#include "cmrt1/batch/progress.h"

#include <unistd.h>

#include <cstdio>

#include "cmrt1/base/log.h"

namespace cmrt1 {

Progress::Progress(std::string what, int total, bool quiet)
    : what_(std::move(what)),
      total_(total),
      quiet_(quiet),
      terminal_(::isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (terminal_ && !quiet_ && done_ > 0) std::fputc('\n', stderr);
}

void Progress::step(const std::string& note) {
  ++done_;
  if (quiet_) return;
  const std::string place = what_ + " " + std::to_string(done_) + " of " + std::to_string(total_);
  if (!terminal_) return log::info(place + ": " + note);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start_;
  const double rate = done_ / spent.count();
  std::fprintf(stderr, "\r\033[K%s  %.2f/s  %.0f s left  %.60s", place.c_str(), rate, (total_ - done_) / rate,
               note.c_str());
  std::fflush(stderr);
}

}  // namespace cmrt1
