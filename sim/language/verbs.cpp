#include "sim/language/verbs.hpp"

#include "sim/language/tables.hpp"
#include "sim/language/verb_groups.hpp"

#include <algorithm>
#include <utility>

namespace lapse::language {

namespace {

using shape = document::value_shape;

bool among(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A parameter means the same for every verb that takes it.
std::vector<document::key_spec> parameter_keys() {
  return {
      {"at", shape::span, "Time since the start."},
      {"after", shape::span, "Time since the previous step."},
      {"expect", shape::expect,
       "Beside a request: of its answer. Alone: of the world at that time."},
      {"as", shape::handle, "Whose token makes the request (root); `none` sends none."},
      {"save", shape::new_handle, "Names the lease of the answer, else its token, else its value."},
      {"wrap", shape::new_handle, "Wraps the answer; the handle names the wrapping token."},
      {"wrap_ttl", shape::duration, "Life of the wrapping token (5m)."},
      {"external", shape::flag,
       "A request that came to a served world: sent as it stands, braces and all."},
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

// -- the keys of a step ------------------------------------------------------------------

const document::key_table& step_table() {
  static const document::key_table table = [] {
    document::key_table result{"step", "a step", {}};
    for (const auto& verb : verbs())
      result.keys.push_back({verb.name, verb.shape, verb.doc, verb.words, verb.table});
    for (auto& key : parameter_keys())
      result.keys.push_back(std::move(key));
    return result;
  }();
  return table;
}

const document::key_table& repeat_table() {
  static const document::key_table table{
      "repeat",
      "a repeat",
      {
          {"times", shape::number, "How many rounds."},
          {"until", shape::span, "Time since the start up to which rounds are begun, included."},
          {"every", shape::span,
           "Time from round to round; runs in parallel with the steps after it."},
          {"counter", shape::text, "Name of the counter (i)."},
          {"steps", shape::list_of, "What a round does.", {}, step_table, shape::json, true},
      }};
  return table;
}

const document::key_table& raw_request_table() {
  static const document::key_table table{
      "raw_request",
      "a raw request",
      {
          {"method",
           shape::word,
           "HTTP verb.",
           {"GET", "LIST", "POST", "PUT", "DELETE", "PATCH", "SCAN", "HEAD", "HELP"},
           nullptr,
           shape::json,
           true},
          {"path",
           shape::text,
           "Path without /v1/, a query may be on it.",
           {},
           nullptr,
           shape::json,
           true},
          {"body", shape::object, "JSON body."},
          {"raw", shape::text, "The body as it is sent."},
          {"raw_base64", shape::text, "The same for bytes that no scenario can hold."},
          {"headers", shape::object,
           "X-Vault-Token, X-Vault-Wrap-TTL, X-Vault-Wrap-Format, X-Vault-Namespace, "
           "Content-Type."},
          {"token", shape::text, "Whose token: the same as X-Vault-Token."},
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

const std::vector<std::string_view>& binding_keys() {
  static const auto keys = [] {
    std::vector<std::string_view> result;
    for (const auto& key : step_table().keys)
      if (key.shape == shape::new_handle)
        result.push_back(key.name);
    return result;
  }();
  return keys;
}

// -- verbs -------------------------------------------------------------------------------

const verb_parameter* verb_spec::find(std::string_view parameter) const noexcept {
  for (const auto& one : parameters)
    if (one.name == parameter)
      return &one;
  return nullptr;
}

bool verb_spec::takes(std::string_view step_key) const noexcept {
  return step_key == name || find(step_key) != nullptr || among(step_keys(), step_key) ||
         (kind == verb_kind::request && among(request_keys(), step_key));
}

const std::vector<verb_spec>& verbs() {
  static const auto table = [] {
    std::vector<verb_spec> result;
    for (auto group :
         {token_verbs, path_verbs, lease_verbs, server_verbs, fault_verbs, structure_verbs})
      for (auto& verb : group())
        result.push_back(std::move(verb));
    return result;
  }();
  return table;
}

const verb_spec* find_verb(std::string_view name) noexcept {
  for (const auto& verb : verbs())
    if (verb.name == name)
      return &verb;
  return nullptr;
}

const verb_spec* verb_of(const document::document_node& step) {
  for (const auto& entry : step.entries())
    if (const auto* verb = find_verb(entry.key))
      return verb;
  return nullptr;
}

const document::document_node* inner_steps(const document::document_node& step) noexcept {
  const auto* list = step.find("together");
  if (const auto* repeat = step.find("repeat"))
    list = repeat->find("steps");
  return list != nullptr && list->is_sequence() ? list : nullptr;
}

document::document_node* inner_steps(document::document_node& step) noexcept {
  return const_cast<document::document_node*>(inner_steps(std::as_const(step)));
}

std::string counter_of(const document::document_node& repeat) {
  auto name = repeat.text_of("counter");
  return name.empty() ? "i" : std::string{name};
}

} // namespace lapse::language
