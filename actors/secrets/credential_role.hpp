#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/protocol/time.hpp"
#include "actors/runtime/mount.hpp"
#include "actors/secrets/secrets_setup.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::secrets {

/// A role that gives out credentials: how long, and whether with a lease (scenarios/FORMAT.md).
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

  [[nodiscard]] answer list() const;

  /// Writes the fields given, keeps the others (R-1711). What the path declares beside the fields
  /// of `credential_role` is kept as it was sent.
  [[nodiscard]] answer write(const api::field_data& in);

  [[nodiscard]] answer remove(std::string_view name);

  /// Terms of a credential of role `name`, for its issue and at its renewal.
  /// @param connection of a database: how it is reached
  [[nodiscard]] static runtime::secret_terms
  terms(std::string_view name, const credential_role& role, std::string connection = {});

private:
  std::map<std::string, credential_role, std::less<>> roles_;
};

/// What engines with such roles have alike. The role is the path's `name`.
class credential_engine : public runtime::engine {
protected:
  /// What scenario files say of a role.
  [[nodiscard]] static const std::vector<runtime::setup_key>& role_keys();

  /// The rows of a listing of roles and of one role. `own` are the fields that the engine's roles
  /// take beside those of all; `read` shows a role.
  [[nodiscard]] static std::vector<runtime::engine_paths::row>
  role_rows(std::string_view list_pattern, std::string_view item_pattern,
            const std::vector<api::field_row>& own,
            runtime::engine_reply (*read)(runtime::engine&, const runtime::engine_call&));

  credential_roles roles_;

private:
  [[nodiscard]] bool has_role(const api::field_data& in) const;
  [[nodiscard]] answer list_roles(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_role(const runtime::engine_call& call);
  [[nodiscard]] answer delete_role(const runtime::engine_call& call);
};

} // namespace lapse::secrets
