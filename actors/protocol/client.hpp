#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lapse {

/// One of the clients that a scenario has (`clients:`): its family, numbered from 0 in the order of
/// the file, and its number in there, from 1.
struct client_name {
  std::uint32_t family = 0;
  std::uint32_t number = 0; ///< 0: no client
  friend auto operator<=>(const client_name&, const client_name&) = default;
  explicit operator bool() const noexcept { return number != 0; }
};

/// What a client may ask for.
enum class client_request : std::uint8_t {
  login,       ///< a token: by a login, or by a creation in its stead
  lookup,      ///< what is left of a token that it was given
  read,        ///< a leased secret
  renew_token, ///< its own token
  renew_lease, ///< the lease of a secret it holds
  revoke       ///< the end of its token
};

inline constexpr std::size_t client_request_count = 6;

[[nodiscard]] constexpr std::string_view to_string(client_request what) noexcept {
  constexpr std::array<std::string_view, client_request_count> names = {
      "login", "lookup", "read", "renew_token", "renew_lease", "revoke"};
  return names[static_cast<std::uint8_t>(what)];
}

[[nodiscard]] constexpr bool is_renewal(client_request what) noexcept {
  return what == client_request::renew_token || what == client_request::renew_lease;
}

} // namespace lapse
