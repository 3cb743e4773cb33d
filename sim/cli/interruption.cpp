#include "sim/cli/interruption.hpp"

#include "sim/cli/termination.hpp"

#include <csignal>
#include <cstdint>

#include <time.h>
#include <unistd.h>

namespace lapse::cli {

namespace {

std::atomic<bool> seen = false;

std::atomic<std::int64_t> seen_at_ms = 0;

/// A second signal within a second is the same one again: some send it to the process and its
/// group.
void on_signal(int number) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  auto ms = static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
  if (!seen.exchange(true)) {
    seen_at_ms = ms;
    // A run that takes long does not look up; then the best so far is lost.
    alarm(10);
  } else if (ms - seen_at_ms >= 1000) {
    end_cleanly_on(number);
    std::raise(number);
  }
}

} // namespace

interruption_guard::interruption_guard() {
  for (auto signal : {SIGINT, SIGTERM})
    std::signal(signal, on_signal);
}

interruption_guard::~interruption_guard() {
  for (auto signal : {SIGINT, SIGTERM})
    end_cleanly_on(signal);
}

const std::atomic<bool>& interrupted() noexcept { return seen; }

} // namespace lapse::cli
