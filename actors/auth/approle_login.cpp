// Logins with a role id and a secret id.

#include "actors/api/answers.hpp"
#include "actors/auth/approle.hpp"
#include "actors/auth/principal_store.hpp"
#include "actors/auth/secret_id_metadata.hpp"
#include "actors/protocol/ascii.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/runtime/address.hpp"
#include "actors/ttl/duration.hpp"

#include <utility>

namespace lapse::auth {

namespace {

answer invalid_pair() { return error_answer(400, "invalid role or secret ID"); }

answer barred(std::string_view how) {
  return error_answer(400, "source address " + quote(runtime::client_address) + " unauthorized " +
                               std::string{how});
}

} // namespace

std::string approle_method::unnamed_user(const nlohmann::json& body) const {
  const auto i = body.is_object() ? body.find("role_id") : body.end();
  const auto id = i == body.end() ? std::string{} : api::decode_text(*i).value_or("");
  return trimmed(id).empty() ? "missing role_id" : "";
}

runtime::engine_reply approle_method::login(const runtime::engine_call& call) {
  const auto role_id = std::string{trimmed(call.in.text("role_id"))};
  if (role_id.empty())
    // Where users are locked out, that is found before the login is performed.
    return error_answer(call.at.user_lockout && call.at.user_lockout->disabled ? 400 : 500,
                        "missing role_id");
  const auto i = find_by_id(role_id);
  if (i == roles_.end())
    return refused_login(invalid_pair(), "no role has this role id", "");
  if (lockout_.locked(call.at, role_id, call.now))
    return locked_out();
  clean_up(i->second, std::chrono::floor<std::chrono::minutes>(call.now));
  return admit(call, i, std::string{trimmed(call.in.text("secret_id"))});
}

runtime::engine_reply approle_method::admit(const runtime::engine_call& call, roles::iterator whose,
                                            const std::string& secret) {
  auto& of = whose->second;
  const auto bound = of.secret_id_cidrs.value_or(std::vector<std::string>{});
  auto terms = terms_of(of.params);
  // Only addresses that were set bind the token, and none is tested before it is used (R-1714).
  terms.bound_cidrs = of.params.bound_cidrs;
  if (of.bind_secret_id) {
    if (secret.empty())
      return error_answer(400, "missing secret_id");
    const auto i = of.secret_ids.find(secret);
    if (i == of.secret_ids.end()) {
      lockout_.failed(call.at, of.role_id, call.now);
      const auto former = of.former_ids.find(secret);
      return refused_login(invalid_pair(),
                           "role `" + whose->first + "` has no such secret id: it " +
                               (former != of.former_ids.end() ? former->second
                                : of.forgot_some              ? "was never made, or went long ago"
                                                              : "was never made"),
                           "another secret id, or larger `secret_id_num_uses`, `secret_id_ttl`");
    }
    const auto entry = i->second;
    // The last use takes the secret id away (login-approle 1.2), whatever comes after.
    if (entry.num_uses == 1) {
      take_away(of, i, "had its last use at " + ttl::readable_duration(call.now));
    } else if (entry.num_uses > 1) {
      --i->second.num_uses;
      i->second.updated = call.now;
    }
    if (auto why = cidr_subset_error(bound, entry.cidrs); !why.empty())
      return error_answer(500, std::move(why));
    if (!runtime::admits(entry.cidrs))
      return barred(entry.num_uses == 0 ? "through CIDR restrictions on the secret ID"
                                        : "by CIDR restrictions on the secret ID: %!w(<nil>)");
    terms.metadata = entry.metadata;
    if (!entry.token_cidrs.empty()) {
      auto parsed = runtime::parse_addresses(entry.token_cidrs);
      if (!parsed)
        return error_answer(400, std::move(parsed.error()));
      terms.bound_cidrs = std::move(*parsed);
    }
  }
  if (!runtime::admits(bound))
    return barred("by CIDR restrictions on the role: %!w(<nil>)");
  lockout_.forget(of.role_id);
  terms.metadata["role_name"] = whose->first;
  terms.alias = of.role_id;
  terms.alias_metadata = terms.metadata;
  terms.principal = whose->first;
  return logged_in(std::move(terms));
}

} // namespace lapse::auth
