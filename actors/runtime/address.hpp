#pragma once

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::runtime {

/// The address all requests come from (conformance README).
inline constexpr std::string_view client_address = "127.0.0.1";

/// Reads the addresses and networks of a `bound_cidrs` field and writes them as the server shows
/// them: a full mask is left out (R-1713). The error is the server's text.
[[nodiscard]] tl::expected<std::vector<std::string>, std::string>
parse_addresses(const std::vector<std::string>& texts);

/// The first of `texts` that is no block of addresses such as `10.0.0.0/8`; none if all are.
[[nodiscard]] std::optional<std::string> bad_block(const std::vector<std::string>& texts);

/// Whether each of the blocks `inner` lies within one of `outer`; single addresses are blocks too.
[[nodiscard]] bool blocks_within(const std::vector<std::string>& outer,
                                 const std::vector<std::string>& inner);

/// Whether a client at `client` may use what is bound to `bound`; no bounds let all in.
[[nodiscard]] bool admits(const std::vector<std::string>& bound,
                          std::string_view client = client_address);

/// What lets in the client that `admits` keeps out.
[[nodiscard]] std::string admission_remedy();

} // namespace lapse::runtime
