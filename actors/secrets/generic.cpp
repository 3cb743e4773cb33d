#include "actors/secrets/generic.hpp"

#include "actors/api/answers.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/runtime/placeholder.hpp"

namespace lapse::secrets {

const runtime::engine_paths& generic_engine::table() {
  static const runtime::engine_paths paths = [] {
    using enum operation;
    auto rows = role_rows("roles/?", "roles/{name+}", {}, runtime::on<&generic_engine::read_role>);
    rows.push_back({.pattern = "creds/{name+}",
                    .fields = {{"name"}},
                    .operations = {{read, runtime::on<&generic_engine::issue>}},
                    .help = "a credential, with a lease",
                    .external = true});
    return runtime::engine_paths{{}, std::move(rows)};
  }();
  return paths;
}

const secrets_setup& generic_engine::setup() {
  static const secrets_setup setup{.role_keys = role_keys(), .gives_out = "creds/", .leased = true};
  return setup;
}

answer generic_engine::read_role(const runtime::engine_call& call) const {
  const auto* role = roles_.find(call.in.captured("name"));
  return role ? data_answer({{"default_ttl", whole_seconds(role->default_ttl)},
                             {"max_ttl", whole_seconds(role->max_ttl)},
                             {"renewable", role->renewable},
                             {"lease", role->lease}})
              : nothing_found();
}

runtime::engine_reply generic_engine::issue(const runtime::engine_call& call) const {
  const auto name = call.in.text("name");
  const auto* role = roles_.find(name);
  if (!role)
    return error_answer(400, "unknown role: " + name);
  auto username = name + '-';
  username += runtime::random_base62(call.draw, 8);
  const auto password = runtime::random_base62(call.draw, 20);
  runtime::engine_reply result = data_answer({{"username", username}, {"password", password}});
  result.secret = credential_roles::terms(name, *role);
  return result;
}

runtime::renewal_terms generic_engine::renew(const runtime::secret_origin& from) const {
  if (const auto* found = roles_.find(from.role))
    return credential_roles::terms(from.role, *found);
  return tl::unexpected{"error during renew: could not find role with name " + quote(from.role)};
}

} // namespace lapse::secrets
