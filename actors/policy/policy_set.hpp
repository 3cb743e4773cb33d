#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::policy {

/// Normalises a list of policy names as the server does everywhere: trimmed, lower-case,
/// without empty and repeated names, in byte order. With `add_default`, `default` is added
/// . A list with `root` in it becomes exactly `["root"]`.
[[nodiscard]] std::vector<std::string> sanitize_policies(std::vector<std::string> names,
                                                         bool add_default);

/// The same but for `root`, which is a name like the others: what the server does to other lists of
/// names (R-1711).
[[nodiscard]] std::vector<std::string> distinct_names(std::vector<std::string> names);

/// True if a normalised list makes a root token: exactly `["root"]`.
[[nodiscard]] bool is_root(std::span<const std::string> names) noexcept;

/// True if `name` matches one of the globs.
[[nodiscard]] bool any_glob_match(std::span<const std::string> globs,
                                  std::string_view name) noexcept;

/// True if every name of `subset` is in `superset`. Neither needs to be sorted.
[[nodiscard]] bool is_subset(std::span<const std::string> subset,
                             std::span<const std::string> superset) noexcept;

/// Which of `wanted` are not in `own`, and what is: "its maker does not have `b`, but `a`".
[[nodiscard]] std::string excess_words(std::span<const std::string> wanted,
                                       std::span<const std::string> own);

} // namespace lapse::policy
