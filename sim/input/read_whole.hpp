#pragma once

#include <cstddef>
#include <string>
#include <tl/expected.hpp>

namespace lapse::input {

/// The bytes of a file or pipe, at most `bytes_max` + 1 of them, so that the caller can tell what
/// is too large. A pipe to which nobody writes for five seconds is an error, not waited for without
/// end. The error says what is wrong, to follow the file's name: `is a folder`.
[[nodiscard]] tl::expected<std::string, std::string> read_whole(const std::string& path,
                                                                std::size_t bytes_max);

} // namespace lapse::input
