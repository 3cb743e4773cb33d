#pragma once

#include "actors/identity/identity_store.hpp"
#include "actors/policy/policy_store.hpp"
#include "actors/runtime/environment.hpp"
#include "actors/token/role_store.hpp"

namespace lapse::token {

/// What all tokens share beside the environment: written policies, token roles, identity. Plain
/// data, read at every request; changes go through `touch` like those of the registry.
struct server_data {
  runtime::environment& env;
  policy::policy_store policies;
  role_store roles;
  identity::identity_store identities;
  /// The two paths most tokens are made under; null until first used.
  runtime::path_bucket* create_path = nullptr;
  runtime::path_bucket* create_orphan_path = nullptr;
};

} // namespace lapse::token
