#include "actors/lease/backend.hpp"

#include "actors/api/answers.hpp"
#include "actors/lease/granting.hpp"
#include "actors/ttl/duration.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace lapse::lease {

namespace {

const std::string outage = "backend unavailable";

} // namespace

backend::backend(caf::actor_config& cfg, runtime::environment& env, runtime::slot_ref self,
                 std::string mount_path, bool counts_credentials)
  : runtime::world_actor(cfg, env, self), mount_path_(std::move(mount_path)),
    counts_credentials_(counts_credentials),
    stream_(std::accumulate(
        mount_path_.begin(), mount_path_.end(), std::uint64_t{1},
        [](auto sum, char c) { return derive(sum, static_cast<unsigned char>(c)); })) {}

caf::behavior backend::make_behavior() {
  set_default_handler(caf::drop);
  return {
      [this](const runtime::perform& msg) { on_perform(msg.x); },
      [this](const runtime::revoke_credential& msg) { on_revoke(msg); },
      [this](const runtime::renew_credential& msg) { on_renew(msg); },
      [this](const runtime::inject_fault& msg) { on_fault(msg.what); },
      [this](const runtime::deadline& msg) {
        auto i = std::find_if(slow_.begin(), slow_.end(),
                              [&](const auto& call) { return call.tag == msg.tag; });
        if (i == slow_.end())
          return;
        auto call = std::move(*i);
        slow_.erase(i);
        carry_out(call.reply_to, std::move(call.result), call.id);
      },
      [this](const runtime::unmount&) { on_unmount(); },
  };
}

void backend::undeliverable(caf::mailbox_element& what) {
  auto& content = what.content();
  if (content.match_elements<runtime::perform>()) {
    auto& x = content.get_as<runtime::perform>(0).x;
    x->refused = env_.mounts.removed(x->what->path);
    finish(x, api::no_route(x->what->path));
  } else if (content.match_elements<runtime::revoke_credential>()) {
    auto& msg = content.get_as<runtime::revoke_credential>(0);
    notify(msg.reply_to, runtime::credential_revoked{msg.lease, false, true, "unsupported path"});
  } else if (content.match_elements<runtime::renew_credential>()) {
    auto& msg = content.get_as<runtime::renew_credential>(0);
    answer_renewal(msg, tl::unexpected{std::string{"unsupported path"}});
  }
}

void backend::on_perform(const runtime::exchange_ptr& x) {
  auto* m = env_.mounts.find(mount_path_);
  if (m == nullptr || !m->engine) {
    x->refused = env_.mounts.removed(x->what->path);
    finish(x, api::no_route(x->what->path));
    return;
  }
  // The mount may be named without its final `/`.
  auto path = std::string_view{x->what->path};
  path.remove_prefix(std::min(mount_path_.size(), path.size()));
  const auto found = m->engine->paths().find(path, *x->what);
  if (!found) {
    auto refusal = found.error();
    // Who wants to log in is read from the request by itself, whatever its operation, and that
    // fails in its own way.
    if (m->engine->locks_users_out() && m->engine->unauthenticated(path) &&
        !(m->user_lockout && m->user_lockout->disabled)) {
      if (refusal.status == 400)
        refusal.status = 500;
      else if (auto why = m->engine->unnamed_user(x->what->body); !why.empty())
        refusal = error_answer(500, std::move(why));
    }
    return finish(x, std::move(refusal));
  }
  if (down_ && found->at->external) {
    x->refused = down_refusal();
    finish(x, wrapped_error(500, outage));
    return;
  }
  env_.touch(self_.index, runtime::access::write);
  if (may_change(x->what->op))
    env_.touch(configuration_key(), runtime::access::write);
  const auto limits = mount_limits(env_, mount_path_);
  runtime::engine_call call{x->what->op,
                            found->in,
                            *x->what,
                            *m,
                            env_.now(),
                            env_.config().start_unix_s,
                            [this] { return env_.draw(stream_); },
                            limits.mount_default,
                            limits.mount_max};
  auto result = found->handler(*m->engine, call);
  api::add_warnings(result.reply, x->what->op, found->warnings());
  x->reply = std::move(result.reply);
  x->refused = std::move(result.refused);
  if (result.login) {
    tell_vault(runtime::log_in{x, std::move(*result.login), mount_path_});
    return;
  }
  if (!result.secret) {
    finish(x);
    return;
  }
  if (!result.secret->leased) {
    if (counts_credentials_ && env_.observed())
      env_.emit(credential_changed{mount_path_, 1, {}});
    finish(x);
    return;
  }
  // The token that asked leases it; if it ended meanwhile the lease is made all the same.
  runtime::issue_lease made{x, std::move(*result.secret), mount_path_};
  if (!tell(x->caller_slot, made))
    tell_vault(std::move(made));
}

