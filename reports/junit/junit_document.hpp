#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapse::junit {

/// Why a test case did not pass.
struct junit_problem {
  bool is_error = false; ///< it could not be judged; otherwise it was judged, and failed
  std::string type;      ///< empty: left out
  std::string message;   ///< one line
  std::string text;      ///< all there is to know, in any number of lines
};

struct junit_case {
  std::string name;
  std::string classname;
  std::string file; ///< empty: left out
  int line = 0;     ///< in `file`; 0: left out
  std::optional<junit_problem> problem;
  std::string output = {}; ///< `system-out`: what is worth knowing though it failed nothing
};

struct junit_suite {
  std::string name;
  std::vector<std::pair<std::string, std::string>> properties;
  std::vector<junit_case> cases;
  std::string timestamp = {}; ///< in UTC, without a `Z`; empty: left out
};

/// Writes one `testsuite` element, with its counts. Between `junit_head` and `junit_foot` any
/// number of them are a document.
///
/// Texts may be any bytes: what XML or a terminal cannot hold is made visible (`\x1b`), whether
/// control characters or bytes that are no UTF-8, as in the name of a file. Times are 0: virtual
/// time is not how long a test took.
void write_junit(std::ostream& out, const junit_suite& suite);

inline constexpr std::string_view junit_head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                               "<testsuites name=\"lapse\">\n";
inline constexpr std::string_view junit_foot = "</testsuites>\n";

} // namespace lapse::junit
