#pragma once

#include "actors/api/field_data.hpp"
#include "actors/protocol/answer.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::token {

/// A token role.
struct token_role {
  std::vector<std::string> allowed_policies;
  std::vector<std::string> allowed_policies_glob;
  std::vector<std::string> disallowed_policies;
  std::vector<std::string> disallowed_policies_glob;
  std::optional<std::vector<std::string>> allowed_entity_aliases;
  bool orphan = false;
  bool renewable = true;
  std::string path_suffix;
  std::vector<std::string> bound_cidrs;
  duration explicit_max_ttl{0};
  duration period{0};
  /// What was written under the deprecated names, which reads show beside the new ones.
  duration old_explicit_max_ttl{0};
  duration old_period{0};
  std::vector<std::string> old_bound_cidrs;
  std::string type = "default-service";
  bool no_default_policy = false;
  std::int64_t num_uses = 0;

  [[nodiscard]] bool limits_policies() const noexcept {
    return !allowed_policies.empty() || !allowed_policies_glob.empty() ||
           !disallowed_policies.empty() || !disallowed_policies_glob.empty();
  }
};

/// What a token role is written with.
[[nodiscard]] std::vector<api::field_row> token_role_fields();

/// `auth/token/roles`: plain data, read at creation and at renewal.
class role_store {
public:
  [[nodiscard]] const token_role* find(std::string_view name) const {
    auto i = roles_.find(name);
    return i == roles_.end() ? nullptr : &i->second;
  }

  [[nodiscard]] answer read(std::string_view name) const;
  [[nodiscard]] answer list() const;
  /// @param max_ttl maximum of the token mount, for the warning of R-238.
  [[nodiscard]] answer write(const api::field_data& in, duration max_ttl);
  [[nodiscard]] answer remove(std::string_view name);

  /// Grows with every change.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

private:
  std::map<std::string, token_role, std::less<>> roles_;
  std::uint64_t version_ = 0;
};

} // namespace lapse::token
