#pragma once

#include "actors/policy/acl.hpp"
#include "actors/policy/policy.hpp"
#include "actors/protocol/absolute_time.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::policy {

/// What a write of a policy sends (R-1715).
struct policy_write {
  std::string name; ///< lower case
  std::string text; ///< HCL, JSON, or base64 of either
  /// From then on the policy is gone. None: never.
  std::optional<unix_time> expiration;
  /// The version that must be there; -1: the policy must not be there; none: not said.
  std::optional<std::int64_t> cas;
  bool cas_required = false;
  bool allow_slashes = false;   ///< values of templates may hold `/` (R-925)
  bool allow_wildcards = false; ///< values of templates may hold `*` and `+` (R-925)
};

/// The written policies, and the ACLs made of them. Tokens name policies, and a name is resolved
/// at each request: an edit changes every token at once.
class policy_store {
public:
  struct stored {
    policy_write written;
    std::int64_t version = 0;
    unix_time modified;
    std::shared_ptr<const policy> compiled;

    [[nodiscard]] bool expired(unix_time now) const noexcept {
      return written.expiration && *written.expiration < now;
    }
  };

  /// @param start_unix_s when the server started, with its two policies.
  explicit policy_store(std::int64_t start_unix_s = 0);

  /// Stores a policy, or refuses with the server's error text (R-1715, R-1716).
  [[nodiscard]] tl::expected<void, std::string> write(policy_write what, unix_time now);

  [[nodiscard]] tl::expected<void, std::string> remove(std::string_view name, unix_time now);

  /// One that has expired goes when somebody looks for it, as on the server.
  [[nodiscard]] const stored* find(std::string_view name, unix_time now);
  [[nodiscard]] bool exists(std::string_view name, unix_time now) {
    return name == "root" || find(name, now) != nullptr;
  }
  /// Names that start with `prefix`, in byte order, `root` included unless there is a prefix,
  /// `response-wrapping` not (R-1715).
  [[nodiscard]] std::vector<std::string> names(std::string_view prefix = {}) const;

  /// Grows with every change, also when a policy expires: an ACL taken at one version is good
  /// until the next.
  [[nodiscard]] std::uint64_t version(unix_time now);
  /// The same, up to the last time that somebody asked.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

  /// The ACL of a token with these policies. Shared between tokens of the same policies and entity.
  /// @param identity changes whenever `values` gives others; empty: no entity.
  [[nodiscard]] std::shared_ptr<const acl> acl_of(std::vector<std::string> policies,
                                                  std::string_view identity,
                                                  const std::function<template_values()>& values,
                                                  unix_time now);

private:
  void changed(unix_time now);
  void went(const std::string& name, unix_time at, bool expired);
  [[nodiscard]] missing_policy missing(const std::string& name) const;

  std::map<std::string, stored, std::less<>> policies_;
  std::map<std::vector<std::string>, std::shared_ptr<const acl>> acls_;
  /// Policies that are gone, for people.
  std::map<std::string, missing_policy, std::less<>> gone_;
  std::int64_t start_unix_s_;
  std::uint64_t version_ = 1;
  /// The first expiration that no version has grown for yet.
  std::optional<unix_time> next_expiration_;
};

} // namespace lapse::policy
