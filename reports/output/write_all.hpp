#pragma once

#include <string_view>

namespace lapse::output {

/// Writes all of `text` to a descriptor, also where the system takes it in pieces or a signal comes
/// in between. 0, or the error number of what went wrong; some of it may have been written then.
[[nodiscard]] int write_all(int descriptor, std::string_view text);

} // namespace lapse::output
