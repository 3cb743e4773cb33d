#include "actors/protocol/event.hpp"

namespace lapse {

std::string_view to_string(end_cause cause) noexcept {
  switch (cause) {
    case end_cause::deadline:
      return "deadline";
    case end_cause::revoke:
      return "revoke";
    case end_cause::ancestor:
      return "ancestor";
    case end_cause::last_use:
      return "last_use";
    case end_cause::prefix:
      return "prefix";
    case end_cause::mount:
      return "mount";
    case end_cause::tidy:
      return "tidy";
  }
  return "unknown";
}

std::string_view to_string(client_changed::kind what) noexcept {
  constexpr std::string_view names[] = {"restarted", "finished", "stopped", "gave_up"};
  return names[static_cast<std::uint8_t>(what)];
}

std::string_view to_string(ttl_bound bound) noexcept {
  switch (bound) {
    case ttl_bound::none:
      return "none";
    case ttl_bound::own:
      return "own";
    case ttl_bound::increment:
      return "increment";
    case ttl_bound::mount_default:
      return "mount_default";
    case ttl_bound::role:
      return "role";
    case ttl_bound::period:
      return "period";
    case ttl_bound::mount_max:
      return "mount_max";
    case ttl_bound::backend_max:
      return "backend_max";
    case ttl_bound::explicit_max:
      return "explicit_max";
    case ttl_bound::owner:
      return "owner";
  }
  return "unknown";
}

} // namespace lapse
