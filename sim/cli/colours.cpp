#include "sim/cli/colours.hpp"

#include <cstdlib>

#include <unistd.h>

namespace lapse::cli {

bool colours_wanted() {
  const char* none = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (none == nullptr || *none == '\0');
}

} // namespace lapse::cli
