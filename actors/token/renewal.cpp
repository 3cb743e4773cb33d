// Renewal of a token (section 4.1): from the request on the caller's side to the new deadline on
// the renewed token's. Only the caller's uses count, and parts of a second of an increment
// are dropped when it is read.

#include "actors/token/token.hpp"
#include "actors/ttl/duration.hpp"

namespace lapse::token {

void token::renew(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto wanted = in.text("token");
  if (wanted.empty())
    return finish(x, error_answer(400, "missing token ID"));
  renew_at(x, env_.slots.find(env_.slots.token_of(wanted)), in.seconds("increment"));
}

void token::renew_self(const runtime::exchange_ptr& x, const api::field_data& in) {
  renew_at(x, env_.slots.find(self_), in.seconds("increment"));
}

void token::renew_accessor(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto wanted = in.text("accessor");
  if (wanted.empty())
    return finish(x, wrapped_error(400, "missing accessor"));
  auto* s = env_.slots.find(parse_accessor(wanted).value_or(token_id{}));
  if (s == nullptr || s->type == token_type::batch)
    return finish(x, wrapped_error(400, "invalid accessor"));
  renew_at(x, s, in.seconds("increment"));
}

void token::renew_at(const runtime::exchange_ptr& x, const runtime::slot* whose,
                     duration increment) {
  runtime::lease_request asked{x, runtime::lease_request::what::renew, increment};
  if (whose == nullptr)
    finish(x, unknown_token(asked));
  else
    ask(*whose, asked);
}

const char* token::lease_refusal() const {
  if (!facts_->has_lease)
    return "lease not found";
  if (expire_ == never || !facts_->renewable)
    return "lease is not renewable";
  if (expire_ < env_.now() || ended_)
    return "lease expired";
  return "tokens cannot be renewed through this endpoint";
}

const char* token::never_renewable() const {
  return expire_ == never   ? "it has no TTL and never ends"
         : facts_->wrapping ? "wrapping tokens are not renewable"
                            : "it was made with `renewable: false`";
}

void token::renew_lease(const runtime::exchange_ptr& x, duration increment) {
  auto by_accessor = x->what->path == "auth/token/renew-accessor";
  auto refuse = [&](std::string text) {
    // renew-accessor hides the text of a refusal.
    if (by_accessor && !x->refused && !ended_)
      x->refused = refusal_of(refusal_kind::renewal, text);
    finish(x, by_accessor ? wrapped_error(400, "invalid request")
                          : error_answer(400, std::move(text)));
  };
  auto fail = [&](std::string_view text) { finish(x, wrapped_error(500, text)); };
  // R-403, in order.
  auto over = expire_ < env_.now() || ended_;
  if (uses_ < 0 || over)
    return refuse("token not found");
  if (batch())
    return usable() ? refuse("batch tokens cannot be renewed") : refuse("token not found");
  if (!facts_->has_lease)
    return refuse("invalid lease ID");
  // a root token with a TTL is renewed as any other.
  if (expire_ == never || !facts_->renewable) {
    x->refused = refusal_of(refusal_kind::renewal, never_renewable());
    return refuse("lease is not renewable");
  }
  renewal_bounds terms;
  if (!ask_method(x, terms, fail))
    return;
  auto in = lease::mount_limits(env_, auth_mount());
  in.increment = increment;
  in.backend_ttl = terms.ttl;
  in.period = terms.period;
  in.backend_max = terms.max_ttl;
  in.explicit_max = terms.explicit_max;
  in.start = facts_->issue;
  auto grant = ttl::calculate_ttl(in); // a cap is a warning
  if (grant.error != nullptr)          // nothing is left of the maximum
    return fail(grant.error);
  if (grant.bound == ttl_bound::own && facts_->login)
    grant.bound = ttl_bound::role;
  extend(grant);
  refresh_groups();
  // R-1707: uses and orphan as at creation.
  x->reply = auth_answer({facts_, by_accessor, shown_identity_policies(shared_, *facts_),
                          whole_seconds(granted_), facts_->uses});
  x->reply.warnings = std::move(grant.warnings);
  finish(x);
}

bool token::ask_method(const runtime::exchange_ptr& x, renewal_bounds& out,
                       const std::function<void(std::string_view)>& fail) {
  if (facts_->login) {
    // the method's user or role as it is now; the explicit maximum as
    // at login.
    auto* m = env_.mounts.find(facts_->login->mount->path);
    if (m == nullptr || !m->engine) {
      fail("failed to renew entry: unsupported path");
      return false;
    }
    auto now = env_.engine_of(*m).renew_login(facts_->login->principal, *facts_->policies);
    if (!now.error.empty()) {
      fail("failed to renew entry: " + now.error);
      return false;
    }
    if (now.nothing) {
      finish(x, no_content());
      return false;
    }
    out = {now.ttl, now.max_ttl, now.period, facts_->explicit_max};
    return true;
  }
  // the last granted TTL.: period and explicit maximum from the role alone,
  // as it is now, or from the record when there is no role.
  out = {granted_, duration::zero(), facts_->period, facts_->explicit_max};
  if (facts_->role) {
    const auto* role = shared_.roles->find(*facts_->role);
    if (role == nullptr) {
      fail("failed to renew entry: original token role \"" + *facts_->role +
           "\" could not be found, not renewing");
      return false;
    }
    out.period = role->period;
    out.explicit_max = role->explicit_max_ttl;
  }
  return true;
}

// a renewed login puts its entity back into the groups it named, and a renewed child,
// which has named none at no mount, takes it out of all external ones.
void token::refresh_groups() {
  if (!facts_->entity)
    return;
  static const std::vector<std::string> none;
  const auto* login = facts_->login.get();
  shared_.identities->refresh_external_groups(*facts_->entity, login ? login->mount->accessor : "",
                                              login ? login->groups : none);
}

void token::extend(const ttl::ttl_result& grant) {
  granted_ = grant.ttl;
  renewed_ = env_.now();
  expire_at(later(env_.now(), grant.ttl));
  arm();
  if (env_.observed())
    env_.emit(token_renewed{id(), grant.ttl, expire_, grant.bound});
}

} // namespace lapse::token
