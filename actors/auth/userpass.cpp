#include "actors/auth/userpass.hpp"

#include "actors/api/answers.hpp"
#include "actors/auth/principal_store.hpp"
#include "actors/runtime/address.hpp"

#include <utility>

namespace lapse::auth {

const runtime::engine_paths& userpass_method::table() {
  using enum operation;
  static const runtime::engine_paths paths{
      {.unauthenticated = {"login/*"}},
      {{.pattern = "users/?",
        .fields = {{"after"}, {"limit", api::field_kind::integer}},
        .operations = {{list, runtime::on<&userpass_method::list_users>}},
        .help = "the names of all users"},
       {.pattern = "users/{username}/policies",
        .fields = {{"username", api::field_kind::lower_text},
                   {"policies", api::field_kind::comma_list},
                   {"token_policies", api::field_kind::comma_list}},
        .operations = {{update, runtime::on<&userpass_method::write_policies>}},
        .help = "set a user's policies"},
       {.pattern = "users/{username}/password",
        .fields = {{"username", api::field_kind::lower_text}, {"password"}, {"password_hash"}},
        .operations = {{update, runtime::on<&userpass_method::write_password>}},
        .help = "set a user's password"},
       {.pattern = "users/{username}",
        .fields = with_token_fields(
            {{"username", api::field_kind::lower_text}, {"password"}, {"password_hash"}},
            {"policies", "ttl", "max_ttl", "bound_cidrs"}),
        .operations = {{read, runtime::on<&userpass_method::read_user>},
                       {update, runtime::on<&userpass_method::write_user>},
                       {delete_, runtime::on<&userpass_method::delete_user>}},
        .exists = runtime::has<&userpass_method::has_user>,
        .help = "a user who may log in"},
       {.pattern = "login/{username}",
        .fields = {{"username", api::field_kind::lower_text}, {"password"}},
        .operations = {{update, runtime::on<&userpass_method::login>}},
        .help = "log in with user name and password"}}};
  return paths;
}

const login_setup& userpass_method::setup() {
  static const login_setup setup{
      .keys = {{"password", api::field_kind::text,
                "Password of a userpass user; one is made up if left out."}},
      .folder = "users",
      .proof_set_up = true};
  return setup;
}

runtime::engine_reply userpass_method::login(const runtime::engine_call& call) {
  const auto password = call.in.text("password");
  const auto user_name = call.in.text("username");
  if (lockout_.locked(user_name, call.now))
    return error_answer(403, "permission denied");
  if (password.empty())
    return error_answer(500, "missing password");
  const auto i = users_.find(user_name);
  if (i == users_.end() || i->second.password != password) {
    // Only failures of users that exist are counted.
    if (i != users_.end())
      lockout_.failed(user_name, call.now);
    return error_answer(400, "invalid username or password");
  }
  if (!runtime::admits(i->second.params.bound_cidrs))
    return barred_address();
  lockout_.succeeded(user_name);
  auto terms = terms_of(i->second.params);
  terms.display_name = user_name;
  terms.metadata = {{"username", user_name}};
  terms.alias = user_name;
  terms.principal = user_name;
  return logged_in(std::move(terms));
}

// -- users -----------------------------------------------------------------------

bool userpass_method::has_user(const api::field_data& in) const {
  return users_.count(in.text("username")) != 0;
}

answer userpass_method::list_users(const runtime::engine_call& call) const {
  return api::key_page(users_, call.in);
}

answer userpass_method::read_user(const runtime::engine_call& call) const {
  const auto i = users_.find(call.in.text("username"));
  return i == users_.end() ? nothing_found() : data_answer(to_json(i->second.params));
}

answer userpass_method::delete_user(const runtime::engine_call& call) {
  users_.erase(call.in.text("username"));
  return no_content();
}

namespace {

/// Why the passwords of a request are none; empty if exactly one is given. A hash stands for the
/// password it was made of, and nobody can log in with it here.
std::string password_error(const api::field_data& in) {
  const bool plain = !in.text("password").empty();
  const bool hashed = !in.text("password_hash").empty();
  if (plain && hashed)
    return "only one of password or password_hash may be provided";
  return plain || hashed ? "" : "must provide either password or password_hash";
}

std::string password_of(const api::field_data& in) {
  auto hash = in.text("password_hash");
  return hash.empty() ? in.text("password") : std::string{'\0'} + std::move(hash);
}

} // namespace

answer userpass_method::write_user(const runtime::engine_call& call) {
  const auto& in = call.in;
  const auto name = in.text("username");
  const auto i = users_.find(name);
  const bool has_password = !in.text("password").empty() || !in.text("password_hash").empty();
  if (auto error = password_error(in); !error.empty() && (i == users_.end() || has_password))
    return error_answer(400, std::move(error));
  auto result = i == users_.end() ? user{} : i->second;
  auto parsed = parse(in, std::move(result.params));
  if (!parsed)
    return error_answer(400, std::move(parsed.error()));
  result.params = std::move(*parsed);
  if (has_password)
    result.password = password_of(in);
  if (auto error = take_old_names(in, {"policies", "ttl", "max_ttl", "bound_cidrs"}, result.params);
      !error.empty())
    return error_answer(400, std::move(error));
  users_.insert_or_assign(name, std::move(result));
  return no_content();
}

answer userpass_method::write_password(const runtime::engine_call& call) {
  const auto i = users_.find(call.in.text("username"));
  if (i == users_.end())
    return wrapped_error(500, "username does not exist");
  if (auto error = password_error(call.in); !error.empty())
    return error_answer(400, std::move(error));
  i->second.password = password_of(call.in);
  return no_content();
}

answer userpass_method::write_policies(const runtime::engine_call& call) {
  const auto i = users_.find(call.in.text("username"));
  if (i == users_.end())
    return wrapped_error(500, "username does not exist");
  call.in.take("token_policies", i->second.params.policies);
  if (auto error = take_old_names(call.in, {"policies"}, i->second.params); !error.empty())
    return error_answer(400, std::move(error));
  return no_content();
}

runtime::login_renewal
userpass_method::renew_login(std::string_view principal,
                             const std::vector<std::string>& policies) const {
  runtime::login_renewal result;
  const auto i = users_.find(principal);
  if (i == users_.end())
    result.nothing = true;
  else if (!equivalent_policies(i->second.params.policies, policies))
    result.error = "policies have changed, not renewing";
  else
    result = renewal_of(i->second.params);
  return result;
}

} // namespace lapse::auth
