#pragma once

#include "actors/protocol/absolute_time.hpp"
#include "actors/protocol/token_facts.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lapse::identity {

// What the identity store keeps. Lists and maps that are null were never set, or were empty when
// the record was last copied: the server's copies lose the difference.

using identity_pairs = std::optional<std::map<std::string, std::string>>;
using identity_names = std::optional<std::vector<std::string>>;

/// What a login names an entity or a group by: a name at a mount.
struct identity_alias {
  std::string id;
  std::string canonical_id; ///< of the entity or group
  std::string mount_accessor;
  std::string name;
  identity_pairs metadata; ///< what the auth method says
  identity_pairs custom_metadata;
  unix_time created;
  unix_time updated;
};

struct identity_entity {
  shared_text id;
  std::string name;
  std::vector<std::string> policies; ///< normalised
  identity_pairs metadata;
  bool disabled = false;
  std::vector<identity_alias> aliases;
  unix_time created;
  unix_time updated;
  /// The store's version at its last change.
  std::uint64_t version = 0;
};

struct identity_group {
  std::string id;
  std::string name;
  std::string type; ///< `internal` or `external`
  identity_names policies;
  identity_pairs metadata;
  identity_names member_entity_ids;
  std::vector<std::string> parent_group_ids;
  std::optional<identity_alias> alias; ///< of an external group
  std::uint64_t modify_index = 0;
  unix_time created;
  unix_time updated;
};

} // namespace lapse::identity
