#pragma once

#include "actors/policy/policy.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <set>
#include <string>

namespace lapse::policy {

/// A listing that asks for more than its pattern's pages hold.
struct denied_page {};

/// What a pattern demands of a request beside the capability: the merged rules of
/// all blocks with that pattern.
struct request_limits {
  parameter_rules allowed_parameters;
  parameter_rules denied_parameters;
  std::set<std::string> required_parameters;
  duration min_wrapping_ttl{0};
  duration max_wrapping_ttl{0};
  std::int64_t pagination_limit = 0;

  /// Merges the limits of one more block. The result does not depend on the order.
  void merge(const path_rule& rule);

  /// True if there is nothing to check.
  [[nodiscard]] bool empty() const noexcept;

  /// Whether a wrapping TTL, or none, is within bounds.
  [[nodiscard]] bool admits_wrapping(std::optional<duration> wrap_ttl) const noexcept;

  /// Whether a body is acceptable. Values compare as on the server: strings by globs with
  /// `*` at either end, numbers never, since it reads those of policies and of bodies as different
  /// types.
  [[nodiscard]] bool admits_body(const nlohmann::json* body) const;

  /// What `admits_body` finds wrong with the body, as a clause; empty: nothing.
  [[nodiscard]] std::string body_fault(const nlohmann::json* body) const;

  /// What a listing's parameter `limit` is to say instead of what the body says, if anything
  /// . The error: the listing is refused.
  [[nodiscard]] tl::expected<std::optional<std::string>, denied_page>
  page_limit(const nlohmann::json* body) const;
};

} // namespace lapse::policy
