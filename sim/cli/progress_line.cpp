#include "sim/cli/progress_line.hpp"

#include <iostream>
#include <utility>

#include <unistd.h>

namespace lapse::cli {

namespace {

constexpr std::chrono::milliseconds first_after{500};
constexpr std::chrono::milliseconds again_after{100};

} // namespace

progress_line::progress_line(std::size_t total, std::string what)
  : total_(total), what_(std::move(what)), wanted_(total > 1 && ::isatty(STDERR_FILENO) == 1),
    next_(clock::now() + first_after) {
  // nop
}

progress_line::progress_line(bool wanted)
  : wanted_(wanted && ::isatty(STDERR_FILENO) == 1), next_(clock::now() + first_after) {
  // nop
}

void progress_line::show(std::size_t done) {
  show([&] { return std::to_string(done) + " of " + std::to_string(total_) + ' ' + what_; });
}

void progress_line::show(const std::function<std::string()>& words) {
  if (!wanted_ || clock::now() < next_)
    return;
  next_ = clock::now() + again_after;
  shown_ = true;
  // What was written before must not come after it.
  std::cout << std::flush;
  std::cerr << "\r\x1b[K" << words() << std::flush;
}

void progress_line::hide() {
  if (!shown_)
    return;
  shown_ = false;
  std::cout << std::flush;
  std::cerr << "\r\x1b[K" << std::flush;
}

} // namespace lapse::cli
