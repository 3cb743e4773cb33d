#pragma once

#include "actors/protocol/answer.hpp"
#include "sim/serve/http_message.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace lapse::serve {

// How HTTP writes the answers of the API.

/// @param target after `/v1/`, as it was sent.
/// @param request_id empty: the answer has none.
[[nodiscard]] http_answer to_http(const answer& reply, std::string_view target,
                                  const std::string& request_id, std::int64_t start_unix_s);

/// Whether lapse leaves out what was asked. HTTP says 404 then, because clients take 501 for a
/// server that is not initialised.
[[nodiscard]] bool is_unmodelled(const answer& reply) noexcept;

/// The target after `/v1/`; none: it does not lie there.
[[nodiscard]] const char* after_api(const std::string& target) noexcept;

/// For what lies neither at `/v1/` nor at `/lapse/`.
[[nodiscard]] http_answer elsewhere(const std::string& target);

/// `status` with `{"errors": [text]}`.
[[nodiscard]] http_answer json_error(int status, const std::string& text);

/// What whoever still waits is told after a signal, with 503.
inline constexpr std::string_view ending_words = "lapse is ending";
[[nodiscard]] http_answer json_answer(std::string body);

} // namespace lapse::serve
