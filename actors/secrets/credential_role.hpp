#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/protocol/time.hpp"
#include "actors/runtime/mount.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace lapse {

/// A role that gives out credentials: how long, and whether with a lease (scenario-format.md).
/// `renewable` and `lease` are ours; a server's roles do not have them.
struct credential_role {
  duration default_ttl{0}; ///< whole seconds; 0: the mount's (R-1719)
  duration max_ttl{0};
  bool renewable = true;
  bool lease = true;
  /// What else was written, for reading it back.
  nlohmann::json more = nlohmann::json::object();
};

/// The roles of one engine.
class credential_roles {
public:
  [[nodiscard]] const credential_role* find(std::string_view name) const;

  /// LIST for an empty name.
  [[nodiscard]] answer list(operation op) const;

  /// Writes the fields given, keeps the others (R-1711). `more` are the names of fields kept as
  /// they are. 400 with the bare text, or 204.
  [[nodiscard]] answer write(std::string_view name, const nlohmann::json& body,
                             const std::vector<std::string_view>& more);

  [[nodiscard]] answer remove(std::string_view name);

  /// Terms of a credential of role `name`, for its issue and at its renewal.
  [[nodiscard]] static secret_terms terms(std::string_view name, const credential_role& role);

private:
  std::map<std::string, credential_role, std::less<>> roles_;
};

} // namespace lapse
