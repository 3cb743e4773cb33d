#include "sim/run/handle_table.hpp"

#include "actors/protocol/glob.hpp"

namespace lapse::run {

namespace {

/// Maker of the identifiers that nobody has; any constant that no vault starts from.
constexpr std::uint64_t nobody = 0x6e6f626f6479ULL;

} // namespace

std::pair<std::uint64_t, std::uint32_t> handle_table::seek(std::string_view name) const {
  auto key = fnv_1a(name);
  for (;; key = mix(key)) {
    if (key == 0) // which an index cannot hold
      continue;
    auto at = index_.find(key);
    if (at == flat_index::none || handles_[at].name == name)
      return {key, at};
  }
}

const bound_handle* handle_table::find(std::string_view name) const {
  auto at = seek(name).second;
  return at == flat_index::none ? nullptr : &handles_[at];
}

const bound_handle* handle_table::bind(bound_handle handle) {
  auto [key, at] = seek(handle.name);
  if (at != flat_index::none)
    return nullptr;
  index_.insert(key, static_cast<std::uint32_t>(handles_.size()));
  return &handles_.emplace_back(std::move(handle));
}

const bound_handle& handle_table::rebind(bound_handle handle) {
  auto at = seek(handle.name).second;
  if (at == flat_index::none)
    return *bind(std::move(handle));
  handles_[at] = std::move(handle);
  return handles_[at];
}

bool handle_matches(std::string_view pattern, std::string_view name) {
  const auto spoken_of = [&](char mark) {
    return name.find(mark) == std::string_view::npos ||
           pattern.find(mark) != std::string_view::npos;
  };
  return glob_match(pattern, name) && spoken_of('#') && spoken_of('.');
}

token_name name_of(const bound_handle& token) {
  return token_name{token.token, token.type, token.custom};
}

std::string lease_text(const bound_handle& handle) {
  lease_name name;
  name.path = handle.text;
  if (handle.what == bound_handle::kind::token)
    name.token = name_of(handle);
  else if (handle.what == bound_handle::kind::lease) {
    name.lease = handle.lease;
    name.order = handle.order;
  } else
    return unknown_lease_text(handle.name);
  return text(name);
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
