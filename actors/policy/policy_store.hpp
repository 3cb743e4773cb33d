#pragma once

#include "actors/policy/acl.hpp"
#include "actors/policy/policy.hpp"
#include "actors/protocol/time.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::policy {

/// The written policies, and the ACLs made of them. Tokens name policies, and a name is resolved
/// at each request: an edit changes every token at once.
class policy_store {
public:
  struct stored {
    std::string text;
    std::int64_t version = 1;
    instant modified{0};
    std::shared_ptr<const policy> compiled;
  };

  policy_store();

  /// Stores a policy; the server's error text if it does not parse (R-1716).
  [[nodiscard]] std::optional<std::string> write(const std::string& name, std::string_view text,
                                                 instant now, std::int64_t start_unix_s);

  /// Error text if the policy can't be deleted.
  [[nodiscard]] std::optional<std::string> remove(std::string_view name);

  [[nodiscard]] const stored* find(std::string_view name) const;
  [[nodiscard]] bool exists(std::string_view name) const {
    return name == "root" || find(name) != nullptr;
  }
  /// `root` included, in byte order, `response-wrapping` not (R-1715).
  [[nodiscard]] std::vector<std::string> names() const;

  /// Grows with every change: an ACL taken at one version is good until the next.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

  /// The ACL of a token with these policies. Shared between tokens of the same policies and entity.
  [[nodiscard]] std::shared_ptr<const acl> acl_of(const std::vector<std::string>& policies,
                                                  const template_values& entity,
                                                  std::int64_t now_unix_s);

private:
  std::map<std::string, stored, std::less<>> policies_;
  std::map<std::vector<std::string>, std::shared_ptr<const acl>> acls_;
  std::uint64_t version_ = 1;
};

} // namespace lapse::policy
