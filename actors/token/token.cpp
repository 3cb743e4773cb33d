#include "actors/token/token.hpp"

#include "actors/protocol/planted.hpp"

#include <algorithm>
#include <atomic>

namespace lapse {

namespace {

// Comes between the last look for children and the taint where the hole of R-528 is planted.
[[maybe_unused]] constexpr std::uint64_t last_look = ~std::uint64_t{0};

bool passed_over([[maybe_unused]] const slot& child, [[maybe_unused]] instant now) {
  return (planted("used-up-child-passed-over") && child.tainted) ||
         (planted("expired-child-left-to-its-timer") && child.expire <= now);
}

// Nothing that outlives a run may decide anything in the next; this does.
void drift(std::vector<slot_ref>& order) {
  static std::atomic<unsigned> walks = 0;
  if (++walks % 2 == 0)
    std::reverse(order.begin(), order.end());
}

} // namespace

token::token(caf::actor_config& cfg, estate& shared, slot_ref self, shared_facts facts,
             std::unique_ptr<wrapped_answer> wrapped)
  : lease_owner(cfg, shared.env, self), shared_(shared), facts_(std::move(facts)),
    parent_(facts_->parent), uses_(facts_->uses), expire_(facts_->expire), granted_(facts_->ttl),
    wrapped_(std::move(wrapped)) {
  arm();
}

caf::behavior token::make_behavior() {
  set_default_handler(caf::drop);
  set_down_handler([this](caf::down_msg& msg) { on_down(msg); });
  return {
      [this](const serve& msg) { on_serve(msg.x); },
      [this](const revoke_token& msg) { on_revoke(msg); },
      [this](const lease_request& msg) { on_request(msg); },
      [this](const issue_lease& msg) { on_issue(msg); },
      [this](const deadline& msg) { on_deadline(msg); },
      [this](const use_up&) { on_use_up(); },
      [this](const perform& msg) { unwrap(msg.x); },
      [this](const revoke_lease& msg) { on_prefix(msg); },
      [this](const adopt& msg) {
        if (planted("lease-registered-late") && msg.child)
          return supervise(msg.child, leases_);
        parent_ = {};
      },
      [this](const revocation_done& msg) {
        if (planted("child-slips-through") && msg.ticket == last_look)
          return conclude();
        if (walking_)
          walk();
      },
  };
}

void token::undeliverable(caf::mailbox_element& what) {
  // This token ended while the message was on its way: for the sender it is unknown now.
  auto& content = what.content();
  if (content.match_elements<serve>()) {
    finish(content.get_as<serve>(0).x, error_answer(403, "permission denied"));
  } else if (content.match_elements<revoke_token>()) {
    auto& msg = content.get_as<revoke_token>(0);
    if (msg.x)
      finish(msg.x, no_content());
    tell(msg.to.whom, revocation_done{msg.to.ticket, {}});
  } else if (content.match_elements<revoke_lease>()) {
    auto& msg = content.get_as<revoke_lease>(0);
    tell(msg.to.whom, revocation_done{msg.to.ticket, {}});
  } else if (content.match_elements<lease_request>()) {
    auto& msg = content.get_as<lease_request>(0);
    finish(msg.x, msg.verb == lease_request::what::renew ? error_answer(400, "token not found")
                                                         : error_answer(403, "bad token"));
  } else if (content.match_elements<issue_lease>()) {
    tell(env_.vault, content.get_as<issue_lease>(0));
  } else if (content.match_elements<perform>()) {
    finish(content.get_as<perform>(0).x,
           error_answer(400, "wrapping token is not valid or does not exist"));
  }
}

// -- supervision -------------------------------------------------------------------------

void token::supervise(slot_ref child, std::vector<slot_ref>& list) {
  auto& s = env_.slots.at(child.index);
  s.place = static_cast<std::uint32_t>(list.size());
  list.push_back(child);
  if (s.kind == slot_kind::token && s.type == token_type::batch)
    ++batch_children_;
}

void token::on_down(const caf::down_msg& msg) {
  auto gone = source(msg);
  auto& s = env_.slots.at(gone.index);
  auto& list = s.kind == slot_kind::token ? children_ : leases_;
  if (s.place < list.size() && list[s.place] == gone) {
    if (s.kind == slot_kind::token && s.type == token_type::batch)
      --batch_children_;
    list[s.place] = list.back();
    env_.slots.at(list.back().index).place = s.place;
    list.pop_back();
  }
  if (planted("first-down-is-enough") && walking_ && s.kind == slot_kind::token)
    return conclude();
  if (walking_ && awaited_ == gone)
    walk();
}

void token::on_issue(const issue_lease& msg) {
  // the lease of a batch token belongs to its parent, that of an orphan batch token to
  // nobody.
  if (batch()) {
    auto* parent = env_.slots.find(parent_);
    if (parent == nullptr || planted("batch-lease-owned-by-nobody") ||
        !tell(env_.slots.ref_of(*parent), msg))
      tell(env_.vault, msg);
    return;
  }
  std::optional<instant> batch_end;
  if (msg.x->caller.type == token_type::batch) {
    auto* s = env_.slots.find(msg.x->caller.id);
    batch_end = s != nullptr ? s->expire : env_.now();
  }
  auto ordinal = ++leased_;
  auto at = issue(msg, id(), id().value, ordinal, batch_end);
  if (!at || (planted("lease-of-a-dying-token-forgotten") && walking_))
    return;
  if (planted("lease-registered-late")) {
    tell(self_, adopt{at});
    return;
  }
  supervise(at, leases_);
}

// -- end of life ------------------------------------------------------------------------------

void token::arm() {
  if (!planted("old-timer-still-fires"))
    env_.cancel(timer_);
  auto at = expire_;
  if (planted("token-expires-a-second-early") && at != never)
    at -= std::chrono::seconds{1};
  timer_ = env_.arm(self_, at, ++armed_);
}

void token::expire_at(instant at) {
  expire_ = at;
  env_.touch(id().value, access::write);
  env_.slots.at(self_.index).expire = at;
}

void token::taint() {
  uses_ = -1;
  env_.touch(id().value, access::write);
  env_.slots.at(self_.index).tainted = true;
}

std::string_view token::auth_mount() const {
  if (facts_->login)
    return facts_->login->mount->path;
  return "auth/token/";
}

void token::queue_revocation() {
  auto* m = env_.mounts.find(auth_mount());
  if (m == nullptr || !tell(m->queue, submit{self_}))
    on_revoke(revoke_token{nullptr, end_cause_, because_, false, {}});
}

void token::on_deadline(const deadline& msg) {
  if ((msg.tag != armed_ && !planted("old-timer-still-fires")) || ended_)
    return;
  stop_standing(end_cause::deadline, {});
  if (batch())
    conclude();
  else
    queue_revocation();
}

void token::on_use_up() {
  // the lease is set to expire now and queued; the taint came with the use itself.
  if (ended_ || walking_)
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
  // The first cause decides; on a tie it is its own deadline.
  if (env_.now() >= expire_ && !(planted("tie-goes-to-the-parent") && cause == end_cause::ancestor))
    cause = end_cause::deadline;
  end_cause_ = cause;
  because_ = cause == end_cause::ancestor ? because : token_id{};
  if (env_.observed())
    env_.emit(token_ended{id(), cause, because_});
  if (batch_children_ == 0 || planted("batch-token-outlives-its-parent"))
    return;
  // A batch token is refused as soon as its parent is.
  for (auto child : children_)
    if (env_.slots.at(child.index).type == token_type::batch)
      tell(child, revoke_token{nullptr, end_cause::ancestor, topmost(), false, {}});
}

void token::on_prefix(const revoke_lease& msg) {
  // A token's own lease reached by lease id or prefix.
  if (msg.mode == revoke_lease::how::async) {
    if (!walking_) {
      stop_standing(msg.cause, {});
      if (expire_ > env_.now())
        expire_at(env_.now());
      queue_revocation();
    }
    tell(msg.to.whom, revocation_done{msg.to.ticket, {}});
    return;
  }
  on_revoke(revoke_token{nullptr, msg.cause, {}, false, msg.to});
}

void token::on_revoke(const revoke_token& msg) {
  if (planted("second-caller-forgotten") && walking_)
    return;
  // Most revocations come down a cascade, where the down message is the answer.
  if (msg.x || msg.to.whom)
    waiting_.push_back(msg);
  if (walking_)
    return;
  walking_ = true;
  orphan_children_ = msg.orphan_children && !planted("revoke-orphan-takes-children-along");
  if (!ended_) {
    end_cause_ = msg.cause;
    because_ = msg.because;
  }
  if (batch()) {
    conclude();
    return;
  }
  walk();
}

void token::walk() {
  [[maybe_unused]] auto looked_before = static_cast<bool>(awaited_);
  awaited_ = {};
  // children before their parent, siblings in descending order of their salted ids. The
  // last look for children and the taint are one delivery, which closes the hole of R-528.
  while (!orphan_children_ && !children_.empty()) {
    if (planted("grandchildren-forgotten") && end_cause_ == end_cause::ancestor)
      break;
    if (path_.empty()) {
      if (planted("children-listed-once") && looked_before)
        break;
      path_ = children_;
      auto by_salt = [this](slot_ref a, slot_ref b) {
        const auto& x = env_.slots.at(a.index);
        const auto& y = env_.slots.at(b.index);
        if (x.custom != y.custom)
          return x.custom; // without the leading `h` they come first in ascending order
        if (x.custom)
          return salted_text(x.facts->name) < salted_text(y.facts->name);
        return salt_order(token_id{x.id}) < salt_order(token_id{y.id});
      };
      if (!std::is_sorted(path_.begin(), path_.end(), by_salt))
        std::sort(path_.begin(), path_.end(), by_salt);
      if (planted("order-drifts-from-run-to-run"))
        drift(path_);
    }
    auto child = path_.back();
    path_.pop_back();
    if (passed_over(env_.slots.at(child.index), env_.now())) {
      if (path_.empty())
        break;
      continue;
    }
    // A child that has ended by itself in this instant takes no message any more. It is awaited all
    // the same until its down message has come, and no longer.
    if (auto place = env_.slots.at(child.index).place;
        place >= children_.size() || children_[place] != child)
      continue;
    tell(child, revoke_token{nullptr, end_cause::ancestor, topmost(), false, {}});
    awaited_ = child;
    if (!planted("first-down-is-enough") || path_.empty())
      return;
  }
  if (!orphan_children_ && revoke_former_child())
    return;
  if (planted("child-slips-through")) {
    tell(self_, revocation_done{last_look, {}});
    return;
  }
  conclude();
}

bool token::revoke_former_child() {
  // rows that revoke-orphan left under a chosen id still lead from this later token of the
  // same id to the former children.
  if (!facts_->name.custom)
    return false;
  env_.touch(shared_key::former_children, access::write);
  auto i = env_.slots.former_children.find(*facts_->name.custom);
  while (i != env_.slots.former_children.end() && !i->second.empty()) {
    auto id = i->second.back();
    i->second.pop_back();
    auto* s = env_.slots.find(id);
    if (s != nullptr &&
        tell(env_.slots.ref_of(*s),
             revoke_token{nullptr, end_cause::ancestor, topmost(), false, {self_, id.value}}))
      return true;
  }
  return false;
}

void token::conclude() {
  // R-514, in order. Nothing here can fail: secret engines are not asked.
  taint();
  stop_standing(end_cause_, because_);
  if (cubbyhole_ && !cubbyhole_->empty() && env_.observed())
    env_.emit(cubbyhole_changed{id(), 0});
  if (wrapped_ && env_.observed())
    env_.emit(cubbyhole_changed{id(), 0});
  auto record_stays = planted("cubbyhole-keeps-the-record") && cubbyhole_ && !cubbyhole_->empty();
  cubbyhole_.reset();
  wrapped_.reset();
  if (planted("lease-survives-its-token") && leases_.size() > 1)
    leases_.pop_back();
  for (auto child : leases_)
    tell(child, end_lease{end_cause::ancestor, topmost(), id()});
  if (orphan_children_)
    release_children();
  if (!record_stays) {
    env_.slots.leave(self_);
    if (env_.observed())
      env_.emit(token_gone{id()});
  }
  for (auto& asked : waiting_) {
    if (asked.x)
      finish(asked.x, no_content());
    if (asked.to.whom)
      tell(asked.to.whom, revocation_done{asked.to.ticket, {}});
  }
  waiting_.clear();
  end();
}

void token::release_children() {
  // direct service children live on without a parent. With a chosen id the server keeps
  // rows that a later token of the same id reaches.
  for (auto child : children_) {
    auto& s = env_.slots.at(child.index);
    if (s.kind != slot_kind::token || s.type == token_type::batch || !s.present)
      continue;
    env_.touch(shared_key::former_children, access::write);
    if (facts_->name.custom)
      env_.slots.former_children[*facts_->name.custom].push_back(token_id{s.id});
    tell(child, adopt{});
    tell(env_.vault, adopt{child});
    if (env_.observed())
      env_.emit(token_orphaned{token_id{s.id}});
  }
}

} // namespace lapse
