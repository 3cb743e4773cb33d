#include "reports/output/spool.hpp"

#include "tests/support/catch.hpp"

#include <cstdlib>
#include <sstream>
#include <string>

using namespace lapse;
using namespace lapse::output;

namespace {

std::string content(spool& of) {
  std::ostringstream out;
  CHECK(of.append_to(out).empty());
  return out.str();
}

} // namespace

TEST_CASE("a spool gives back what was written, in memory or beyond it") {
  for (std::size_t bytes : {std::size_t{0}, std::size_t{5}, std::size_t{spool_memory_max},
                            std::size_t{3 * spool_memory_max + 17}}) {
    std::string text(bytes, 'x');
    for (std::size_t i = 0; i < bytes; i += 1000)
      text[i] = static_cast<char>('a' + i / 1000 % 26);
    spool waiting;
    for (std::size_t at = 0; at < bytes; at += 777)
      waiting.stream() << text.substr(at, 777);
    CHECK(waiting.size() == bytes);
    CHECK((content(waiting) == text));
  }
}

TEST_CASE("a spool that cannot make its file says so") {
  ::setenv("TMPDIR", "/no/such/folder", 1);
  spool waiting;
  for (std::uint64_t i = 0; i <= spool_memory_max; i += 1000)
    waiting.stream() << std::string(1000, 'x');
  std::ostringstream out;
  CHECK(waiting.append_to(out).find("temporary file") != std::string::npos);
  ::unsetenv("TMPDIR");
}
