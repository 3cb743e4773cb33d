#pragma once

#include "actors/identity/identity_store.hpp"
#include "actors/policy/policy_store.hpp"
#include "actors/runtime/environment.hpp"
#include "actors/token/role_store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace lapse::token {

/// What all tokens share beside the environment: written policies, token roles, identity. Plain
/// data, read at every request; changes go through `touch` like those of the registry.
struct server_data {
  runtime::environment& env;
  policy::policy_store policies;
  role_store roles;
  identity::identity_store identities;
  /// What an entity grants, as of a version of the identity store: a memo, by entity.
  struct identity_grant {
    std::uint64_t version = 0;
    shared_names names; ///< null: nothing
  };
  std::map<std::string, identity_grant, std::less<>> granted;
  /// The two paths most tokens are made under; null until first used.
  runtime::path_bucket* create_path = nullptr;
  runtime::path_bucket* create_orphan_path = nullptr;
};

/// Notes, when it goes, whether what was done with the identities meanwhile has changed any: a
/// search takes two steps that only read for independent.
class identity_access {
public:
  explicit identity_access(server_data& shared)
    : shared_(shared), before_(shared.identities.version()) {}
  ~identity_access() {
    shared_.env.touch(runtime::shared_key::identity, shared_.identities.version() == before_
                                                         ? runtime::access::read
                                                         : runtime::access::write);
  }
  identity_access(const identity_access&) = delete;
  identity_access& operator=(const identity_access&) = delete;

private:
  server_data& shared_;
  std::uint64_t before_;
};

} // namespace lapse::token
