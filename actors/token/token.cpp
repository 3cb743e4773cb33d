// The life of a token and its end. Whatever ends it (its deadline, its last use, a request, the end
// of the token above it), what follows is one walk by messages:
//
//   stop_standing   the token no longer works; the first cause is the one that counts
//   walk            revokes its children, one after the other, and awaits each
//   conclude        taints the token, ends its leases, deletes its record, answers who asked
//
// A child walks in the same way, so that a tree goes from its leaves up. What is made below
// a token while it walks is found by the next look; the last look and the taint are one delivery.

#include "actors/token/token.hpp"

#include "actors/api/answers.hpp"

#include <algorithm>

namespace lapse::token {

token::token(caf::actor_config& cfg, server_data& shared, runtime::slot_ref self,
             shared_facts facts, std::unique_ptr<wrapped_answer> wrapped)
  : lease::lease_owner(cfg, shared.env, self), shared_(shared), facts_(std::move(facts)),
    parent_(facts_->parent), uses_(facts_->uses), expire_(facts_->expire), granted_(facts_->ttl),
    wrapped_(std::move(wrapped)) {
  arm();
}

caf::behavior token::make_behavior() {
  set_default_handler(caf::drop);
  set_down_handler([this](caf::down_msg& msg) { on_down(msg); });
  return shared_behavior(runtime::slot_kind::token, &token::on_serve, &token::on_revoke,
                         &token::on_request, &token::on_issue, &token::on_deadline,
                         &token::on_use_up, &token::on_perform, &token::on_prefix,
                         &token::on_lose_parent, &token::on_revocation_done);
}

void token::undeliverable(caf::mailbox_element& what) {
  // This token ended while the message was on its way: for the sender it is unknown now.
  auto& content = what.content();
  if (content.match_elements<runtime::serve>()) {
    const auto& x = content.get_as<runtime::serve>(0).x;
    x->refused = plain_refusal(refusal_kind::no_life);
    finish(x, error_answer(403, "permission denied"));
  } else if (content.match_elements<runtime::revoke_token>()) {
    auto& msg = content.get_as<runtime::revoke_token>(0);
    if (msg.x)
      finish(msg.x, no_content());
    report(msg.to);
  } else if (content.match_elements<runtime::revoke_lease>()) {
    auto& msg = content.get_as<runtime::revoke_lease>(0);
    report(msg.to);
  } else if (content.match_elements<runtime::lease_request>()) {
    auto& msg = content.get_as<runtime::lease_request>(0);
    finish(msg.x, unknown_token(msg));
  } else if (content.match_elements<runtime::issue_lease>()) {
    tell_vault(content.get_as<runtime::issue_lease>(0));
  } else if (content.match_elements<runtime::perform>()) {
    finish(content.get_as<runtime::perform>(0).x, api::bad_wrapping_token());
  }
}

// -- supervision -------------------------------------------------------------------------

// as many as there are.
void token::supervise(runtime::slot_ref child, std::vector<runtime::slot_ref>& list) {
  const auto& s = env_.slots.identity(child);
  env_.slots.place(child) = static_cast<std::uint32_t>(list.size());
  list.push_back(child);
  if (s.kind == runtime::slot_kind::token && s.type == token_type::batch)
    ++batch_children_;
}

void token::on_down(const caf::down_msg& msg) {
  auto gone = source(msg);
  const auto& s = env_.slots.identity(gone);
  const auto place = env_.slots.place(gone);
  auto& list = s.kind == runtime::slot_kind::token ? children_ : leases_;
  if (place < list.size() && list[place] == gone) {
    if (s.kind == runtime::slot_kind::token && s.type == token_type::batch)
      --batch_children_;
    list[place] = list.back();
    env_.slots.place(list.back()) = place;
    list.pop_back();
  }
  if (walk_ && walk_->awaited == gone)
    walk();
}

void token::on_issue(const runtime::issue_lease& msg) {
  // the lease of a batch token belongs to its parent, that of an orphan batch token to
  // nobody.
  if (batch()) {
    auto* parent = env_.slots.find(parent_);
    if (parent == nullptr || !tell(env_.slots.ref_of(*parent), msg))
      tell_vault(msg);
    return;
  }
  std::optional<instant> batch_end;
  if (msg.x->caller.type == token_type::batch) {
    auto* s = env_.slots.find(msg.x->caller.id);
    batch_end = s != nullptr ? s->expire : env_.now();
  }
  auto ordinal = ++leased_;
  auto at = issue(msg, id(), id().value, ordinal, batch_end);
  if (!at)
    return;
  supervise(at, leases_);
}

// -- end of life ------------------------------------------------------------------------------

void token::arm() {
  env_.cancel(timer_);
  timer_ = env_.arm(self_, expire_, ++armed_);
}

void token::expire_at(instant at) {
  expire_ = at;
  env_.slots.change(self_)->expire = at;
}

void token::taint() {
  uses_ = -1;
  env_.slots.change(self_)->tainted = true;
}

// the mount whose queue it waits in.
std::string_view token::auth_mount() const {
  if (facts_->login)
    return facts_->login->mount->path;
  return "auth/token/";
}

void token::queue_revocation() {
  auto* m = env_.mounts.find(auth_mount());
  if (m == nullptr || !tell(m->queue, runtime::submit{self_}))
    on_revoke(runtime::revoke_token{nullptr, end_cause_, because_, false, {}});
}

void token::on_deadline(const runtime::deadline& msg) {
  if (msg.tag != armed_ || ended_)
    return;
  stop_standing(end_cause::deadline, {});
  if (batch())
    conclude();
  else
    queue_revocation();
}

void token::on_use_up(const runtime::use_up&) {
  // the lease is set to expire now and queued; the taint came with the use itself.
  if (ended_ || walk_)
    return;
  stop_standing(end_cause::last_use, {});
  if (expire_ > env_.now())
    expire_at(env_.now());
  queue_revocation();
}

void token::stop_standing(end_cause cause, token_id because) {
  if (ended_)
    return;
  ended_ = true;
  env_.cancel(timer_);
  timer_ = 0;
  // The first cause decides; on a tie it is its own deadline (R-1604).
  if (env_.now() >= expire_)
    cause = end_cause::deadline;
  end_cause_ = cause;
  because_ = cause == end_cause::ancestor ? because : token_id{};
  if (env_.observed())
    env_.emit(token_ended{id(), cause, because_});
  if (batch_children_ == 0)
    return;
  // A batch token is refused as soon as its parent is.
  for (auto child : children_)
    if (env_.slots.identity(child).type == token_type::batch)
      notify(child, runtime::revoke_token{nullptr, end_cause::ancestor, topmost(), false, {}});
}

void token::on_prefix(const runtime::revoke_lease& msg) {
  // A token's own lease reached by lease id or prefix.
  if (msg.mode == runtime::revoke_lease::how::async) {
    if (!walk_) {
      stop_standing(msg.cause, {});
      if (expire_ > env_.now())
        expire_at(env_.now());
      queue_revocation();
    }
    report(msg.to);
    return;
  }
  on_revoke(runtime::revoke_token{nullptr, msg.cause, {}, false, msg.to});
}

void token::on_revoke(const runtime::revoke_token& msg) {
  const auto first = !walk_;
  if (first) {
    walk_ = std::make_unique<revocation>();
    walk_->orphan_children = msg.orphan_children;
  }
  // Most revocations come down a cascade, where the down message is the answer.
  if (msg.x || msg.to.whom)
    walk_->waiting.push_back(msg);
  if (!first)
    return;
  if (!ended_) {
    end_cause_ = msg.cause;
    because_ = msg.because;
  }
  // With or without a lease of its own, once.
  if (batch()) {
    conclude();
    return;
  }
  walk();
}

void token::on_revocation_done(const runtime::revocation_done&) {
  if (walk_)
    walk();
}

void token::walk() {
  auto& [orphan_children, awaited, path, waiting] = *walk_;
  awaited = {};
  while (!orphan_children && !children_.empty()) {
    if (path.empty())
      list_children();
    auto child = path.back();
    path.pop_back();
    // A child that has ended by itself in this instant takes no message any more. It is awaited all
    // the same until its down message has come, and no longer.
    if (!supervised(child))
      continue;
    notify(child, runtime::revoke_token{nullptr, end_cause::ancestor, topmost(), false, {}});
    awaited = child;
    return;
  }
  if (!orphan_children && revoke_former_child())
    return;
  conclude();
}

void token::list_children() {
  // in descending order of their salted ids; `path` is taken from its end.
  auto& path = walk_->path;
  path = children_;
  auto by_salt = [this](runtime::slot_ref a, runtime::slot_ref b) {
    const auto& x = env_.slots.identity(a);
    const auto& y = env_.slots.identity(b);
    if (x.custom != y.custom)
      return x.custom; // without the leading `h` they come first in ascending order
    if (x.custom)
      return salted_text(x.facts->name) < salted_text(y.facts->name);
    return salt_order(token_id{x.id}) < salt_order(token_id{y.id});
  };
  if (!std::is_sorted(path.begin(), path.end(), by_salt))
    std::sort(path.begin(), path.end(), by_salt);
}

bool token::supervised(runtime::slot_ref child) const {
  const auto place = env_.slots.place(child);
  return place < children_.size() && children_[place] == child;
}

bool token::revoke_former_child() {
  // rows that revoke-orphan left under a chosen id still lead from this later token of the
  // same id to the former children.
  if (!facts_->name.custom)
    return false;
  while (const auto id = env_.slots.take_former_child(*facts_->name.custom)) {
    const auto* s = env_.slots.find(id);
    if (s != nullptr &&
        tell(env_.slots.ref_of(*s),
             runtime::revoke_token{
                 nullptr, end_cause::ancestor, topmost(), false, {self_, id.value}}))
      return true;
  }
  return false;
}

void token::conclude() {
  // R-514, in order. Nothing here can fail: secret engines are not asked.
  taint();
  stop_standing(end_cause_, because_);
  empty_cubbyhole();
  for (auto child : leases_)
    notify(child, runtime::end_lease{end_cause::ancestor, topmost(), id()});
  if (walk_ && walk_->orphan_children)
    release_children();
  delete_record();
  if (walk_)
    for (auto& asked : std::exchange(walk_->waiting, {})) {
      if (asked.x)
        finish(asked.x, no_content());
      report(asked.to);
    }
  end();
}

void token::empty_cubbyhole() {
  auto filled = wrapped_ || (cubbyhole_ && !cubbyhole_->empty());
  if (filled && env_.observed())
    env_.emit(cubbyhole_changed{id(), 0});
  cubbyhole_.reset();
  wrapped_.reset();
}

void token::delete_record() {
  env_.slots.leave(self_);
  if (env_.observed())
    env_.emit(token_gone{id()});
}

void token::release_children() {
  // direct service children live on without a parent. With a chosen id the server keeps
  // rows that a later token of the same id reaches.
  for (auto child : children_) {
    const auto* s = env_.slots.find(child);
    if (s == nullptr || s->type == token_type::batch || !s->present)
      continue;
    if (facts_->name.custom)
      env_.slots.leave_behind(*facts_->name.custom, token_id{s->id});
    notify(child, runtime::lose_parent{});
    tell_vault(runtime::adopt{child});
    if (env_.observed())
      env_.emit(token_orphaned{token_id{s->id}});
  }
}

} // namespace lapse::token