void backend::on_revoke(const runtime::revoke_credential& msg) {
  // Revocations of different leases do not hinder each other.
  env_.accesses.commutes();
  env_.touch(msg.id.value, runtime::access::write);
  runtime::credential_revoked result{msg.lease, true, false, engine_refusal(msg.lease)};
  if (!result.error.empty()) {
    result.ok = false;
  } else if (down_ || down_for_revocation_ || refused_.count(msg.id) != 0) {
    result.ok = false;
    result.error = outage;
  }
  if (takes_ <= duration::zero()) {
    carry_out(msg.reply_to, std::move(result), msg.id);
    return;
  }
  auto tag = ++calls_;
  slow_.push_back({tag, msg.reply_to, std::move(result), msg.id});
  env_.arm(self_, later(env_.now(), takes_), tag);
}

void backend::carry_out(runtime::slot_ref reply_to, runtime::credential_revoked result,
                        lease_id id) {
  // A slow revocation takes the credential away when it is done, not when it is asked for; of two
  // under way for one lease the second finds nothing left (R-1312).
  const auto* s = env_.slots.find(result.lease);
  auto first = s != nullptr && s->present && !s->revoked;
  if (result.ok && first) {
    env_.slots.change(result.lease)->revoked = true;
    if (counts_credentials_ && env_.observed())
      env_.emit(credential_changed{mount_path_, -1, id});
  }
  notify(reply_to, std::move(result)); // a lease that is gone has answered who waited for it
}

void backend::on_renew(const runtime::renew_credential& msg) {
  auto* m = env_.mounts.find(mount_path_);
  if (m == nullptr || !m->engine)
    return answer_renewal(msg, tl::unexpected{std::string{"unsupported path"}});
  env_.touch(configuration_key(), runtime::access::read);
  static const runtime::secret_origin unknown;
  auto terms = m->engine->renew(msg.origin ? *msg.origin : unknown);
  // What the engine finds by itself comes before it asks the external system.
  if (down_ && terms && *terms) {
    terms = tl::unexpected{outage};
    msg.x->refused = down_refusal();
  }
  answer_renewal(msg, std::move(terms));
}

std::string backend::engine_refusal(runtime::slot_ref lease) {
  const auto* m = env_.mounts.find(mount_path_);
  const auto* s = env_.slots.find(lease);
  if (m == nullptr || !m->engine || s == nullptr || !s->lease || !s->lease->origin)
    return {};
  env_.touch(configuration_key(), runtime::access::read);
  return m->engine->revoke(*s->lease->origin);
}

std::uint64_t backend::configuration_key() const noexcept { return mix(stream_ ^ 0x636f6e66ULL); }

void backend::answer_renewal(const runtime::renew_credential& msg, runtime::renewal_terms terms) {
  // The lease may have gone while it was asked for.
  if (!tell(msg.lease, runtime::credential_renewed{msg.x, msg.increment, std::move(terms)}))
    finish(msg.x, error_answer(400, "lease not found"));
}

void backend::on_unmount() {
  // Revocations that take their time are not waited for: nobody else asks this backend again.
  for (auto& call : slow_)
    notify(call.reply_to,
           runtime::credential_revoked{call.result.lease, false, true, "unsupported path"});
  slow_.clear();
  end();
}

refusal_ptr backend::down_refusal() const {
  return refusal_of(refusal_kind::fault, "`backend_down` of `" + mount_path_ + "` since " +
                                             ttl::readable_duration(down_since_));
}

void backend::on_fault(const fault& what) {
  switch (what.what) {
    case fault::kind::backend_down:
      if (!down_)
        down_since_ = env_.now();
      (what.revoke_only ? down_for_revocation_ : down_) = true;
      break;
    case fault::kind::backend_up:
      down_ = down_for_revocation_ = false;
      break;
    case fault::kind::backend_slow:
      takes_ = what.takes;
      break;
    case fault::kind::fail_revocation:
      refused_.insert(what.lease);
      break;
    default: // those that clients feel
      break;
  }
}

} // namespace lapse::lease
