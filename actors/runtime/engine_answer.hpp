#pragma once

#include "actors/protocol/answer.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lapse {

// Answers that engines, auth methods, tokens and the vault give alike.

/// 404: the engine has no such path (R-1203, R-1204).
[[nodiscard]] answer unsupported_path();

/// 405: the path exists, but not for this operation (R-1203).
[[nodiscard]] answer unsupported_operation();

/// 501 `lapse does not model PATH`: a real server knows the path. `mount_path` has its final `/`.
[[nodiscard]] answer unmodelled(std::string_view mount_path, std::string_view path);

/// `{"keys": […]}`, or 404 if there are none (R-1704).
[[nodiscard]] answer key_list(const std::vector<std::string>& keys);

/// The keys of a map in byte order.
template <class T>
[[nodiscard]] answer key_list(const std::map<std::string, T, std::less<>>& items) {
  std::vector<std::string> keys;
  keys.reserve(items.size());
  for (const auto& item : items)
    keys.push_back(item.first);
  return key_list(keys);
}

/// `path` up to its first `/`; `path` keeps what is behind it.
[[nodiscard]] std::string_view take_segment(std::string_view& path);

/// `path` without one final `/`: lists work with and without it (R-1704).
[[nodiscard]] std::string_view without_slash(std::string_view path);

/// Takes `prefix` off `path`; false, and nothing taken, if `path` does not start with it.
[[nodiscard]] bool take_prefix(std::string_view& path, std::string_view prefix);

} // namespace lapse
