#include "sim/language/tables.hpp"

#include "actors/auth/make_auth_method.hpp"
#include "actors/secrets/make_engine.hpp"
#include "sim/plan/checks.hpp"

#include <initializer_list>
#include <string>

namespace lapse::language {

namespace {

using shape = document::value_shape;

constexpr auto doc_default_lease_ttl = "TTL of what is issued without asking for one.";
constexpr auto doc_max_lease_ttl = "Longest life of what is issued, counted from its issue.";

std::string_view doc_because() {
  static const auto text = [] {
    std::string result = "The handle whose end took it along (the topmost one), or one of";
    for (const auto& cause : plan::because_words)
      result.append(&cause == plan::because_words ? " " : ", ").append(to_string(cause));
    return result + '.';
  }();
  return text;
}

// What can be counted, in expectations of the world and in properties.
std::vector<document::key_spec> count_keys() {
  return {{"tokens", shape::bounds, "Service tokens whose record exists, root included."},
          {"accessors", shape::bounds, "Accessors."},
          {"cubbyholes", shape::bounds, "Tokens with something in their cubbyhole."},
          {"leases", shape::bounds,
           "Lease records, those of tokens included, also while their revocation waits or failed."},
          {"secret_leases", shape::bounds, "Of these, the leases of secrets alone."},
          {"credentials", shape::bounds, "Credentials that exist at the external backends."},
          {"backend_revocations", shape::bounds, "Revocations backends have carried out so far."}};
}

// Types that scenario files may name.
template <class Kinds>
std::vector<std::string_view> types_of(const Kinds& kinds) {
  std::vector<std::string_view> result;
  for (const auto& kind : kinds)
    if (kind.setup != nullptr)
      result.push_back(kind.type);
  return result;
}

shape shape_of(api::field_kind kind) {
  switch (kind) {
    case api::field_kind::integer:
      return shape::number;
    case api::field_kind::boolean:
      return shape::flag;
    case api::field_kind::seconds:
    case api::field_kind::signed_seconds:
      return shape::duration;
    case api::field_kind::list:
    case api::field_kind::comma_list:
    case api::field_kind::comma_integers:
      return shape::names;
    case api::field_kind::pairs:
    case api::field_kind::object:
      return shape::object;
    case api::field_kind::text:
    case api::field_kind::lower_text:
    case api::field_kind::time:
      return shape::text;
  }
  return shape::text;
}

// What a kind of engine or method says of its own keys; several may have one in common.
void add_keys(document::key_table& table, const std::vector<runtime::setup_key>& keys) {
  for (const auto& key : keys)
    if (table.find(key.name) == nullptr)
      table.keys.push_back({key.name, shape_of(key.kind), key.doc});
}

void append(document::key_table& to, std::initializer_list<document::key_spec> keys) {
  to.keys.insert(to.keys.end(), keys.begin(), keys.end());
}

/// What both a role of an auth method and a token role say of their tokens.
void append_token_keys(document::key_table& to) {
  append(to,
         {{"token_period", shape::duration, "Its tokens are periodic: each renewal grants this."},
          {"token_explicit_max_ttl", shape::duration,
           "End of its tokens' life, whatever renewals ask for."},
          {"token_num_uses", shape::number, "How often one of its tokens can be used (0: always)."},
          {"token_no_default_policy", shape::flag, "Its tokens do not get the policy `default`."},
          {"token_bound_cidrs", shape::names, "Addresses its tokens may be used from."}});
}

} // namespace

// -- top level ---------------------------------------------------------------------

const document::key_table& scenario_table() {
  static const document::key_table table{
      "scenario",
      "a scenario",
      {
          {"lapse", shape::word, "Version of the format: 1.", {"1"}, nullptr, shape::json, true},
          {"name", shape::text, "One line that says what the scenario shows."},
          {"about", shape::text, "Free text."},
          {"seed", shape::number, "Seed of this file's own random draws, such as jitter (0)."},
          {"strict", shape::flag,
           "Refusals that no `expect` speaks of, warnings, and a file that expects nothing are "
           "failures (false)."},
          {"check",
           shape::word,
           "`lapse check` searches the file only where it is named, not as one of a folder: for a "
           "failure that is known and kept.",
           {"when_named"}},
          {"server", shape::mapping, "What the server is told before it starts.", {}, server_table},
          {"policies",
           shape::map_of,
           "Policies by name: a text in HCL or JSON, or `{ file: path }` relative to the scenario.",
           {},
           nullptr,
           shape::policy},
          {"auth",
           shape::map_of,
           "Auth methods by mount path, with their users or roles.",
           {},
           auth_table},
          {"identity",
           shape::mapping,
           "Entities and groups that are there before time 0.",
           {},
           identity_table},
          {"token_roles",
           shape::map_of,
           "Token roles by name: parameters of auth/token/roles/NAME.",
           {},
           token_role_table},
          {"secrets",
           shape::map_of,
           "Secrets engines by mount path, with their roles.",
           {},
           secrets_table},
          {"clients", shape::map_of, "Families of clients by name.", {}, client_table},
          {"steps", shape::list_of, "The timeline.", {}, step_table},
          {"always",
           shape::list_of,
           "What holds at every instant of its window.",
           {},
           property_table},
          {"never", shape::list_of, "What holds at no instant of its window.", {}, property_table},
          {"eventually",
           shape::list_of,
           "What holds at some instant of its window, after which nothing more is asked.",
           {},
           property_table},
          {"sometimes",
           shape::list_of,
           "What the run must reach at least once, else the scenario proves nothing.",
           {},
           property_table},
          {"rules",
           shape::map_of,
           "Built-in rules by id; `L07: off` switches one off for this file.",
           {},
           nullptr,
           shape::flag},
          {"until", shape::span,
           "Time since the start to run on to; default: the last step, or the "
           "end of the last property's window."},
          {"decisions", shape::text,
           "The decision log of a run that `lapse check` found, which this "
           "file repeats: `together` and deadlines in that order."},
      }};
  return table;
}

const document::key_table& server_table() {
  static const document::key_table table{
      "server",
      "the server's configuration",
      {
          {"start", shape::timestamp,
           "The server's clock at time 0, RFC 3339 (2026-01-01T00:00:00Z)."},
          {"default_lease_ttl", shape::span, "The system's default TTL (768h)."},
          {"max_lease_ttl", shape::span, "The system's maximum TTL (768h)."},
          {"root",
           shape::word,
           "`init`: the initial root token, which has no lease; `dev`: that of a "
           "dev server, which has one.",
           {"init", "dev"}},
          {"root_token_id", shape::text, "The id of a dev server's root token (root)."},
          {"revocation_delay", shape::span,
           "Time between a deadline, or a queued revocation, and its worker's start (0s)."},
          {"revocation_workers", shape::number, "Workers that revoke at the same time (200)."},
          {"revocation_jitter", shape::flag,
           "true: the waits before a retry times a factor from "
           "0.5 to 1.5, drawn from the seed (false)."},
      }};
  return table;
}

const document::key_table& auth_table() {
  static const document::key_table table{
      "auth_mount",
      "an auth method",
      {
          {"type", shape::word, "Kind of method; `generic`: any login by name.",
           types_of(auth::auth_method_kinds()), nullptr, shape::json, true},
          {"default_lease_ttl", shape::span, doc_default_lease_ttl},
          {"max_lease_ttl", shape::span, doc_max_lease_ttl},
          {"token_type",
           shape::word,
           "Type of the tokens that logins here make.",
           {"default-service", "default-batch", "service", "batch"}},
          {"description", shape::text, "Free text."},
          {"users", shape::map_of, "Users by name.", {}, user_table},
          {"roles", shape::map_of, "Roles by name.", {}, user_table},
      }};
  return table;
}

const document::key_table& user_table() {
  static const auto table = [] {
    document::key_table result{
        "user",
        "a user or role of an auth method",
        {
            {"token_ttl", shape::duration, "TTL of its tokens."},
            {"token_max_ttl", shape::duration,
             "Longest life of its tokens; of a period, its longest value."},
            {"token_policies", shape::names, "Policies of its tokens, `default` besides."},
            {"token_type", shape::text,
             "service, batch, default, default-service or default-batch."},
            {"token_strictly_bind_ip", shape::flag,
             "Its tokens work only from the address of the login."},
        }};
    append_token_keys(result);
    for (const auto& kind : auth::auth_method_kinds())
      add_keys(result, kind.setup().keys);
    append(result, {{"ttl", shape::duration, "Old name of `token_ttl`."},
                    {"max_ttl", shape::duration, "Old name of `token_max_ttl`."},
                    {"policies", shape::names, "Old name of `token_policies`."},
                    {"period", shape::duration, "Old name of `token_period`."},
                    {"num_uses", shape::number, "Old name of `token_num_uses`."},
                    {"bound_cidrs", shape::names, "Old name of `token_bound_cidrs`."}});
    return result;
  }();
  return table;
}

const document::key_table& token_role_table() {
  static const auto table = [] {
    document::key_table result{
        "token_role",
        "a token role",
        {
            {"allowed_policies", shape::names, "Policies its tokens may have."},
            {"allowed_policies_glob", shape::names, "The same, with `*`."},
            {"disallowed_policies", shape::names, "Policies its tokens may not have."},
            {"disallowed_policies_glob", shape::names, "The same, with `*`."},
            {"allowed_entity_aliases", shape::names, "Entity aliases a caller may name."},
            {"orphan", shape::flag,
             "Its tokens have no parent; `no_parent` of the call is ignored."},
            {"renewable", shape::flag, "Its tokens can be renewed (true)."},
            {"path_suffix", shape::text, "Appended to the path of its tokens."},
            {"token_type", shape::text, "service, batch, default-service or default-batch."},
            {"token_strictly_bind_ip", shape::flag,
             "Its tokens work only from their maker's address."},
        }};
    append_token_keys(result);
    append(result, {{"token_ttl", shape::duration, "Accepted and ignored, as on a server."},
                    {"token_max_ttl", shape::duration, "Accepted and ignored, as on a server."},
                    {"token_policies", shape::names, "Accepted and ignored, as on a server."},
                    {"period", shape::duration, "Old name of `token_period`."},
                    {"explicit_max_ttl", shape::duration, "Old name of `token_explicit_max_ttl`."},
                    {"bound_cidrs", shape::names, "Old name of `token_bound_cidrs`."}});
    return result;
  }();
  return table;
}

const document::key_table& secrets_table() {
  static const document::key_table table{
      "secrets_mount",
      "a secrets engine",
      {
          {"type", shape::word, "Kind of engine; `generic`: any leased secret.",
           types_of(secrets::secrets_engine_kinds()), nullptr, shape::json, true},
          {"version", shape::word, "Version of a kv engine; 2: the versioned one (1).", {"1", "2"}},
          {"default_lease_ttl", shape::span, doc_default_lease_ttl},
          {"max_lease_ttl", shape::span, doc_max_lease_ttl},
          {"description", shape::text, "Free text."},
          {"roles",
           shape::map_of,
           "Roles by name: what credentials it gives out.",
           {},
           secrets_role_table},
      }};
  return table;
}

const document::key_table& secrets_role_table() {
  static const auto table = [] {
    document::key_table result{"secrets_role", "a role of a secrets engine", {}};
    for (const auto& kind : secrets::secrets_engine_kinds())
      if (kind.setup != nullptr)
        add_keys(result, kind.setup().role_keys);
    return result;
  }();
  return table;
}

// -- expectations and properties -----------------------------------------------------

const document::key_table& answer_table() {
  static const document::key_table table{
      "expect_answer",
      "an expectation of an answer",
      {
          {"status", shape::bounds, "HTTP status."},
          {"error", shape::names, "Part of the error text."},
          {"warnings", shape::names, "Part of a warning, or a list of such parts."},
          {"ttl", shape::amount, "TTL granted; in a lookup what is left."},
          {"lease_duration", shape::amount, "TTL granted."},
          {"renewable", shape::flag, "Whether it can be renewed."},
          {"policies", shape::names, "Policies, as a set."},
          {"token_policies", shape::names, "Policies on the token, as a set."},
          {"identity_policies", shape::names, "Policies of the entity, as a set."},
          {"orphan", shape::flag, "Whether the token has no parent."},
          {"num_uses", shape::integer, "Uses left; -1 in the answer to the last one."},
          {"data", shape::object, "Part of the data: every key here, with this value."},
          {"meta", shape::object, "Part of the token's metadata."},
          {"metadata", shape::object, "Part of the token's metadata."},
          {"keys", shape::names, "Names in a list, as a set."},
          {"type", shape::text, "Type of the token."},
          {"token_type", shape::text, "Type of the token."},
          {"path", shape::text, "Path that made the token."},
          {"display_name", shape::text, "The token's display name."},
          {"role", shape::text, "The token's role."},
          {"entity_id", shape::text, "The token's entity."},
          {"id", shape::text, "The token's or the lease's identifier."},
          {"accessor", shape::text, "The token's accessor."},
          {"lease_id", shape::text, "The lease's identifier."},
          {"period", shape::amount, "The token's period."},
          {"explicit_max_ttl", shape::amount, "The token's explicit maximum TTL."},
          {"creation_ttl", shape::amount, "TTL at creation."},
          {"creation_time", shape::json, "Unix second of creation."},
          {"creation_path", shape::text, "Path of the wrapped request."},
          {"expire_time", shape::json, "When it ends."},
          {"issue_time", shape::json, "When it was issued."},
          {"last_renewal", shape::json, "When it was renewed last."},
          {"bound_cidrs", shape::names, "Addresses the token may be used from, as a set."},
      }};
  return table;
}

const document::key_table& world_table() {
  static const document::key_table table{"expect_world", "an expectation of the world",
                                         count_keys(), shape::states};
  return table;
}

const document::key_table& state_table() {
  static const document::key_table table{
      "state",
      "the state of a handle",
      {
          {"state", shape::states, "alive, expired, revoked, dead, gone or irrevocable."},
          {"at", shape::span, "When it ended, since the start."},
          {"because", shape::text, doc_because()},
          {"lived", shape::span, "Its age when it ended."},
      }};
  return table;
}

const document::key_table& property_table() {
  static const auto table = [] {
    document::key_table result{
        "property",
        "a property",
        {
            {"alive", shape::names,
             "Handles that are alive; `.descendants` and `.leases` may follow."},
            {"expired", shape::names, "Handles that are expired."},
            {"revoked", shape::names, "Handles that are revoked."},
            {"dead", shape::names, "Handles that are dead."},
            {"gone", shape::names, "Handles that are gone."},
            {"irrevocable", shape::names, "Handles whose revocation was given up."},
            {"covered", shape::text, "Clients that have all they need: a family of `clients`."},
            {"gap", shape::amount, "How long each of them may do without ({ at_most: 0s })."},
            {"status", shape::bounds, "An answer with this status."},
            {"error", shape::text, "An answer with this part of an error text."},
            {"from", shape::span, "Start of the window (0s)."},
            {"to", shape::span, "End of the window, included (the end of the run)."},
            {"after", shape::span, "Start of the window, as `from`."},
            {"within", shape::span, "Length of the window."},
        }};
    for (const auto& key : count_keys())
      result.keys.push_back(key);
    return result;
  }();
  return table;
}

} // namespace lapse::language
