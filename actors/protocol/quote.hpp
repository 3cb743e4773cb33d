#pragma once

#include <string>
#include <string_view>

namespace lapse {

/// `text` in double quotes as the server puts names into its error texts: quotes, backslashes,
/// control characters and invalid UTF-8 are escaped, all else stands as it is.
[[nodiscard]] std::string quote(std::string_view text);

} // namespace lapse
