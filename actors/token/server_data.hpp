#pragma once

#include "actors/identity/identity_store.hpp"
#include "actors/policy/policy_store.hpp"
#include "actors/runtime/environment.hpp"
#include "actors/runtime/noted.hpp"
#include "actors/token/role_store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace lapse::token {

/// What all tokens share beside the environment: written policies, token roles, identity. Plain
/// data, read at every request.
struct server_data {
  explicit server_data(runtime::environment& with)
    : env(with), policies(with.accesses, runtime::shared_key::policies,
                          policy::policy_store{with.config().start_unix_s}),
      roles(with.accesses, runtime::shared_key::roles),
      identities(with.accesses, runtime::shared_key::identity) {}

  runtime::environment& env;
  runtime::noted<policy::policy_store> policies;
  runtime::noted<role_store> roles;
  runtime::noted<identity::identity_store> identities;
  /// What an entity grants, as of a version of the identity store: a memo, by entity.
  struct identity_grant {
    std::uint64_t version = 0;
    shared_names names; ///< null: nothing
  };
  std::map<std::string, identity_grant, std::less<>> granted;
  /// The rights that were worked out last, and of what: tokens of a fleet share all of it.
  struct known_rights {
    shared_names policies;
    shared_names granted;
    shared_text entity;
    std::uint64_t identity_version = 0;
    std::uint64_t policies_version = 0;
    friend bool operator==(const known_rights&, const known_rights&) = default;
  };
  known_rights last_asked;
  std::shared_ptr<const policy::acl> last_rights;
  /// The two paths most tokens are made under; null until first used.
  runtime::path_bucket* create_path = nullptr;
  runtime::path_bucket* create_orphan_path = nullptr;
};

} // namespace lapse::token
