#include "sim/language/tables.hpp"

// The part of the key table that says what a step is made of.

namespace lapse {

namespace {

using shape = value_shape;

std::vector<key_spec> verb_keys() {
  return {
      {"create", shape::handle, "Creates a token; the handle is its name in this file."},
      {"login", shape::handle, "Logs in; the handle names the token."},
      {"lookup", shape::handle, "Looks up the token of the handle."},
      {"renew", shape::handle, "Renews the token of the handle."},
      {"revoke", shape::handle, "Revokes the token of the handle, and what is below it."},
      {"revoke_orphan", shape::handle, "Revokes the token alone; its children live on."},
      {"keep", shape::handle,
       "Renews the handle's token `every` D `until` T (T included), with the "
       "token itself; runs beside the steps after it."},
      {"read", shape::path, "Reads a path."},
      {"write", shape::path, "Writes `data` to a path."},
      {"list", shape::path, "Lists a path."},
      {"delete", shape::path, "Deletes a path."},
      {"renew_lease", shape::handle, "Renews a lease; `H.lease` is a token's own."},
      {"revoke_lease", shape::handle, "Revokes a lease."},
      {"lookup_lease", shape::handle, "Looks up a lease."},
      {"revoke_prefix", shape::path, "Revokes every lease under a prefix."},
      {"revoke_force", shape::path, "The same, whatever the backend says."},
      {"unwrap", shape::handle, "Unwraps a wrapping token; `save` names what was inside."},
      {"write_policy", shape::text, "Writes a policy at time t."},
      {"delete_policy", shape::text, "Deletes a policy."},
      {"tune", shape::path, "Tunes a mount; auth mounts are written auth/PATH."},
      {"enable", shape::path, "Mounts an engine of `type`; auth methods are written auth/PATH."},
      {"disable", shape::path, "Unmounts an engine; auth methods are written auth/PATH."},
      {"seal", shape::word, "Seals the server.", {"true"}},
      {"unseal", shape::word, "Unseals the server.", {"true"}},
      {"tidy", shape::word, "Tidies tokens or leases.", {"tokens", "leases"}},
      {"backend_down", shape::path, "Every call to this mount's backend fails from now on."},
      {"backend_up", shape::path, "The backend works again."},
      {"backend_slow", shape::path, "Each revocation there takes a while."},
      {"fail_revocation", shape::handle, "The backend refuses to revoke this one lease."},
      {"request", shape::mapping, "A raw request, as over HTTP.", {}, raw_request_table},
      {"repeat", shape::mapping, "Runs steps several times; {i} counts from 1.", {}, repeat_table},
      {"together", shape::list_of, "Steps issued at once by independent clients.", {}, step_table},
  };
}

std::vector<key_spec> parameter_keys() {
  return {
      {"at", shape::span, "Time since the start."},
      {"after", shape::span, "Time since the previous step."},
      {"expect", shape::expect,
       "Beside a request: of its answer. Alone: of the world at that time."},
      {"as", shape::handle, "Whose token makes the request (root); `none` sends none."},
      {"wrap", shape::handle, "Wraps the answer; the handle names the wrapping token."},
      {"wrap_ttl", shape::duration, "Life of the wrapping token (5m)."},
      {"save", shape::handle, "Names the lease of the answer, else its token, else its value."},
      {"role", shape::text, "Token role to create through."},
      {"orphan", shape::flag, "Uses auth/token/create-orphan."},
      {"no_parent", shape::flag, "The parameter of this name; needs sudo."},
      {"ttl", shape::duration, "TTL asked for."},
      {"lease", shape::duration, "Old name of `ttl`."},
      {"policies", shape::names, "Policies of the token; without them those of its maker."},
      {"meta", shape::object, "Metadata: texts by name."},
      {"id", shape::text, "An id of one's own; needs sudo."},
      {"no_default_policy", shape::flag, "Leaves the policy `default` out."},
      {"renewable", shape::flag, "Whether it can be renewed (true)."},
      {"explicit_max_ttl", shape::duration, "End of its life, whatever renewals ask for."},
      {"period", shape::duration, "Makes it periodic; needs sudo."},
      {"num_uses", shape::number, "How often it can be used (0: always)."},
      {"display_name", shape::text, "Its display name."},
      {"type", shape::text, "create: service or batch. enable: the engine's type."},
      {"entity_alias", shape::text, "Entity alias, with a role that allows it."},
      {"with", shape::path, "MOUNT/NAME of the user or role that logs in."},
      {"password", shape::text, "Password to log in with instead of the user's own."},
      {"self", shape::flag, "Uses the -self form, made by the token itself."},
      {"by", shape::word, "Names the token by its accessor.", {"accessor", "token"}},
      {"increment", shape::duration, "TTL asked for at renewal."},
      {"every", shape::span, "Time between renewals."},
      {"until", shape::span, "Time since the start of the last renewal, included."},
      {"data", shape::object, "Body of the request."},
      {"sync", shape::flag,
       "Waits for the revocation; sent only if written (the server's default "
       "is true)."},
      {"policy", shape::policy, "The policy's text."},
      {"default_lease_ttl", shape::duration, "The mount's default TTL."},
      {"max_lease_ttl", shape::duration, "The mount's maximum TTL."},
      {"token_type", shape::text, "Type of the tokens that logins there make."},
      {"description", shape::text, "Free text."},
      {"version", shape::word, "Version of a kv engine.", {"1", "2"}},
      {"only", shape::word, "Revocations alone fail.", {"revoke"}},
      {"takes", shape::span, "How long a revocation takes (0s)."},
  };
}

} // namespace

const key_table& step_table() {
  static const key_table table = [] {
    key_table result{"step", "a step", verb_keys()};
    for (auto& key : parameter_keys())
      result.keys.push_back(std::move(key));
    return result;
  }();
  return table;
}

const key_table& repeat_table() {
  static const key_table table{
      "repeat",
      "a repeat",
      {
          {"times", shape::number, "How many rounds."},
          {"until", shape::span, "Time since the start up to which rounds are begun, included."},
          {"every", shape::span, "Time from round to round; runs beside the steps after it."},
          {"counter", shape::text, "Name of the counter (i)."},
          {"steps", shape::list_of, "What a round does.", {}, step_table, shape::json, true},
      }};
  return table;
}

const key_table& raw_request_table() {
  static const key_table table{"raw_request",
                               "a raw request",
                               {
                                   {"method",
                                    shape::word,
                                    "HTTP verb.",
                                    {"GET", "LIST", "POST", "PUT", "DELETE", "PATCH", "SCAN"},
                                    nullptr,
                                    shape::json,
                                    true},
                                   {"path",
                                    shape::path,
                                    "Path without /v1/, a query may be on it.",
                                    {},
                                    nullptr,
                                    shape::json,
                                    true},
                                   {"body", shape::object, "JSON body."},
                                   {"headers", shape::object, "X-Vault-Token, X-Vault-Wrap-TTL."},
                               }};
  return table;
}

const std::vector<std::string_view>& step_keys() {
  static const std::vector<std::string_view> keys{"at", "after", "expect"};
  return keys;
}

const std::vector<std::string_view>& request_keys() {
  static const std::vector<std::string_view> keys{"as", "wrap", "wrap_ttl"};
  return keys;
}

const std::vector<verb_spec>& verbs() {
  using kind = verb_kind;
  static const std::vector<verb_spec> table{
      {"create",
       kind::request,
       {"role", "orphan", "no_parent", "ttl", "lease", "policies", "meta", "id",
        "no_default_policy", "renewable", "explicit_max_ttl", "period", "num_uses", "display_name",
        "type", "entity_alias"}},
      {"login", kind::request, {"with", "password", "data"}},
      {"lookup", kind::request, {"self", "by"}},
      {"renew", kind::request, {"self", "by", "increment"}},
      {"revoke", kind::request, {"self", "by"}},
      {"revoke_orphan", kind::request, {}},
      {"keep", kind::structure, {"every", "until", "increment", "self", "as"}},
      {"read", kind::request, {"data", "save"}},
      {"write", kind::request, {"data", "save"}},
      {"list", kind::request, {"data", "save"}},
      {"delete", kind::request, {"data", "save"}},
      {"renew_lease", kind::request, {"increment", "sync"}},
      {"revoke_lease", kind::request, {"sync"}},
      {"lookup_lease", kind::request, {}},
      {"revoke_prefix", kind::request, {"sync"}},
      {"revoke_force", kind::request, {"sync"}},
      {"unwrap", kind::request, {"save"}},
      {"write_policy", kind::request, {"policy"}},
      {"delete_policy", kind::request, {}},
      {"tune", kind::request, {"default_lease_ttl", "max_lease_ttl", "token_type", "description"}},
      {"enable",
       kind::request,
       {"type", "default_lease_ttl", "max_lease_ttl", "token_type", "description", "version"}},
      {"disable", kind::request, {}},
      {"seal", kind::request, {}},
      {"unseal", kind::request, {}},
      {"tidy", kind::request, {}},
      {"backend_down", kind::fault, {"only"}},
      {"backend_up", kind::fault, {}},
      {"backend_slow", kind::fault, {"takes"}},
      {"fail_revocation", kind::fault, {}},
      {"request", kind::request, {"save"}},
      {"repeat", kind::structure, {}},
      {"together", kind::structure, {}},
  };
  return table;
}

const verb_spec* find_verb(std::string_view name) noexcept {
  for (const auto& verb : verbs())
    if (verb.name == name)
      return &verb;
  return nullptr;
}

} // namespace lapse
