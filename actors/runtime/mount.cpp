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

void mount_table::remove(std::string_view path, std::string_view how, token_id by, instant now) {
  accesses_->note(shared_key::mounts, access::write);
  routed_ = {};
  const auto i = mounts_.find(path);
  if (i == mounts_.end())
    return;
  constexpr std::size_t removed_max = 4096;
  if (removed_.size() >= removed_max)
    removed_.clear();
  refusal_reason reason;
  reason.kind = refusal_kind::unmounted;
  reason.text = fmt::format("the mount `{}` {}", path, how);
  reason.by = by;
  reason.since = now;
  removed_.insert_or_assign(i->first, std::make_shared<const refusal>(std::move(reason)));
  mounts_.erase(i);
}

refusal_ptr mount_table::removed(std::string_view path) const {
  for (auto end = path.rfind('/'); end != std::string_view::npos;
       end = end == 0 ? std::string_view::npos : path.rfind('/', end - 1))
    if (const auto i = removed_.find(path.substr(0, end + 1)); i != removed_.end())
      return i->second;
  return nullptr;
}

} // namespace lapse::runtime
