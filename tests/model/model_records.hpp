#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/protocol/ids.hpp"
#include "actors/protocol/time.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lapse::sequential {

using names = std::vector<std::string>;

/// When something is due; the second part keeps the order of equal instants.
using due_key = std::pair<instant, std::uint64_t>;

/// A token's own lease: times and what renewals start from.
struct token_lease {
  std::string id;
  instant issue{0};
  std::optional<instant> expire;
  std::optional<instant> last_renewal;
  bool renewable = false;
  /// The TTL last granted.
  duration granted{0};
  /// Kept from the login.
  duration explicit_max{0};
  std::int64_t num_uses = 0;
  bool orphan = false;
  std::optional<due_key> timer;
};

/// A batch token has the same record here, though a server stores none.
struct token_record {
  token_name name;
  std::string id;
  std::string accessor;
  /// Id of the parent; empty: orphan.
  std::string parent;
  names policies;
  std::string path;
  std::optional<std::map<std::string, std::string>> meta;
  std::string display_name;
  /// -1: tainted.
  std::int64_t num_uses = 0;
  /// Whole second (R-1308).
  instant creation{0};
  duration ttl{0};
  duration explicit_max{0};
  duration period{0};
  std::string role;
  std::string entity;
  names cidrs;
  std::optional<token_lease> lease;
  std::map<std::string, nlohmann::json> cubbyhole;
  std::uint64_t leases_made = 0;

  // A wrapping token's cubbyhole (R-1005).
  std::shared_ptr<const answer> wrapped;
  std::optional<token_name> wrapped_token;
  duration wrap_ttl{0};
  instant wrap_time{0};
  std::string wrap_path;

  [[nodiscard]] bool batch() const { return name.type == token_type::batch; }
  [[nodiscard]] bool root() const { return policies == names{"root"}; }
  [[nodiscard]] bool wrapping() const { return policies == names{"response-wrapping"}; }
};

/// A secret's lease (R-601, R-1603).
struct secret_lease {
  lease_name name;
  std::string id;
  std::string path;
  std::string mount;
  /// Role whose TTLs renewals read anew.
  std::string role;
  instant issue{0};
  instant expire{0};
  std::optional<instant> last_renewal;
  bool renewable = false;
  /// Whose death revokes it; empty: nobody.
  std::string owner;
  /// Who asked for it.
  std::string maker;
  bool maker_is_batch = false;
  /// Not empty: irrevocable.
  std::string revoke_error;
  int attempts = 0;
  /// Its end has come and a worker is to revoke it.
  bool queued = false;
  std::optional<due_key> timer;
};

///
struct token_role {
  names allowed;
  names disallowed;
  names allowed_glob;
  names disallowed_glob;
  bool orphan = false;
  bool renewable = true;
  std::string path_suffix;
  std::string type = "default-service";
  duration explicit_max{0};
  duration period{0};
  /// Values given under the old names, for reading them back.
  duration old_explicit_max{0};
  duration old_period{0};
  std::int64_t num_uses = 0;
  bool no_default = false;
  names cidrs;
  std::optional<names> entity_aliases;
};

/// The token_* parameters of a user or role of an auth method.
struct login_settings {
  duration ttl{0};
  duration max_ttl{0};
  duration explicit_max{0};
  duration period{0};
  names policies;
  names cidrs;
  bool no_default = false;
  bool strictly_bind_ip = false;
  std::int64_t num_uses = 0;
  std::string type = "default";
  /// Read back under the old names where they were written so.
  std::set<std::string> old_names;

  // userpass
  std::string password;
  // approle
  std::string role_id;
  bool bind_secret_id = true;
  std::int64_t secret_id_num_uses = 0;
  duration secret_id_ttl{0};
  /// Secret id to uses left; 0 is unlimited.
  std::map<std::string, std::int64_t> secret_ids;
};

/// One version of a KV 2 entry.
struct kv_version {
  nlohmann::json data;
  instant created{0};
  std::optional<instant> deleted;
};

/// A role of a secrets engine with leases.
struct secret_role {
  duration default_ttl{0};
  duration max_ttl{0};
  bool generate_lease = false;
  /// Connection of a database role.
  std::string connection;
  nlohmann::json written;
};

/// A mounted engine or auth method.
struct mount {
  std::string path;
  std::string type;
  std::string version;
  std::string description;
  std::string accessor;
  duration default_ttl{0};
  duration max_ttl{0};
  /// Auth mounts only.
  std::string token_type = "default-service";
  bool tainted = false;

  std::map<std::string, login_settings> logins;
  std::map<std::string, nlohmann::json> entries;
  std::map<std::string, std::vector<kv_version>> versions;
  std::map<std::string, nlohmann::json> connections;
  std::map<std::string, secret_role> roles;
};

struct stored_policy {
  std::string text;
  std::int64_t version = 0;
  instant modified{0};
};

/// Wrong passwords in a row.
struct lockout {
  int failures = 0;
  instant last{0};
};

} // namespace lapse::sequential
