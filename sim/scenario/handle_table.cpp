#include "sim/scenario/handle_table.hpp"

namespace lapse {

namespace {

/// A number for a name, the same on every machine (FNV-1a).
std::uint64_t number_of(std::string_view name) noexcept {
  std::uint64_t result = 0xcbf29ce484222325ULL;
  for (auto c : name)
    result = (result ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return result;
}

/// Maker of the identifiers that nobody has; any constant that no vault starts from.
constexpr std::uint64_t nobody = 0x6e6f626f6479ULL;

} // namespace

const bound_handle* handle_table::find(std::string_view name) const {
  auto at = index_.find(name);
  return at == index_.end() ? nullptr : at->second;
}

const bound_handle* handle_table::bind(bound_handle handle) {
  if (find(handle.name) != nullptr)
    return nullptr;
  const auto& stored = handles_.emplace_back(std::move(handle));
  index_.emplace(stored.name, &stored);
  return &stored;
}

bool glob_matches(std::string_view pattern, std::string_view name) noexcept {
  // Greedy with one point of return: linear in pattern times name, without recursion.
  std::size_t p = 0;
  std::size_t n = 0;
  auto star = std::string_view::npos;
  std::size_t resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
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
  return token_name{token_id{derive(nobody, number_of(handle))}, token_type::service, nullptr};
}

std::string unknown_lease_text(std::string_view handle) {
  lease_name name;
  name.lease = lease_id{derive(nobody, number_of(handle))};
  name.path = std::make_shared<const std::string>("unknown/lease");
  return text(name);
}

} // namespace lapse
