#include "reports/output/atomic_file.hpp"

#include "reports/output/buffered.hpp"
#include "reports/output/temporary_name.hpp"
#include "reports/output/write_all.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

namespace lapse::output {

namespace {

constexpr std::size_t buffer_size = 1 << 16;
constexpr int name_attempts_max = 100;
constexpr int pipe_attempts_max = 100;
constexpr timespec pipe_pause{0, 50'000'000};

/// Writes to a descriptor and remembers the first failure, which a `std::filebuf` forgets.
class descriptor_buffer final : public buffered {
public:
  explicit descriptor_buffer(int descriptor) : buffered(buffer_size), descriptor_(descriptor) {}

  [[nodiscard]] int error() const noexcept { return error_; }

protected:
  int sync() override {
    if (error_ == 0)
      error_ = write_all(descriptor_, gathered());
    begin_anew();
    return error_ == 0 ? 0 : -1;
  }

private:
  int descriptor_;
  int error_ = 0;
};

std::string failure(std::string_view what, const std::string& path, int error) {
  return std::string{what} + ' ' + path + ": " + std::strerror(error);
}

/// A pipe that nobody reads from for five seconds is an error, not waited for without end. -1 with
/// `errno` if it cannot be opened.
int open_to_write(const char* path) {
  auto opened = ::open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
  for (int i = 0; opened < 0 && errno == ENXIO && i < pipe_attempts_max; ++i) {
    ::nanosleep(&pipe_pause, nullptr);
    opened = ::open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
  }
  if (opened >= 0)
    ::fcntl(opened, F_SETFL, ::fcntl(opened, F_GETFL) & ~O_NONBLOCK);
  return opened;
}

/// Whether a link stands there that leads to no file; to write through it would replace it.
bool is_dangling_link(const char* path) {
  struct stat about {};
  return ::lstat(path, &about) == 0 && S_ISLNK(about.st_mode) && ::stat(path, &about) != 0;
}

} // namespace

struct atomic_file::state {
  state(int opened, std::string path, std::string temporary)
    : descriptor(opened), final_path(std::move(path)), temporary_path(std::move(temporary)),
      remembered(temporary_path), buffer(opened), stream(&buffer) {
    // nop
  }

  ~state() {
    if (descriptor >= 0)
      ::close(descriptor);
    if (!temporary_path.empty())
      ::unlink(temporary_path.c_str());
  }

  int descriptor;
  std::string final_path;
  std::string temporary_path; ///< empty: written to directly, or committed
  temporary_name remembered;
  descriptor_buffer buffer;
  std::ostream stream;
};

atomic_file::atomic_file() = default;
atomic_file::~atomic_file() = default;
atomic_file::atomic_file(atomic_file&&) noexcept = default;
atomic_file& atomic_file::operator=(atomic_file&&) noexcept = default;

std::string atomic_file::open(const std::string& path, links what) {
  state_.reset();
  struct stat there {};
  auto replaces =
      what == links::replaced && ::lstat(path.c_str(), &there) == 0 && S_ISLNK(there.st_mode);
  if (!replaces && is_dangling_link(path.c_str()))
    return "cannot write to " + path + ": it is a link to nothing";
  auto exists = !replaces && ::stat(path.c_str(), &there) == 0;
  if (exists && !S_ISREG(there.st_mode)) {
    auto direct = open_to_write(path.c_str());
    if (direct < 0 && errno == ENXIO)
      return "cannot write to " + path + ": it is a pipe from which nobody reads";
    if (direct < 0)
      return failure("cannot write to", path, errno);
    state_ = std::make_unique<state>(direct, path, std::string{});
    return {};
  }
  auto target = path;
  if (exists) {
    // A rename would replace a link, or a file that is not ours to change: neither is wanted.
    if (::access(path.c_str(), W_OK) != 0)
      return failure("cannot write to", path, errno);
    if (auto* real = ::realpath(path.c_str(), nullptr)) {
      target = real;
      std::free(real);
    }
  }
  auto mode = exists ? there.st_mode & 0777 : 0666;
  for (int attempt = 0; attempt < name_attempts_max; ++attempt) {
    auto temporary = target + ".tmp-" + std::to_string(::getpid()) + '-' + std::to_string(attempt);
    auto opened = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (opened >= 0) {
      state_ = std::make_unique<state>(opened, target, std::move(temporary));
      return {};
    }
    if (errno != EEXIST)
      return failure("cannot write to", path, errno);
  }
  return failure("cannot write to", path, EEXIST);
}

std::ostream& atomic_file::stream() {
  static std::ostream nowhere{nullptr};
  return state_ ? state_->stream : nowhere;
}

std::string atomic_file::commit() {
  if (!state_)
    return "nothing was opened";
  auto& s = *state_;
  s.stream.flush();
  auto error = s.buffer.error();
  // A name may only appear once what it stands for is on the disk.
  if (error == 0 && !s.temporary_path.empty() && ::fsync(s.descriptor) != 0)
    error = errno;
  if (::close(s.descriptor) != 0 && error == 0)
    error = errno;
  s.descriptor = -1;
  if (error == 0 && !s.temporary_path.empty() &&
      ::rename(s.temporary_path.c_str(), s.final_path.c_str()) != 0)
    error = errno;
  auto text = error == 0 ? std::string{} : failure("cannot write", s.final_path, error);
  if (error == 0)
    s.temporary_path.clear();
  state_.reset();
  return text;
}

std::string write_whole(const std::string& path, const std::function<void(std::ostream&)>& write,
                        links what) {
  atomic_file file;
  if (auto problem = file.open(path, what); !problem.empty())
    return problem;
  write(file.stream());
  return file.commit();
}

} // namespace lapse::output
