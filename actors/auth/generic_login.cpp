#include "actors/auth/generic_login.hpp"

#include "actors/runtime/address.hpp"

#include <utility>

namespace lapse::auth {

const runtime::engine_paths& generic_login_method::table() {
  static const runtime::engine_paths paths = [] {
    auto rows = principal_rows();
    rows.push_back({.pattern = "login/{name+}",
                    .fields = {{"name"}, {"groups", api::field_kind::comma_list}},
                    .operations = {{operation::update, runtime::on<&generic_login_method::login>}},
                    .help = "log in under a name, without a proof",
                    .any_fields = true});
    return runtime::engine_paths{{.unauthenticated = {"login/*"}}, std::move(rows)};
  }();
  return paths;
}

const login_setup& generic_login_method::setup() {
  static const login_setup setup{.admits_anybody = true, .proof_optional = true};
  return setup;
}

runtime::engine_reply generic_login_method::login(const runtime::engine_call& call) {
  const std::string name{call.in.captured("name")};
  const auto* params = find(name);
  auto terms = terms_of(params ? *params : token_params{});
  if (!runtime::admits(terms.bound_cidrs))
    return barred_address();
  terms.display_name = name;
  terms.metadata = {{"username", name}};
  terms.alias = name;
  terms.groups = call.in.list("groups");
  terms.principal = name;
  return logged_in(std::move(terms));
}

runtime::login_renewal generic_login_method::renew_login(std::string_view principal,
                                                         const std::vector<std::string>&) const {
  const auto* params = find(principal);
  return renewal_of(params ? *params : token_params{});
}

} // namespace lapse::auth
