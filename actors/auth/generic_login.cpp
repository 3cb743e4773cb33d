#include "actors/auth/generic_login.hpp"

#include "actors/runtime/address.hpp"
#include "actors/runtime/engine_answer.hpp"

#include <utility>

namespace lapse {

bool generic_login_method::unauthenticated(operation, std::string_view path) const {
  return take_prefix(path, "login/");
}

std::optional<bool> generic_login_method::exists(std::string_view path) const {
  if (take_prefix(path, "users/"))
    return users_.find(path) != nullptr;
  if (take_prefix(path, "roles/"))
    return roles_.find(path) != nullptr;
  return std::nullopt;
}

const token_params* generic_login_method::find(std::string_view name) const {
  const auto* user = users_.find(name);
  return user ? user : roles_.find(name);
}

engine_reply generic_login_method::handle(const engine_call& call) {
  auto path = call.path;
  const auto first = take_segment(path);
  if (first == "users" || first == "roles")
    return {(first == "users" ? users_ : roles_).handle(call.op, path, call.what.body), {}, {}};
  if (first != "login" || path.empty())
    return {unsupported_path(), {}, {}};
  if (call.op != operation::create && call.op != operation::update)
    return {only_logins(), {}, {}};
  const auto* params = find(path);
  auto terms = terms_of(params ? *params : token_params{});
  if (!admits(terms.bound_cidrs))
    return {barred_address(), {}, {}};
  const std::string name{path};
  terms.display_name = name;
  terms.metadata = {{"username", name}};
  terms.alias = name;
  terms.principal = name;
  engine_reply result;
  result.reply.status = 200;
  result.reply.shape = envelope::normal;
  result.login = std::move(terms);
  return result;
}

login_renewal generic_login_method::renew_login(std::string_view principal,
                                                const std::vector<std::string>&) const {
  const auto* params = find(principal);
  return renewal_of(params ? *params : token_params{});
}

} // namespace lapse
