#include "actors/policy/policy_set.hpp"

#include "actors/protocol/ascii.hpp"
#include "actors/protocol/glob.hpp"

#include <algorithm>

namespace lapse::policy {

namespace {

// ASCII only: names that differ in the case of other letters stay apart.
std::string normalised(std::string_view name) { return lower_case(trimmed(name)); }

} // namespace

std::vector<std::string> distinct_names(std::vector<std::string> names) {
  for (auto& name : names)
    name = normalised(name);
  std::erase(names, "");
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string> sanitize_policies(std::vector<std::string> names, bool add_default) {
  if (add_default)
    names.emplace_back("default");
  names = distinct_names(std::move(names));
  if (std::binary_search(names.begin(), names.end(), "root"))
    return {"root"};
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

std::string excess_words(std::span<const std::string> wanted, std::span<const std::string> own) {
  const auto add = [](std::string& to, const std::string& name) {
    to += (to.empty() ? "`" : ", `") + name + '`';
  };
  std::string missing;
  for (const auto& name : wanted)
    if (!is_subset({&name, 1}, own))
      add(missing, name);
  std::string held;
  for (const auto& name : own)
    add(held, name);
  return "its maker does not have " + missing + ", but " + (held.empty() ? "no policy" : held);
}

} // namespace lapse::policy
