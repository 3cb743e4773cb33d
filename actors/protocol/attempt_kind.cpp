#include "actors/protocol/attempt_kind.hpp"

#include <algorithm>
#include <array>

namespace lapse {

namespace {

/// Whether one of the path's parts after its mount is `name`.
bool has_part(std::string_view path, std::string_view name) noexcept {
  for (auto at = path.find('/'); at != std::string_view::npos; at = path.find('/', at + 1)) {
    const auto part = path.substr(at + 1);
    if (part.starts_with(name) && (part.size() == name.size() || part[name.size()] == '/'))
      return true;
  }
  return false;
}

} // namespace

attempt_kind attempt_kind_of(const request& what) noexcept {
  const std::string_view path = what.path;
  const auto under = [&](std::string_view start) { return path.starts_with(start); };
  if (under("auth/token/renew") || under("sys/leases/renew") || under("sys/renew"))
    return attempt_kind::renewal;
  if (under("auth/token/revoke") || under("sys/leases/revoke") || under("sys/revoke"))
    return attempt_kind::revocation;
  if (under("auth/"))
    return is_write(what.op) && !under("auth/token/") && has_part(path, "login")
               ? attempt_kind::login
               : attempt_kind::other;
  constexpr std::array server_paths{std::string_view{"sys/"}, std::string_view{"identity/"},
                                    std::string_view{"cubbyhole/"}};
  if (std::any_of(server_paths.begin(), server_paths.end(), under))
    return attempt_kind::other;
  const auto gives_out = is_write(what.op) && (has_part(path, "issue") || has_part(path, "creds"));
  return what.op == operation::read || gives_out ? attempt_kind::read : attempt_kind::other;
}

std::string_view plural_of(attempt_kind kind) noexcept {
  constexpr std::string_view names[] = {"logins", "renewals", "reads", "revocations", "requests"};
  return names[static_cast<std::uint8_t>(kind)];
}

} // namespace lapse
