#pragma once

#include <string>

namespace lapse::text_report {

/// `word` as one word of a shell command: in single quotes where the shell would change it.
[[nodiscard]] std::string shell_quoted(const std::string& word);

} // namespace lapse::text_report
