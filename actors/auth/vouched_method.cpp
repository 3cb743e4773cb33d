#include "actors/auth/vouched_method.hpp"

#include "actors/api/answers.hpp"
#include "actors/auth/jwt_claims.hpp"
#include "actors/auth/principal_store.hpp"
#include "actors/policy/policy_set.hpp"
#include "actors/protocol/ascii.hpp"
#include "actors/runtime/address.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace lapse::auth {

namespace {

using json = nlohmann::json;

const std::initializer_list<std::string_view> old_names = {"policies", "ttl", "max_ttl", "period",
                                                           "bound_cidrs"};

/// A list as it was sent: texts, or one text with commas.
std::vector<std::string> names_in(const json& object, std::string_view key) {
  const auto i = object.find(std::string{key});
  return i == object.end() ? std::vector<std::string>{}
                           : api::decode_comma_list(*i).value_or(std::vector<std::string>{});
}

void add_to(std::vector<std::string>& names, const std::vector<std::string>& more) {
  names.insert(names.end(), more.begin(), more.end());
}

} // namespace

// -- logins ----------------------------------------------------------------------------------

runtime::engine_reply vouched_method::login(const runtime::engine_call& call) const {
  const auto refuse = [](std::string why) { return error_answer(400, std::move(why)); };
  auto name = call.in.text(kind_.role_field);
  if (const auto config = config_.find(""); name.empty() && config != config_.end())
    name = text_at(config->second.kept, "default_role", {});
  if (name.empty() && kind_.role_in_proof && roles_.size() == 1)
    name = roles_.begin()->first;
  if (name.empty() && !kind_.role_in_proof)
    return refuse("missing role");
  const auto proof = kind_.proof_field.empty() ? std::string{} : call.in.text(kind_.proof_field);
  const bool unproven = !kind_.missing_proof.empty() && proof.empty();
  const auto* found = find(name);
  if (unproven && (kind_.proof_first || found != nullptr))
    return refuse(std::string{kind_.missing_proof});
  if (found == nullptr)
    return refuse(kind_.unknown_role(name));
  if (!runtime::admits(found->params.bound_cidrs))
    return barred_address();
  auto terms = terms_of(found->params);
  terms.groups = call.in.list("groups");
  terms.principal = name;
  kind_.identify(name, found->kept, jwt_claims(proof), terms);
  return logged_in(std::move(terms));
}

runtime::engine_reply vouched_method::login_user(const runtime::engine_call& call) const {
  const std::string name{trimmed(call.in.captured("name"))};
  if (call.in.text("password").empty())
    return error_answer(400, "password cannot be of zero length when passwordless binds are being "
                             "denied");
  const auto params = params_of_user(name);
  if (!runtime::admits(params.bound_cidrs))
    return barred_address();
  auto terms = terms_of(params);
  terms.display_name = name;
  terms.metadata = {{"username", name}};
  terms.alias = name;
  terms.alias_metadata = {{"name", name}};
  terms.groups = groups_of_user(name);
  add_to(terms.groups, call.in.list("groups"));
  terms.principal = name;
  return logged_in(std::move(terms));
}

runtime::engine_reply vouched_method::login_by_name(const runtime::engine_call& call) const {
  const std::string name{call.in.captured("name")};
  const auto* found = find(name);
  auto terms = terms_of(found ? found->params : token_params{});
  if (!runtime::admits(terms.bound_cidrs))
    return barred_address();
  terms.display_name = name;
  terms.metadata = {{"username", name}};
  terms.alias = name;
  terms.groups = call.in.list("groups");
  if (found)
    terms.principal = name;
  return logged_in(std::move(terms));
}

runtime::login_renewal vouched_method::renew_login(std::string_view principal,
                                                   const std::vector<std::string>& policies) const {
  runtime::login_renewal result;
  if (kind_.role_field.empty()) {
    const auto params = params_of_user(std::string{principal});
    if (!equivalent_policies(params, policies))
      result.error = "policies have changed, not renewing";
    return result.error.empty() ? renewal_of(params) : result;
  }
  const auto* found = find(principal);
  if (principal.empty() || found != nullptr)
    return renewal_of(found ? found->params : token_params{});
  if (kind_.role_in_proof)
    result.nothing = true;
  else
    result.error = "role " + std::string{principal} + " does not exist during renewal";
  return result;
}

