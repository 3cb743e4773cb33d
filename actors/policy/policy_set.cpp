#include "actors/policy/policy_set.hpp"

#include "actors/protocol/glob.hpp"

#include <algorithm>

namespace lapse::policy {

namespace {

// ASCII only: names that differ in the case of other letters stay apart.
std::string normalised(std::string_view name) {
  constexpr std::string_view blank = " \t\n\v\f\r";
  auto first = name.find_first_not_of(blank);
  if (first == std::string_view::npos)
    return {};
  std::string out{name.substr(first, name.find_last_not_of(blank) - first + 1)};
  for (auto& ch : out)
    if (ch >= 'A' && ch <= 'Z')
      ch = static_cast<char>(ch - 'A' + 'a');
  return out;
}

} // namespace

std::vector<std::string> sanitize_policies(std::vector<std::string> names, bool add_default) {
  for (auto& name : names)
    name = normalised(name);
  std::erase(names, "");
  if (std::find(names.begin(), names.end(), "root") != names.end())
    return {"root"};
  if (add_default)
    names.emplace_back("default");
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool is_root(std::span<const std::string> names) noexcept {
  return names.size() == 1 && names.front() == "root";
}

bool any_glob_match(std::span<const std::string> globs, std::string_view name) noexcept {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return glob_match(glob, name); });
}

bool is_subset(std::span<const std::string> subset,
               std::span<const std::string> superset) noexcept {
  return std::all_of(subset.begin(), subset.end(), [&](const std::string& name) {
    return std::find(superset.begin(), superset.end(), name) != superset.end();
  });
}

} // namespace lapse::policy
