// sys/capabilities*, and all that a caller's policies give (R-917, R-1224).

#include "actors/vault/vault.hpp"

#include <algorithm>

namespace lapse::vault {

void vault::capabilities(const runtime::exchange_ptr& x, const api::field_data& in) {
  if (in.text("token").empty())
    return finish(x, wrapped_error(500, "no token found"));
  ask_capabilities(x, in, env_.slots.find(env_.slots.token_of(in.text("token"))), "invalid token");
}

void vault::capabilities_of_accessor(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto accessor = in.text("accessor");
  if (accessor.empty())
    return finish(x, error_answer(400, "missing accessor"));
  auto* whose = env_.slots.find(parse_accessor(accessor).value_or(token_id{}));
  if (whose == nullptr || !whose->usable_at(env_.now()))
    return finish(x, wrapped_error(400, "invalid accessor"));
  ask_capabilities(x, in, whose, "invalid accessor");
}

void vault::capabilities_of_self(const runtime::exchange_ptr& x, const api::field_data& in) {
  ask_capabilities(x, in, x->last_use ? nullptr : env_.slots.find(x->caller.id), "invalid token");
}

void vault::read_rights(const runtime::exchange_ptr& x, const api::field_data&) {
  if (!tell(x->caller_slot,
            runtime::lease_request{x, runtime::lease_request::what::rights, duration::zero()}))
    finish(x, error_answer(403, "permission denied"));
}

void vault::ask_capabilities(const runtime::exchange_ptr& x, const api::field_data& in,
                             const runtime::slot* whose, std::string_view refusal) {
  auto paths = in.list("paths");
  if (paths.empty())
    paths = in.list("path");
  if (paths.empty())
    return finish(x, error_answer(400, "paths must be supplied"));
  if (whose == nullptr || !whose->usable_at(env_.now()))
    return finish(x, wrapped_error(400, refusal));
  if (std::find(paths.begin(), paths.end(), "") != paths.end())
    return finish(x, wrapped_error(400, "missing path"));
  // Policies are read off the token's record by the token itself.
  if (!tell(env_.slots.ref_of(*whose),
            runtime::lease_request{x, runtime::lease_request::what::capabilities, {}}))
    finish(x, wrapped_error(400, "invalid token"));
}

} // namespace lapse::vault
