#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::api {

/// Adds to a listing of a folder what a key `below` it shows there: its name, or the folder it lies
/// in with a final `/`. Keys come in byte order.
inline void list_below(std::string_view below, std::vector<std::string>& listed) {
  if (const auto slash = below.find('/'); slash != std::string_view::npos)
    below = below.substr(0, slash + 1);
  if (!below.empty() && (listed.empty() || listed.back() != below))
    listed.emplace_back(below);
}

/// Calls `take` with what follows `folder` in each key below it, in byte order.
/// @param folder with its final `/` or without.
template <class T, class Take>
void for_each_below(const std::map<std::string, T, std::less<>>& items, std::string_view folder,
                    Take take) {
  std::string prefix{folder};
  if (!prefix.empty() && prefix.back() != '/')
    prefix += '/';
  for (auto i = items.lower_bound(prefix); i != items.end() && i->first.starts_with(prefix); ++i)
    take(std::string_view{i->first}.substr(prefix.size()));
}

/// The keys under `folder` (with or without its final `/`), one level deep; deeper ones stand as
/// their folder with a final `/`. In byte order.
template <class T>
[[nodiscard]] std::vector<std::string>
keys_below(const std::map<std::string, T, std::less<>>& items, std::string_view folder) {
  std::vector<std::string> result;
  for_each_below(items, folder, [&](std::string_view below) { list_below(below, result); });
  return result;
}

/// All keys under `folder`, at any depth, without its name. In byte order.
template <class T>
[[nodiscard]] std::vector<std::string>
all_keys_below(const std::map<std::string, T, std::less<>>& items, std::string_view folder) {
  std::vector<std::string> result;
  for_each_below(items, folder, [&](std::string_view below) { result.emplace_back(below); });
  return result;
}

} // namespace lapse::api
