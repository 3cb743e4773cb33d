#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lapse {

/// `text` in double quotes as the server puts names into its error texts: quotes, backslashes,
/// what cannot be printed and invalid UTF-8 are escaped, all else stands as it is.
[[nodiscard]] std::string quote(std::string_view text);

/// How many bytes at the front of `text` are well-formed UTF-8; all of them if it is valid.
[[nodiscard]] std::size_t well_formed_prefix(std::string_view text) noexcept;

} // namespace lapse
