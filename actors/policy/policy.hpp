#pragma once

#include "actors/policy/capability.hpp"
#include "actors/protocol/time.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lapse::policy {

/// Values a parameter may or may not have, by lower-case parameter name. An empty list is any
/// value; the name `*` is any parameter. Ordered, so that rendering is deterministic.
using parameter_rules = std::map<std::string, std::vector<nlohmann::json>>;

/// One `path` block of a policy.
struct path_rule {
  /// Without a leading `/`. The final `*` of a prefix pattern is not part of it; that of a pattern
  /// with `+` segments is.
  std::string pattern;
  /// A literal with a final `*` and without `+` segments.
  bool is_prefix = false;
  /// Has a whole segment `+` (more exactly: starts with `+/`, holds `/+`, or is `+`).
  bool has_plus = false;
  /// Holds `{{…}}`, to be filled in for each caller.
  bool is_templated = false;
  capability_set capabilities;
  parameter_rules allowed_parameters;
  parameter_rules denied_parameters;
  std::vector<std::string> required_parameters;
  /// Zero: no bound.
  duration min_wrapping_ttl{0};
  duration max_wrapping_ttl{0};
  /// Zero: no limit.
  std::int64_t pagination_limit = 0;
  /// Unix seconds from which on the block counts as absent.
  std::optional<std::int64_t> expiration;

  [[nodiscard]] bool operator==(const path_rule&) const = default;
};

/// A policy as written: its blocks in order, repeated patterns not yet merged.
struct policy {
  std::string name;
  std::vector<path_rule> rules;
  /// Blocks that had expired when it was written, which grant nothing: pattern and expiration
  /// alone, for people.
  std::vector<path_rule> expired;
  /// Whether values of templates may hold `/`, and `*` and `+`.
  bool allow_slashes = false;
  bool allow_wildcards = false;

  [[nodiscard]] bool operator==(const policy&) const = default;
};

} // namespace lapse::policy
