#pragma once

#include "actors/protocol/request.hpp"

#include <cstdint>
#include <string_view>

namespace lapse {

/// What a request asks of the server, as load is counted.
enum class attempt_kind : std::uint8_t {
  login,      ///< at an auth method's `login`
  renewal,    ///< of a token or a lease
  read,       ///< of a secret, or a request that gives out a credential
  revocation, ///< of tokens or leases
  other
};

/// By operation and path alone, so that refused requests are counted too.
[[nodiscard]] attempt_kind attempt_kind_of(const request& what) noexcept;

/// In the plural, as files name them: `logins`; `requests` for `other`.
[[nodiscard]] std::string_view plural_of(attempt_kind kind) noexcept;

} // namespace lapse
