#include "cmrt1/batch/stop_signal.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace cmrt1 {
namespace {

std::atomic<int> received_signal{0};
constexpr auto grace = std::chrono::seconds(4);

}  // namespace

void watch_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([signals] {
    int signal = 0;
    sigwait(&signals, &signal);
    received_signal = signal;
    std::this_thread::sleep_for(grace);
    ::_exit(128 + signal);
  }).detach();
}

void throw_if_stopped() {
  if (const int signal = received_signal) throw Stopped(signal);
}

}  // namespace cmrt1
