#include "reports/output/spool.hpp"

#include "reports/output/buffered.hpp"
#include "reports/output/write_all.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace lapse::output {

namespace {

constexpr std::size_t buffer_size = 1 << 14;

class spool_buffer final : public buffered {
public:
  spool_buffer() : buffered(buffer_size) {}

  ~spool_buffer() override {
    if (descriptor_ >= 0)
      ::close(descriptor_);
  }

  [[nodiscard]] std::uint64_t size() const { return flushed_ + gathered().size(); }

  /// 0, or the error number of the first failure.
  int append_to(std::ostream& out) {
    sync();
    if (error_ != 0)
      return error_;
    if (descriptor_ < 0) {
      out.write(memory_.data(), static_cast<std::streamsize>(memory_.size()));
      return 0;
    }
    for (off_t at = 0;;) {
      const auto got = ::pread(descriptor_, bytes_.data(), bytes_.size(), at);
      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        return got < 0 ? errno : 0;
      out.write(bytes_.data(), got);
      at += got;
    }
  }

protected:
  int sync() override {
    const auto text = gathered();
    flushed_ += text.size();
    if (descriptor_ < 0 && memory_.size() + text.size() <= spool_memory_max)
      memory_ += text;
    else
      to_file(text);
    begin_anew();
    return error_ == 0 ? 0 : -1;
  }

private:
  void to_file(std::string_view text) {
    if (descriptor_ < 0 && error_ == 0) {
      open();
      write(memory_);
      memory_ = {};
    }
    write(text);
  }

  void open() {
    const auto* folder = std::getenv("TMPDIR");
    auto name =
        std::string{folder != nullptr && *folder != '\0' ? folder : "/tmp"} + "/lapse-XXXXXX";
    descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor_ < 0)
      error_ = errno;
    else
      ::unlink(name.c_str());
  }

  void write(std::string_view text) {
    if (error_ == 0)
      error_ = write_all(descriptor_, text);
  }

  std::string memory_;
  std::uint64_t flushed_ = 0;
  int descriptor_ = -1;
  int error_ = 0;
};

} // namespace

struct spool::state {
  spool_buffer buffer;
  std::ostream stream{&buffer};
};

spool::spool() : state_(std::make_unique<state>()) {}
spool::~spool() = default;

std::ostream& spool::stream() { return state_->stream; }

std::uint64_t spool::size() const { return state_->buffer.size(); }

std::string spool::append_to(std::ostream& out) {
  const auto error = state_->buffer.append_to(out);
  return error == 0 ? std::string{}
                    : std::string{"cannot use a temporary file: "} + std::strerror(error);
}

} // namespace lapse::output
