#pragma once

#include "actors/api/field_data.hpp"
#include "actors/protocol/answer.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::api {

// Answers that engines, auth methods, tokens and the vault give alike.

/// 404: the engine has no such path (R-1203, R-1204).
[[nodiscard]] answer unsupported_path();

/// 405: the path exists, but not for this operation (R-1203).
[[nodiscard]] answer unsupported_operation();

/// 404: nothing is mounted where the path points.
[[nodiscard]] answer no_route(std::string_view path);

/// 400: what should be a wrapping token is none, or not any more (R-1008, R-1011).
[[nodiscard]] answer bad_wrapping_token();

/// 202: a clean-up goes on by itself.
[[nodiscard]] answer tidy_started();

/// `{"keys": […]}`, or 404 if there are none (R-1704).
[[nodiscard]] answer key_list(const std::vector<std::string>& keys);

/// The same of a scan, which finds nothing without an error (R-1222).
[[nodiscard]] answer scanned(const std::vector<std::string>& keys);

/// The part of a sorted listing that the fields `after` and `limit` ask for.
[[nodiscard]] std::vector<std::string> page_of(std::vector<std::string> keys, const field_data& in);

/// The keys of a map in byte order.
template <class T>
[[nodiscard]] answer key_list(const std::map<std::string, T, std::less<>>& items) {
  std::vector<std::string> keys;
  keys.reserve(items.size());
  for (const auto& item : items)
    keys.push_back(item.first);
  return key_list(keys);
}

/// The same, as far as `after` and `limit` ask for.
template <class T>
[[nodiscard]] answer key_page(const std::map<std::string, T, std::less<>>& items,
                              const field_data& in) {
  std::vector<std::string> keys;
  for (const auto& item : items)
    keys.push_back(item.first);
  return key_list(page_of(std::move(keys), in));
}

} // namespace lapse::api
