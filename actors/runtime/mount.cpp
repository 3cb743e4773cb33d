#include "actors/runtime/mount.hpp"

#include <fmt/format.h>

namespace lapse::runtime {

mount& mount_table::add(mount entry) {
  constexpr std::uint64_t maker = 0x6d6f756e74ULL;
  accesses_->note(shared_key::mounts, access::write);
  routed_ = {};
  entry.accessor = fmt::format("{}{}_{:08x}", entry.auth ? "auth_" : "", entry.type,
                               static_cast<std::uint32_t>(derive(maker, entry.ordinal)));
  auto path = entry.path;
  return *mounts_.insert_or_assign(path, std::make_shared<mount>(std::move(entry))).first->second;
}

} // namespace lapse::runtime