// -- roles and users ----------------------------------------------------------------------------

const vouched_method::role* vouched_method::find(std::string_view name) const {
  const auto i = roles_.find(name);
  return i == roles_.end() ? nullptr : &i->second;
}

std::vector<std::string> vouched_method::groups_of_user(const std::string& name) const {
  const auto* user = find(name);
  return user ? names_in(user->kept, "groups") : std::vector<std::string>{};
}

token_params vouched_method::params_of_user(const std::string& name) const {
  const auto config = config_.find("");
  const auto* user = find(name);
  auto result = user                      ? user->params
                : config != config_.end() ? config->second.params
                                          : token_params{};
  if (user && config != config_.end())
    add_to(result.policies, config->second.params.policies);
  for (const auto& group : groups_of_user(name))
    if (const auto i = groups_.find(group); i != groups_.end())
      add_to(result.policies, i->second);
  result.has_policies |= !result.policies.empty();
  return result;
}

tl::expected<vouched_method::role, answer> vouched_method::changed(const runtime::engine_call& call,
                                                                   role before) {
  const auto refused = [](std::string why) {
    return tl::unexpected{error_answer(400, std::move(why))};
  };
  auto parsed = parse(call.in, std::move(before.params));
  if (!parsed)
    return refused(std::move(parsed.error()));
  if (auto why = take_old_names(call.in, old_names, *parsed); !why.empty())
    return refused(std::move(why));
  before.params = std::move(*parsed);
  static const auto read_already = with_token_fields({{"name"}, {"path"}}, old_names);
  if (call.in.body().is_object())
    for (const auto& [key, value] : call.in.body().items())
      if (std::none_of(read_already.begin(), read_already.end(),
                       [&name = key](const api::field_row& row) { return row.name == name; }))
        before.kept[key] = value;
  return before;
}

bool vouched_method::has_role(const api::field_data& in) const {
  return find(in.captured("name")) != nullptr;
}

answer vouched_method::list_roles(const runtime::engine_call&) const {
  return api::key_list(roles_);
}

answer vouched_method::read_role(const runtime::engine_call& call) const {
  const auto* found = find(call.in.captured("name"));
  if (found == nullptr)
    return nothing_found();
  auto data = to_json(found->params);
  data.update(found->kept);
  return data_answer(std::move(data));
}

answer vouched_method::write_role(const runtime::engine_call& call) {
  const auto* existing = find(call.in.captured("name"));
  auto made = changed(call, existing ? *existing : role{});
  if (!made)
    return std::move(made.error());
  roles_.insert_or_assign(std::string{call.in.captured("name")}, std::move(*made));
  return no_content();
}

answer vouched_method::delete_role(const runtime::engine_call& call) {
  roles_.erase(std::string{call.in.captured("name")});
  return no_content();
}

// -- groups of a directory ------------------------------------------------------------------------

answer vouched_method::list_groups(const runtime::engine_call&) const {
  return api::key_list(groups_);
}

answer vouched_method::read_group(const runtime::engine_call& call) const {
  const auto i = groups_.find(call.in.captured("name"));
  return i == groups_.end() ? nothing_found() : data_answer({{"policies", i->second}});
}

answer vouched_method::write_group(const runtime::engine_call& call) {
  groups_.insert_or_assign(std::string{call.in.captured("name")},
                           policy::sanitize_policies(call.in.list("policies"), false));
  return no_content();
}

answer vouched_method::delete_group(const runtime::engine_call& call) {
  groups_.erase(std::string{call.in.captured("name")});
  return no_content();
}

// -- what the method was told of the outside
// --------------------------------------------------------

