#include "reports/output/write_all.hpp"

#include <cerrno>
#include <cstddef>

#include <unistd.h>

namespace lapse::output {

int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written > 0)
      text.remove_prefix(static_cast<std::size_t>(written));
    else if (written == 0)
      return EIO;
    else if (errno != EINTR)
      return errno;
  }
  return 0;
}

} // namespace lapse::output
