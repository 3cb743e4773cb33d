// The paths at `sys/`, and what of a server is left out.

#include "actors/auth/make_auth_method.hpp"
#include "actors/secrets/make_engine.hpp"
#include "actors/vault/vault.hpp"

#include <iterator>

namespace lapse::vault {

namespace {

using row = runtime::actor_paths<vault>::row;

api::field_row policy_text() { return {"policy"}; }

std::vector<api::field_row> policy_fields(std::initializer_list<api::field_row> more) {
  std::vector<api::field_row> result = {
      {"name"},
      policy_text(),
      {"expiration", api::field_kind::time},
      {"ttl", api::field_kind::seconds},
      {"cas", api::field_kind::integer},
      {"cas_required", api::field_kind::boolean},
      {"allow_wildcards_in_identity_templates", api::field_kind::boolean},
      {"allow_slashes_in_identity_templates", api::field_kind::boolean}};
  result.insert(result.end(), more.begin(), more.end());
  return result;
}

std::vector<api::field_row> paths_fields(std::string_view whose) {
  return {{whose}, {"path", api::field_kind::comma_list}, {"paths", api::field_kind::comma_list}};
}

} // namespace

const runtime::actor_paths<vault>& vault::paths() {
  static const runtime::actor_paths<vault> table = [] {
    using enum operation;
    std::vector<row> rows = mount_rows();
    const std::vector<row> own = {
        {.pattern = "remount",
         .fields = {{"from"}, {"to"}},
         .operations = {{update, runtime::by<&vault::remount>}},
         .help = "move a mount to another path"},
        {.pattern = "remount/status/{migration_id+}",
         .fields = {{"migration_id"}},
         .operations = {{read, runtime::by<&vault::read_migration>}},
         .help = "how far a mount has moved"},
        {.pattern = "leases",
         .fields = {{"type", api::field_kind::text, {}, true},
                    {"include_child_namespaces", api::field_kind::boolean},
                    {"limit"}},
         .operations = {{read, runtime::by<&vault::list_irrevocable_leases>}},
         .help = "the leases that could not be revoked"},
        {.pattern = "leases/count",
         .fields = {{"type", api::field_kind::text, {}, true},
                    {"include_child_namespaces", api::field_kind::boolean}},
         .operations = {{read, runtime::by<&vault::count_irrevocable_leases>}},
         .help = "how many leases could not be revoked"},
        {.pattern = "leases/lookup/{prefix*}",
         .fields = {{"prefix"}},
         .operations = {{list, runtime::by<&vault::list_leases>}},
         .help = "the leases under a prefix"},
        {.pattern = "leases/lookup",
         .fields = {{"lease_id"}},
         .operations = {{update, runtime::by<&vault::look_up_lease>}},
         .help = "what is known of a lease"},
        {.pattern = "leases/renew{/url_lease_id}",
         .fields = {{"url_lease_id"}, {"lease_id"}, {"increment", api::field_kind::seconds}},
         .operations = {{update, runtime::by<&vault::renew_lease>}},
         .help = "put off a lease's end"},
        {.pattern = "leases/revoke{/url_lease_id}",
         .fields = {{"url_lease_id"}, {"lease_id"}, {"sync", api::field_kind::boolean, "true"}},
         .operations = {{update, runtime::by<&vault::revoke_lease_by_id>}},
         .help = "end a lease"},
        {.pattern = "leases/revoke-force/{prefix+}",
         .fields = {{"prefix"}},
         .operations = {{update, runtime::by<&vault::revoke_force>}},
         .help = "end all leases under a prefix, whatever their backends say"},
        {.pattern = "leases/revoke-prefix/{prefix+}",
         .fields = {{"prefix"}, {"sync", api::field_kind::boolean, "true"}},
         .operations = {{update, runtime::by<&vault::revoke_prefix>}},
         .help = "end all leases under a prefix"},
        {.pattern = "leases/tidy",
         .fields = {},
         .operations = {{update, runtime::by<&vault::tidy_leases>}},
         .help = "end the leases whose tokens are gone"},
        {.pattern = "policy/?",
         .fields = {},
         .operations = {{read, runtime::by<&vault::list_policies_old>},
                        {list, runtime::by<&vault::list_policies_old>}},
         .help = "the names of all policies"},
        {.pattern = "policy/{name+}",
         .fields = policy_fields({{"rules"}}),
         .operations = {{read, runtime::by<&vault::read_policy_old>},
                        {list, runtime::by<&vault::list_policies_old>},
                        {update, runtime::by<&vault::write_policy>},
                        {delete_, runtime::by<&vault::delete_policy>}},
         .help = "a policy"},
        {.pattern = "policies/acl/?",
         .fields = {},
         .operations = {{list, runtime::by<&vault::list_policies>}},
         .help = "the names of all policies"},
        {.pattern = "policies/acl/{name+}",
         .fields = policy_fields({}),
         .operations = {{read, runtime::by<&vault::read_policy>},
                        {list, runtime::by<&vault::list_policies>},
                        {update, runtime::by<&vault::write_policy>},
                        {patch, runtime::by<&vault::patch_policy>},
                        {delete_, runtime::by<&vault::delete_policy>}},
         .help = "a policy"},
        {.pattern = "capabilities",
         .fields = paths_fields("token"),
         .operations = {{update, runtime::by<&vault::capabilities>}},
         .help = "what a token may do on paths"},
        {.pattern = "capabilities-accessor",
         .fields = paths_fields("accessor"),
         .operations = {{update, runtime::by<&vault::capabilities_of_accessor>}},
         .help = "what the token with an accessor may do on paths"},
        {.pattern = "capabilities-self",
         .fields = paths_fields("token"),
         .operations = {{update, runtime::by<&vault::capabilities_of_self>}},
         .help = "what the calling token may do on paths"},
        {.pattern = "wrapping/wrap",
         .fields = {},
         .operations = {{update, runtime::by<&vault::wrap>}},
         .help = "wrap what is sent",
         .any_fields = true},
        {.pattern = "wrapping/unwrap",
         .fields = {{"token"}},
         .operations = {{update, runtime::by<&vault::unwrap>}},
         .help = "hand out what a token wraps"},
        {.pattern = "wrapping/rewrap",
         .fields = {{"token"}},
         .operations = {{update, runtime::by<&vault::unwrap>}},
         .help = "wrap anew what a token wraps"},
        {.pattern = "wrapping/lookup",
         .fields = {{"token"}},
         .operations = {{read, runtime::by<&vault::look_up_wrapping>},
                        {update, runtime::by<&vault::look_up_wrapping>}},
         .help = "what is known of a wrapping token"},
        {.pattern = "seal",
         .fields = {},
         .operations = {{update, runtime::by<&vault::seal>}},
         .help = "seal the server"},
        {.pattern = "audit",
         .fields = {},
         .operations = {{read, runtime::by<&vault::list_audit_devices>}},
         .help = "the audit devices"},
        {.pattern = "internal/ui/mounts",
         .fields = {},
         .operations = {{read, runtime::by<&vault::list_visible_mounts>}},
         .help = "the mounts that the caller may see"},
        {.pattern = "internal/ui/mounts/{path+}",
         .fields = {{"path"}},
         .operations = {{read, runtime::by<&vault::read_visible_mount>}},
         .help = "the mount that serves a path"},
        {.pattern = "internal/ui/resultant-acl",
         .fields = {},
         .operations = {{read, runtime::by<&vault::read_rights>}},
         .help = "all that the caller's policies give"}};
    rows.insert(rows.end(), own.begin(), own.end());
    for (auto more : {tool_rows(), server_rows()})
      rows.insert(rows.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
    for (auto& left_out : left_out_rows())
      rows.push_back(std::move(left_out));
    //
    return runtime::actor_paths<vault>{{.unauthenticated = {"wrapping/lookup",
                                                            "wrapping/pubkey",
                                                            "replication/status",
                                                            "internal/specs/openapi",
                                                            "internal/ui/mounts",
                                                            "internal/ui/mounts/*",
                                                            "internal/ui/namespaces",
                                                            "storage/raft/bootstrap/challenge",
                                                            "storage/raft/bootstrap/answer",
                                                            "init",
                                                            "seal-status",
                                                            "unseal",
                                                            "leader",
                                                            "health",
                                                            "decode-token",
                                                            "mfa/validate",
                                                            "rekey/init",
                                                            "rekey/update",
                                                            "rekey/verify",
                                                            "generate-root/attempt",
                                                            "generate-root/update"},
                                        .sudo = {"auth/*",
                                                 "remount",
                                                 "audit",
                                                 "audit/*",
                                                 "raw",
                                                 "raw/*",
                                                 "rotate",
                                                 "rotate/keyring",
                                                 "rotate/root",
                                                 "config/cors",
                                                 "config/auditing/*",
                                                 "config/ui/headers/*",
                                                 "plugins/catalog/*",
                                                 "revoke-prefix/*",
                                                 "revoke-force/*",
                                                 "leases/revoke-prefix/*",
                                                 "leases/revoke-force/*",
                                                 "leases/lookup/*",
                                                 "leases",
                                                 "internal/inspect/*",
                                                 "seal",
                                                 "step-down"}},
                                       std::move(rows)};
  }();
  return table;
}

const runtime::actor_paths<vault>& vault::status_paths() {
  using enum operation;
  static const runtime::actor_paths<vault> table{
      {},
      {{.pattern = "health",
        .fields = {},
        .operations = {{read, runtime::by<&vault::health>}, {head, runtime::by<&vault::health>}},
        .help = "whether the server serves",
        .any_fields = true},
       {.pattern = "seal-status",
        .fields = {},
        .operations = {{read, runtime::by<&vault::seal_status>}},
        .help = "whether the server is sealed",
        .any_fields = true},
       {.pattern = "init",
        .fields = {},
        .operations = {{read, runtime::by<&vault::initialised>},
                       {update, runtime::by<&vault::initialise>}},
        .help = "whether the server has been initialised",
        .any_fields = true},
       {.pattern = "leader",
        .fields = {},
        .operations = {{read, runtime::by<&vault::leader>}},
        .help = "which node serves",
        .any_fields = true},
       {.pattern = "unseal",
        .fields = {},
        .operations = {{update, runtime::by<&vault::unseal>}},
        .help = "open a sealed server",
        .any_fields = true},
       {.pattern = "metrics",
        .fields = {},
        .operations = {{read, nullptr}},
        .help = "figures of the server",
        .not_modelled = "no telemetry",
        .any_fields = true}}};
  return table;
}

namespace {

/// A pattern for readers: `loggers[/{name}]`.
std::string shown(std::string_view pattern) {
  std::string result;
  if (pattern.ends_with("/?"))
    pattern.remove_suffix(2);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern.substr(i).starts_with("{/")) {
      const auto close = pattern.find('}', i);
      ((result += "[/{") += pattern.substr(i + 2, close - i - 2)) += "}]";
      i = close;
    } else if (pattern[i] != '+' && pattern[i] != '*') {
      result += pattern[i];
    }
  }
  return result;
}

} // namespace

std::vector<unmodelled_path> unmodelled_paths() {
  std::vector<unmodelled_path> result;
  auto add = [&](const std::string& mount, const auto& paths) {
    for (auto& path : paths.left_out())
      result.push_back(
          {mount + shown(path.pattern), std::string{path.reason}, std::move(path.operations)});
  };
  add("identity/", identity::identity_store::paths());
  add("sys/", vault::paths());
  add("sys/", vault::status_paths());
  for (const auto& kind : auth::auth_method_kinds())
    add("auth/" + std::string{kind.type} + '/', kind.paths());
  for (const auto& kind : secrets::secrets_engine_kinds())
    add(std::string{kind.type} + '/', kind.paths());
  return result;
}

} // namespace lapse::vault
