#pragma once

#include "actors/policy/policy_store.hpp"
#include "actors/runtime/environment.hpp"
#include "actors/token/role_store.hpp"

#include <map>
#include <string>

namespace lapse::token {

/// An identity entity, made by a user's first login (R-710, R-1723).
struct entity {
  shared_text id;
  std::string name;
};

/// What all tokens share beside the environment: written policies, token roles, entities. Plain
/// data, read at every request; changes go through `touch` like those of the registry.
struct server_data {
  runtime::environment& env;
  policy::policy_store policies;
  role_store roles;
  /// By mount accessor and alias name.
  std::map<std::pair<std::string, std::string>, entity> entities;
  /// By entity id.
  std::map<std::string, std::string, std::less<>> entity_names;
  /// The two paths most tokens are made under; null until first used.
  runtime::path_bucket* create_path = nullptr;
  runtime::path_bucket* create_orphan_path = nullptr;
};

} // namespace lapse::token
