#include "actors/auth/github.hpp"

#include "actors/api/answers.hpp"
#include "actors/api/field_kind.hpp"
#include "actors/protocol/ascii.hpp"
#include "actors/runtime/address.hpp"

#include <utility>

namespace lapse::auth {

const runtime::engine_paths& github_method::table() {
  static const runtime::engine_paths paths = [] {
    using enum operation;
    auto rows = principal_rows();
    rows.push_back({.pattern = "login",
                    .fields = {{"token"}, {"username"}},
                    .operations = {{update, runtime::on<&github_method::login>}},
                    .help = "log in with an account"});
    rows.push_back({.pattern = "config",
                    .fields = with_token_fields({{"organization", api::field_kind::text, {}, true}},
                                                {"ttl", "max_ttl"}),
                    .operations = {{read, runtime::on<&github_method::read_config>},
                                   {update, runtime::on<&github_method::write_config>}},
                    .help = "the organisation, and what its members' tokens are like"});
    rows.push_back({.pattern = "map/users/?",
                    .fields = {},
                    .operations = {{list, runtime::on<&github_method::list_mappings>}},
                    .help = "the accounts with policies of their own"});
    rows.push_back({.pattern = "map/users/{key+}",
                    .fields = {{"key", api::field_kind::lower_text}, {"value"}},
                    .operations = {{read, runtime::on<&github_method::read_mapping>},
                                   {update, runtime::on<&github_method::write_mapping>},
                                   {delete_, runtime::on<&github_method::delete_mapping>}},
                    .exists = runtime::has<&github_method::has_mapping>,
                    .help = "more policies of one account"});
    rows.push_back({.pattern = "map/teams{/key}",
                    .fields = {},
                    .operations = {},
                    .help = "more policies of a team",
                    .not_modelled = "accounts have no teams"});
    return runtime::engine_paths{{.unauthenticated = {"login"}}, std::move(rows)};
  }();
  return paths;
}

const login_setup& github_method::setup() {
  static const login_setup setup{.name_in_path = false, .proof = "token"};
  return setup;
}

std::optional<token_params> github_method::params_of(const std::string& account) const {
  const auto* own = find(account);
  const auto mapped = mapped_.find(lower_case(account));
  if (!own && mapped == mapped_.end() && !configured_)
    return std::nullopt;
  auto result = own ? *own : params_;
  if (mapped != mapped_.end())
    for (auto& name : api::decode_comma_list(mapped->second).value_or(std::vector<std::string>{}))
      result.policies.push_back(std::move(name));
  result.has_policies |= !result.policies.empty();
  return result;
}

runtime::engine_reply github_method::login(const runtime::engine_call& call) const {
  const auto name = call.in.text(call.in.given("username") ? "username" : "token");
  if (name.empty())
    return error_answer(400, "missing client token");
  const auto params = params_of(name);
  if (!params)
    return error_answer(400, "user is not part of required org");
  if (!runtime::admits(params->bound_cidrs))
    return barred_address();
  auto terms = terms_of(*params);
  terms.display_name = name;
  terms.metadata = {{"org", organization_}, {"username", name}};
  terms.alias = name;
  terms.principal = name;
  return logged_in(std::move(terms));
}

answer github_method::read_config(const runtime::engine_call&) const {
  if (!configured_)
    return nothing_found();
  auto data = to_json(params_);
  data["organization"] = organization_;
  return data_answer(std::move(data));
}

answer github_method::write_config(const runtime::engine_call& call) {
  auto parsed = parse(call.in, params_);
  if (!parsed)
    return error_answer(400, std::move(parsed.error()));
  if (auto error = take_old_names(call.in, {"ttl", "max_ttl"}, *parsed); !error.empty())
    return error_answer(400, std::move(error));
  call.in.take("organization", organization_);
  params_ = std::move(*parsed);
  configured_ = true;
  return no_content();
}

// -- policies of single accounts ---------------------------------------------------

bool github_method::has_mapping(const api::field_data& in) const {
  return mapped_.count(in.text("key")) != 0;
}

answer github_method::list_mappings(const runtime::engine_call&) const {
  return api::key_list(mapped_);
}

answer github_method::read_mapping(const runtime::engine_call& call) const {
  const auto i = mapped_.find(call.in.text("key"));
  return i == mapped_.end() ? nothing_found()
                            : data_answer({{"key", i->first}, {"value", i->second}});
}

answer github_method::write_mapping(const runtime::engine_call& call) {
  mapped_.insert_or_assign(call.in.text("key"), call.in.text("value"));
  return no_content();
}

answer github_method::delete_mapping(const runtime::engine_call& call) {
  mapped_.erase(call.in.text("key"));
  return no_content();
}

runtime::login_renewal github_method::renew_login(std::string_view principal,
                                                  const std::vector<std::string>& policies) const {
  runtime::login_renewal result;
  const auto params = params_of(std::string{principal});
  if (!params)
    result.error = "user is not part of required org";
  else if (!equivalent_policies(*params, policies))
    result.error = "policies do not match";
  else
    result = renewal_of(*params);
  return result;
}

} // namespace lapse::auth
