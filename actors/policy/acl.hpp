#pragma once

#include "actors/policy/policy.hpp"
#include "actors/policy/template.hpp"
#include "actors/protocol/refusal.hpp"
#include "actors/protocol/token_facts.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::policy {

/// The policies of one token, compiled. Immutable once built, so tokens with the
/// same policies share one. Null policies (names that do not resolve) are skipped.
class acl {
public:
  /// The answer to one request.
  struct decision {
    bool allowed = false;
    /// The deciding pattern grants `sudo`, or the token is root.
    bool sudo = false;
    /// What the request's parameter `limit` is to say instead; none: as it is.
    std::optional<std::string> limit;
  };

  // -- constructors, destructors ----------------------------------------------

  /// Denies everything.
  acl();

  /// @param policies the token's and its entity's policies; not kept.
  /// @param root whether the token holds the policy `root`.
  /// @param now_unix_seconds blocks that have expired by then are left out; see `expires`.
  /// @param missing policies that were named too and are not there, for `denial`.
  acl(std::span<const policy* const> policies, bool root, const template_values& values = {},
      std::int64_t now_unix_seconds = 0, std::vector<missing_policy> missing = {});

  acl(acl&&) noexcept;
  acl& operator=(acl&&) noexcept;
  ~acl();

  // -- properties -------------------------------------------------------------

  [[nodiscard]] bool root() const noexcept { return root_; }

  /// When the first of the blocks in force expires, in Unix seconds: from then on a new ACL is
  /// due. None if no block does.
  [[nodiscard]] std::optional<std::int64_t> expires() const noexcept { return expires_; }

  // -- questions --------------------------------------------------------------

  /// Decides a request by the one best matching pattern. Whether the path needs
  /// `sudo` on top the caller decides (`needs_sudo`). Does not allocate unless the deciding
  /// pattern has parameter rules.
  /// @param path without a query; leading `/` are ignored.
  /// @param body null or the request's parameters; anything but an object is "no data".
  /// @param wrap_ttl the wrapping TTL asked for, if any.
  [[nodiscard]] decision check(operation op, std::string_view path,
                               const nlohmann::json* body = nullptr,
                               std::optional<duration> wrap_ttl = std::nullopt) const;

  /// Why `check`, or a path that needs `sudo` on top, refuses a request; the nearest rule where
  /// none is for the path.
  [[nodiscard]] refusal_reason denial(operation op, std::string_view path,
                                      const nlohmann::json* body, std::optional<duration> wrap_ttl,
                                      bool needs_sudo) const;

  /// True if the pattern that decides `path` grants `sudo`, or the token is root.
  [[nodiscard]] bool sudo(operation op, std::string_view path) const;

  struct grant {
    /// Names of the policies whose blocks grant it, in byte order, for the audit log.
    std::vector<std::string> policies;
    /// The pattern of the rule that decides, as policies have it; null: none does, or root.
    shared_text rule;
  };
  [[nodiscard]] grant granted_by(operation op, std::string_view path) const;

  /// The sorted answer of a capability query: `["root"]` for root, `["deny"]` for nothing or deny
  ///
  [[nodiscard]] std::vector<std::string> capabilities(std::string_view path) const;

  /// Whether the policies give anything on the mount or below it, by which clients are shown it
  /// (R-1224). @param path of the mount, with its final `/`.
  [[nodiscard]] bool opens(std::string_view path) const;

  /// All that the policies give, as `sys/internal/ui/resultant-acl` shows it (R-1224).
  [[nodiscard]] nlohmann::json overview() const;

private:
  struct entry;
  struct index;
  struct builder;

  struct expired_rule;
  [[nodiscard]] const entry* nearest_rule(std::string_view path) const;
  /// "; `kv/a` of policy `web` expired at 2024-01-01T01:00:00Z", for each rule that the path had.
  [[nodiscard]] std::string expired_words(std::string_view path) const;

  [[nodiscard]] const entry* deciding(std::string_view path, bool lists) const noexcept;

  std::unique_ptr<const index> index_;
  std::optional<std::int64_t> expires_;
  std::vector<missing_policy> missing_;
  std::vector<expired_rule> expired_; ///< for `denial`
  bool root_ = false;
};

} // namespace lapse::policy
