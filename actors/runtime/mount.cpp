#include "actors/runtime/mount.hpp"

#include <fmt/format.h>

namespace lapse {

std::string mount_accessor(const mount& m) {
  // Derives from the mount's ordinal, so that listings, counts and audit entries agree.
  constexpr std::uint64_t maker = 0x6d6f756e74ULL;
  return fmt::format("{}{}_{:08x}", m.auth ? "auth_" : "", m.type,
                     static_cast<std::uint32_t>(derive(maker, m.ordinal)));
}

} // namespace lapse
