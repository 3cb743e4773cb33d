#include "actors/auth/userpass.hpp"

#include "actors/api/answers.hpp"
#include "actors/auth/principal_store.hpp"
#include "actors/policy/policy_set.hpp"
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
  if (lockout_.locked(call.at, user_name, call.now))
    return locked_out();
  if (password.empty())
    return error_answer(500, "missing password");
  const auto i = users_.find(user_name);
  if (i == users_.end() || i->second.password != password) {
    // Only failures of users that exist are counted.
    if (i != users_.end())
      lockout_.failed(call.at, user_name, call.now);
    return error_answer(400, "invalid username or password");
  }
  if (!runtime::admits(i->second.params.bound_cidrs))
    return barred_address();
  lockout_.forget(user_name);
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

/// The cost that a bcrypt hash says it has; none if the text is no such hash.
std::optional<int> bcrypt_cost(std::string_view hash) {
  if (hash.size() < 59 || hash[0] != '$' || hash[1] > '2')
    return std::nullopt;
  hash.remove_prefix(hash[2] != '$' ? 4 : 3);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!digit(hash[0]) || !digit(hash[1]))
    return std::nullopt;
  const auto cost = (hash[0] - '0') * 10 + (hash[1] - '0');
  return cost >= 4 && cost <= 31 ? std::optional{cost} : std::nullopt;
}

/// The password to keep, or the refusal (R-1713).
tl::expected<std::string, answer> password_of(const api::field_data& in) {
  auto refused = [](std::string why) { return tl::unexpected{error_answer(400, std::move(why))}; };
  if (auto why = password_error(in); !why.empty())
    return refused(std::move(why));
  auto plain = in.text("password");
  if (!plain.empty()) {
    if (plain.size() > 72)
      return tl::unexpected{wrapped_error(500, "bcrypt: password length exceeds 72 bytes")};
    return plain;
  }
  auto hash = in.text("password_hash");
  const auto cost = bcrypt_cost(hash);
  if (!cost)
    return refused("password_hash is not a valid bcrypt hash");
  if (*cost < 5)
    return refused("bcrypt cost of " + std::to_string(*cost) + " is too low, want 5 at minimum");
  if (*cost > 12)
    return refused("bcrypt cost of " + std::to_string(*cost) + " exceeds maximum cost of 12");
  return std::string{'\0'} + std::move(hash);
}

} // namespace

answer userpass_method::write_user(const runtime::engine_call& call) {
  const auto& in = call.in;
  const auto name = in.text("username");
  const auto i = users_.find(name);
  const bool has_password = !in.text("password").empty() || !in.text("password_hash").empty();
  if (auto error = password_error(in); !error.empty() && i == users_.end())
    return error_answer(400, std::move(error));
  auto result = i == users_.end() ? user{} : i->second;
  auto parsed = parse(in, std::move(result.params));
  if (!parsed)
    return error_answer(400, std::move(parsed.error()));
  result.params = std::move(*parsed);
  if (has_password) {
    auto password = password_of(in);
    if (!password)
      return std::move(password.error());
    result.password = std::move(*password);
  }
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
  auto password = password_of(call.in);
  if (!password)
    return std::move(password.error());
  i->second.password = std::move(*password);
  return no_content();
}

answer userpass_method::write_policies(const runtime::engine_call& call) {
  const auto i = users_.find(call.in.text("username"));
  if (i == users_.end())
    return wrapped_error(500, "username does not exist");
  auto& params = i->second.params;
  if (call.in.take("token_policies", params.policies)) {
    params.policies = policy::sanitize_policies(std::move(params.policies), false);
    params.has_policies = true;
  }
  if (auto error = take_old_names(call.in, {"policies"}, params); !error.empty())
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
  else if (!equivalent_policies(i->second.params, policies))
    result.error = "policies have changed, not renewing";
  else
    result = renewal_of(i->second.params);
  return result;
}

} // namespace lapse::auth
