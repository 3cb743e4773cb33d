#include "sim/cli/termination.hpp"

#include "reports/output/temporary_name.hpp"

#include <csignal>
#include <new>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace lapse::cli {

namespace {

extern "C" void end_after_signal(int number) {
  output::remove_temporary_files();
  std::signal(number, SIG_DFL);
  std::raise(number);
}

[[noreturn]] void end_without_memory() {
  constexpr std::string_view text = "lapse: out of memory\n";
  output::remove_temporary_files();
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, text.data(), text.size());
  ::_exit(2);
}

/// Each gets what fails when it is used as the real one would be: nothing that was meant for it may
/// be taken for written, but for messages, which a caller who closes their descriptor does not
/// want.
void reserve_descriptors() {
  for (auto [number, mode] : {std::pair{0, O_WRONLY}, {1, O_RDONLY}, {2, O_WRONLY}})
    if (::fcntl(number, F_GETFD) < 0) [[maybe_unused]]
      auto opened = ::open("/dev/null", mode);
}

} // namespace

void end_cleanly_on(int signal) {
  // Who started this process in the background or under nohup wants it ignored.
  if (std::signal(signal, SIG_IGN) != SIG_IGN || signal == SIGPIPE)
    std::signal(signal, end_after_signal);
}

void prepare_process() {
  reserve_descriptors();
  for (auto signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGALRM})
    end_cleanly_on(signal);
  std::signal(SIGXFSZ, SIG_IGN);
  std::set_new_handler(end_without_memory);
}

} // namespace lapse::cli
