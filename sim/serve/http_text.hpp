#pragma once

#include "sim/serve/http_message.hpp"

#include <string>

namespace lapse::serve {

// Answers as HTTP/1 writes them. `version` is 10 or 11.

/// @param head_only a HEAD's: its body is left out.
[[nodiscard]] std::string to_text(const http_answer& what, unsigned version, bool keep_alive,
                                  bool head_only);

/// The parts of an answer of unknown length, in chunks where the version has them. The connection
/// ends with it.
[[nodiscard]] std::string head_of_stream(const http_answer& what, unsigned version);
[[nodiscard]] std::string part_of_stream(const std::string& part, unsigned version);
[[nodiscard]] std::string end_of_stream(unsigned version);

/// What is said to a request that HTTP itself does not take.
[[nodiscard]] http_answer refusal(int status);

/// A target without scheme and host: `http://host/v1/x` is `/v1/x`.
[[nodiscard]] std::string origin_form(std::string target);

/// `Not Found`
[[nodiscard]] std::string_view reason_of(int status) noexcept;

} // namespace lapse::serve
