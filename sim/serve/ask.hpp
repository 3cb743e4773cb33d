#pragma once

#include "sim/serve/http_message.hpp"

#include <tl/expected.hpp>

#include <string>

namespace lapse::serve {

/// Asks a served world, and waits for the answer: what shells need.
/// @param address `http://127.0.0.1:8200`
/// @return the answer's status and body; the error says why there is none
[[nodiscard]] tl::expected<http_answer, std::string> ask(const std::string& address,
                                                         const http_request& what);

} // namespace lapse::serve
