#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace lapse::runtime {

// Values a real server would make up, in their real shapes: passwords, keys, serial numbers.
// Each draws its numbers in order from the stream it is given.

using number_source = std::function<std::uint64_t()>;

/// `length` characters out of `alphabet`.
[[nodiscard]] std::string random_text(const number_source& draw, std::size_t length,
                                      std::string_view alphabet);

/// `length` characters a-z, A-Z, 0-9.
[[nodiscard]] std::string random_base62(const number_source& draw, std::size_t length);

/// Twenty bytes as `7a:0b:…`, as certificates are numbered.
[[nodiscard]] std::string random_serial(const number_source& draw);

/// A PEM block of the given kind whose content means nothing.
[[nodiscard]] std::string placeholder_pem(const number_source& draw, std::string_view kind);

} // namespace lapse::runtime
