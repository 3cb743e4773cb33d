#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lapse {

/// Padded standard base64, in one line.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

/// Decodes padded standard base64, line ends ignored; none if the text is anything else. Policies
/// may be written that way (R-1716).
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

} // namespace lapse