answer vouched_method::read_config(const runtime::engine_call& call) const {
  const auto i = config_.find(call.in.captured("path"));
  if (i == config_.end())
    return nothing_found();
  auto data = kind_.role_field.empty() ? to_json(i->second.params) : json::object();
  data.update(i->second.kept);
  return data_answer(std::move(data));
}

answer vouched_method::write_config(const runtime::engine_call& call) {
  const std::string path{call.in.captured("path")};
  const auto i = config_.find(path);
  auto made = changed(call, i == config_.end() ? role{} : i->second);
  if (!made)
    return std::move(made.error());
  config_.insert_or_assign(path, std::move(*made));
  return no_content();
}

answer vouched_method::delete_config(const runtime::engine_call& call) {
  config_.erase(std::string{call.in.captured("path")});
  return no_content();
}

// -- the paths ------------------------------------------------------------------------------------

runtime::engine_paths vouched_method::make_paths(const vouched_kind& kind) {
  using enum operation;
  using self = vouched_method;
  std::vector<runtime::engine_paths::row> rows;
  for (const auto list_pattern : kind.list_patterns)
    rows.push_back({.pattern = list_pattern,
                    .fields = {},
                    .operations = {{list, runtime::on<&self::list_roles>}},
                    .help = "the names of all of them"});
  for (const auto& left_out : kind.left_out)
    rows.push_back({.pattern = left_out.pattern,
                    .fields = {},
                    .operations = {},
                    .not_modelled = left_out.reason});
  std::vector<api::field_row> item_fields = {{"name"}};
  for (const auto& key : kind.setup().keys)
    item_fields.push_back({key.name, key.kind, {}, false, key.doc});
  rows.push_back({.pattern = kind.item_pattern,
                  .fields = with_token_fields(std::move(item_fields), old_names),
                  .operations = {{read, runtime::on<&self::read_role>},
                                 {update, runtime::on<&self::write_role>},
                                 {delete_, runtime::on<&self::delete_role>}},
                  .exists = runtime::has<&self::has_role>,
                  .help = "what tokens of this name are like",
                  .any_fields = true});
  rows.push_back({.pattern = "config{/path}",
                  .fields = with_token_fields({{"path"}}, old_names),
                  .operations = {{read, runtime::on<&self::read_config>},
                                 {update, runtime::on<&self::write_config>},
                                 {delete_, runtime::on<&self::delete_config>}},
                  .help = "how the outside system is reached; kept for reading",
                  .any_fields = true});
  const std::vector<api::field_row> login_fields = {
      {"name"}, {"role"}, {"jwt"}, {"password"}, {"groups", api::field_kind::comma_list}};
  if (kind.role_field.empty()) {
    rows.push_back({.pattern = "groups/?",
                    .fields = {},
                    .operations = {{list, runtime::on<&self::list_groups>}},
                    .help = "the groups with policies"});
    rows.push_back({.pattern = "groups/{name+}",
                    .fields = {{"name"}, {"policies", api::field_kind::comma_list}},
                    .operations = {{read, runtime::on<&self::read_group>},
                                   {update, runtime::on<&self::write_group>},
                                   {delete_, runtime::on<&self::delete_group>}},
                    .help = "policies of a group's members"});
    rows.push_back({.pattern = "login/{name+}",
                    .fields = login_fields,
                    .operations = {{update, runtime::on<&self::login_user>}},
                    .help = "log in with any password",
                    .any_fields = true});
  } else {
    rows.push_back({.pattern = "login",
                    .fields = login_fields,
                    .operations = {{update, runtime::on<&self::login>}},
                    .help = "log in with a proof, which is not checked",
                    .any_fields = true});
    rows.push_back({.pattern = "login/{name+}",
                    .fields = login_fields,
                    .operations = {{update, runtime::on<&self::login_by_name>}},
                    .help = "log in under a name, without a proof",
                    .any_fields = true});
  }
  return {{.unauthenticated = {"login", "login/*", "oidc/auth_url", "oidc/callback", "oidc/poll"}},
          std::move(rows)};
}

} // namespace lapse::auth
