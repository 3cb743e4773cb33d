#include "sim/input/read_whole.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lapse::input {

namespace {

using result = tl::expected<std::string, std::string>;

constexpr int pipe_wait_ms = 5000;

/// Closes it when it goes.
class descriptor {
public:
  explicit descriptor(int number) : number_(number) {}
  ~descriptor() {
    if (number_ >= 0)
      ::close(number_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }

private:
  int number_;
};

tl::unexpected<std::string> failed(int error) {
  return tl::unexpected{std::string{"cannot be read: "} + std::strerror(error)};
}

/// False if nothing came for too long.
bool wait_for(int from) {
  pollfd one{from, POLLIN, 0};
  int ready = 0;
  do
    ready = ::poll(&one, 1, pipe_wait_ms);
  while (ready < 0 && errno == EINTR);
  return ready != 0;
}

result read_from(int from, bool waits, std::size_t bytes_max) {
  std::string text;
  char part[1 << 16];
  while (text.size() <= bytes_max) {
    if (waits && !wait_for(from))
      return tl::unexpected{std::string{"is a pipe to which nobody writes"}};
    auto got = ::read(from, part, std::min(sizeof part, bytes_max + 1 - text.size()));
    if (got == 0)
      break;
    if (got > 0)
      text.append(part, static_cast<std::size_t>(got));
    else if (errno != EINTR && errno != EAGAIN)
      return failed(errno);
  }
  return text;
}

} // namespace

result read_whole(const std::string& path, std::size_t bytes_max) {
  // A pipe would not even open before somebody writes to it.
  const descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.number() < 0)
    return errno == ENOENT ? tl::unexpected{std::string{"no such file; check the path"}}
                           : failed(errno);
  struct stat about {};
  if (::fstat(file.number(), &about) != 0)
    return failed(errno);
  if (S_ISDIR(about.st_mode))
    return tl::unexpected{std::string{"is a folder; name a file"}};
  return read_from(file.number(), !S_ISREG(about.st_mode), bytes_max);
}

} // namespace lapse::input
