#include "sim/run/handle_table.hpp"

#include "actors/protocol/glob.hpp"
#include "actors/protocol/ids.hpp"

namespace lapse::run {

namespace {

/// Maker of the identifiers that nobody has; any constant that no vault starts from.
constexpr std::uint64_t nobody = 0x6e6f626f6479ULL;

} // namespace

std::uint32_t handle_table::seek(std::uint64_t key, std::string_view name) const {
  return index_.find(key, [&](std::uint32_t at) { return handles_[at].name == name; });
}

const bound_handle* handle_table::find(std::string_view name) const {
  const auto at = seek(fnv_1a(name), name);
  return at == flat_index::none ? nullptr : &handles_[at];
}

const bound_handle* handle_table::bind(bound_handle handle) {
  const auto key = fnv_1a(handle.name);
  if (seek(key, handle.name) != flat_index::none)
    return nullptr;
  index_.insert(key, static_cast<std::uint32_t>(handles_.size()));
  return &handles_.emplace_back(std::move(handle));
}

const bound_handle& handle_table::rebind(bound_handle handle) {
  const auto at = seek(fnv_1a(handle.name), handle.name);
  if (at == flat_index::none)
    return *bind(std::move(handle));
  handles_[at] = std::move(handle);
  return handles_[at];
}

bool handle_matches(std::string_view pattern, const bound_handle& handle) {
  const auto spoken_of = [&](char mark) { return pattern.find(mark) != std::string_view::npos; };
  return glob_match(pattern, handle.name) && (!handle.earlier || spoken_of('#')) &&
         (handle.name.find('.') == std::string::npos || spoken_of('.'));
}

token_name name_of(const bound_handle& token, const lives::ledger& lives) {
  const auto* life = lives.find(token.token);
  return life == nullptr ? token_name{token.token, token_type::service, nullptr} : life->named();
}

std::string lease_text(const bound_handle& handle, const lives::ledger& lives) {
  if (const auto* lease = lives.find(handle.lease))
    return text(lease->lease_named());
  if (const auto* token = lives.find(handle.token)) {
    lease_name own;
    own.token = token->named();
    own.path = token->path();
    return text(own);
  }
  return unknown_lease_text(handle.name);
}

token_name unknown_token(std::string_view handle) {
  return token_name{token_id{derive(nobody, fnv_1a(handle))}, token_type::service, nullptr};
}

std::string unknown_lease_text(std::string_view handle) {
  lease_name name;
  name.lease = lease_id{derive(nobody, fnv_1a(handle))};
  name.path = std::make_shared<const std::string>("unknown/lease");
  return text(name);
}

} // namespace lapse::run
