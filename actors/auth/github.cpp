#include "actors/auth/github.hpp"

#include "actors/runtime/address.hpp"
#include "actors/runtime/engine_answer.hpp"
#include "actors/runtime/field.hpp"

#include <utility>

namespace lapse {

bool github_method::unauthenticated(operation, std::string_view path) const {
  return path == "login";
}

std::optional<bool> github_method::exists(std::string_view path) const {
  if (take_prefix(path, "users/"))
    return users_.find(path) != nullptr;
  if (take_prefix(path, "roles/"))
    return roles_.find(path) != nullptr;
  if (take_prefix(path, "map/users/"))
    return mapped_.find(lower_case(path)) != mapped_.end();
  return std::nullopt;
}

engine_reply github_method::handle(const engine_call& call) {
  auto path = call.path;
  const auto first = take_segment(path);
  if (first == "login" && path.empty())
    return login(call);
  if (first == "config" && path.empty())
    return {config(call), {}, {}};
  if (first == "users" || first == "roles")
    return {(first == "users" ? users_ : roles_).handle(call.op, path, call.what.body), {}, {}};
  if (first == "map") {
    const auto kind = take_segment(path);
    if (kind == "users")
      return {mapping(call, path), {}, {}};
    if (kind == "teams")
      return {unmodelled(call.at.path, call.path), {}, {}};
  }
  return {unsupported_path(), {}, {}};
}

std::optional<token_params> github_method::params_of(const std::string& account) const {
  const auto* own = users_.find(account);
  if (!own)
    own = roles_.find(account);
  const auto mapped = mapped_.find(lower_case(account));
  if (!own && mapped == mapped_.end() && !configured_)
    return std::nullopt;
  auto result = own ? *own : params_;
  if (mapped != mapped_.end()) {
    const nlohmann::json value = {{"value", mapped->second}};
    for (auto& name :
         field_reader{value}.comma_list("value").value.value_or(std::vector<std::string>{}))
      result.policies.push_back(std::move(name));
  }
  return result;
}

engine_reply github_method::login(const engine_call& call) const {
  if (call.op != operation::create && call.op != operation::update)
    return {only_logins(), {}, {}};
  const field_reader fields{call.what.body};
  auto account = fields.text(fields.has("username") ? "username" : "token");
  if (!account.ok())
    return {field_validation_failed(account.error), {}, {}};
  if (!account.given() || account.value->empty())
    return {error_answer(400, "missing client token"), {}, {}};
  const auto name = *account.value;
  const auto params = params_of(name);
  if (!params)
    return {error_answer(400, "user is not part of required org"), {}, {}};
  if (!admits(params->bound_cidrs))
    return {barred_address(), {}, {}};
  auto terms = terms_of(*params);
  terms.display_name = name;
  terms.metadata = {{"org", organization_}, {"username", name}};
  terms.alias = name;
  terms.principal = name;
  return logged_in(std::move(terms), call.what.body, {"token", "username"});
}

answer github_method::config(const engine_call& call) {
  const auto& body = call.what.body;
  if (call.op == operation::read) {
    if (!configured_)
      return nothing_found();
    auto data = to_json(params_);
    data["organization"] = organization_;
    return data_answer(std::move(data));
  }
  if (call.op != operation::create && call.op != operation::update)
    return unsupported_operation();
  auto parsed = parse(body, params_);
  if (auto* error = std::get_if<std::string>(&parsed))
    return error_answer(400, std::move(*error));
  auto params = std::get<token_params>(std::move(parsed));
  if (auto error = parse_old_names(body, {"ttl", "max_ttl"}, params); !error.empty())
    return error_answer(400, std::move(error));
  std::string error;
  if (!assign(field_reader{body}.text("organization"), organization_, error))
    return error_answer(400, std::move(error));
  params_ = std::move(params);
  configured_ = true;
  return no_content();
}

answer github_method::mapping(const engine_call& call, std::string_view name) {
  if (name.empty())
    return call.op == operation::list ? key_list(mapped_) : unsupported_operation();
  const auto key = lower_case(name);
  const auto i = mapped_.find(key);
  switch (call.op) {
    case operation::read:
      return i == mapped_.end() ? nothing_found()
                                : data_answer({{"key", key}, {"value", i->second}});
    case operation::create:
    case operation::update: {
      std::string value;
      std::string error;
      if (!assign(field_reader{call.what.body}.text("value"), value, error))
        return error_answer(400, std::move(error));
      mapped_.insert_or_assign(key, std::move(value));
      return no_content();
    }
    case operation::delete_:
      if (i != mapped_.end())
        mapped_.erase(i);
      return no_content();
    default:
      return unsupported_operation();
  }
}

login_renewal github_method::renew_login(std::string_view principal,
                                         const std::vector<std::string>& policies) const {
  login_renewal result;
  const auto params = params_of(std::string{principal});
  if (!params)
    result.error = "user is not part of required org";
  else if (!equivalent_policies(params->policies, policies))
    result.error = "policies do not match";
  else
    result = renewal_of(*params);
  return result;
}

} // namespace lapse
