#include "actors/auth/userpass.hpp"

#include "actors/auth/principal_store.hpp"
#include "actors/runtime/address.hpp"
#include "actors/runtime/engine_answer.hpp"
#include "actors/runtime/field.hpp"

#include <utility>

namespace lapse {

bool userpass_method::unauthenticated(operation, std::string_view path) const {
  return take_prefix(path, "login/");
}

std::optional<bool> userpass_method::exists(std::string_view path) const {
  if (!take_prefix(path, "users/") || path.find('/') != std::string_view::npos)
    return std::nullopt;
  return users_.find(lower_case(path)) != users_.end();
}

engine_reply userpass_method::handle(const engine_call& call) {
  auto path = call.path;
  if (take_prefix(path, "login/"))
    return login(call, path);
  if (without_slash(path) == "users")
    return {call.op == operation::list ? key_list(users_) : unsupported_operation(), {}, {}};
  if (take_prefix(path, "users/"))
    return {users(call, path), {}, {}};
  return {unsupported_path(), {}, {}};
}

engine_reply userpass_method::login(const engine_call& call, std::string_view name) {
  if (call.op != operation::create && call.op != operation::update)
    return {only_logins(), {}, {}};
  if (name.empty() || name.find('/') != std::string_view::npos)
    return {error_answer(404, "unsupported path"), {}, {}};
  const auto password = field_reader{call.what.body}.text("password");
  if (!password.ok())
    return {field_validation_failed(password.error), {}, {}};
  const auto user_name = lower_case(name);
  if (lockout_.locked(user_name, call.now))
    return {error_answer(403, "permission denied"), {}, {}};
  if (!password.given() || password.value->empty())
    return {error_answer(500, "missing password"), {}, {}};
  const auto i = users_.find(user_name);
  if (i == users_.end() || i->second.password != *password.value) {
    // Only failures of users that exist are counted.
    if (i != users_.end())
      lockout_.failed(user_name, call.now);
    return {error_answer(400, "invalid username or password"), {}, {}};
  }
  if (!admits(i->second.params.bound_cidrs))
    return {barred_address(), {}, {}};
  lockout_.succeeded(user_name);
  auto terms = terms_of(i->second.params);
  terms.display_name = user_name;
  terms.metadata = {{"username", user_name}};
  terms.alias = user_name;
  terms.principal = user_name;
  return logged_in(std::move(terms), call.what.body, {"username", "password"});
}

answer userpass_method::users(const engine_call& call, std::string_view path) {
  const auto name = lower_case(take_segment(path));
  const auto i = users_.find(name);
  if (!path.empty()) {
    if (path != "password" && path != "policies")
      return unsupported_path();
    if (call.op != operation::create && call.op != operation::update)
      return unsupported_operation();
    if (i == users_.end())
      return error_answer(500, "username does not exist");
    return write_part(call, i->second, path);
  }
  switch (call.op) {
    case operation::read:
      return i == users_.end() ? nothing_found() : data_answer(to_json(i->second.params));
    case operation::create:
    case operation::update:
      return write_user(call, name);
    case operation::delete_:
      if (i != users_.end())
        users_.erase(i);
      return no_content();
    default:
      return unsupported_operation();
  }
}

answer userpass_method::write_user(const engine_call& call, const std::string& name) {
  const auto& body = call.what.body;
  const auto i = users_.find(name);
  auto result = i == users_.end() ? user{} : i->second;
  auto password = field_reader{body}.text("password");
  if (!password.ok())
    return error_answer(400, std::move(password.error));
  auto parsed = parse(body, result.params);
  if (i == users_.end() && (!password.given() || password.value->empty()))
    return error_answer(400, "missing password");
  if (auto* error = std::get_if<std::string>(&parsed))
    return error_answer(400, std::move(*error));
  result.params = std::get<token_params>(std::move(parsed));
  if (password.given()) {
    if (password.value->empty())
      return error_answer(400, "missing password");
    result.password = std::move(*password.value);
  }
  if (auto error =
          parse_old_names(body, {"policies", "ttl", "max_ttl", "bound_cidrs"}, result.params);
      !error.empty())
    return error_answer(400, std::move(error));
  users_.insert_or_assign(name, std::move(result));
  return no_content();
}

answer userpass_method::write_part(const engine_call& call, user& whose, std::string_view part) {
  const auto& body = call.what.body;
  if (part == "password") {
    auto password = field_reader{body}.text("password");
    if (!password.ok())
      return field_validation_failed(password.error);
    if (!password.given() || password.value->empty())
      return error_answer(400, "missing password");
    whose.password = std::move(*password.value);
    return no_content();
  }
  auto changed = whose.params;
  auto policies = field_reader{body}.comma_list("token_policies");
  if (!policies.ok())
    return field_validation_failed(policies.error);
  if (policies.given())
    changed.policies = std::move(*policies.value);
  if (auto error = parse_old_names(body, {"policies"}, changed); !error.empty())
    return field_validation_failed(error);
  whose.params = std::move(changed);
  return no_content();
}

login_renewal userpass_method::renew_login(std::string_view principal,
                                           const std::vector<std::string>& policies) const {
  login_renewal result;
  const auto i = users_.find(principal);
  if (i == users_.end())
    result.nothing = true;
  else if (!equivalent_policies(i->second.params.policies, policies))
    result.error = "policies have changed, not renewing";
  else
    result = renewal_of(i->second.params);
  return result;
}

} // namespace lapse
