#include "actors/runtime/world_actor.hpp"

#include <utility>

namespace lapse::runtime {

std::string_view to_string(message_kind kind) noexcept {
  constexpr std::string_view names[] = {"system",
                                        "serve",
                                        "perform",
                                        "deadline",
                                        "revoke_token",
                                        "use_up",
                                        "spawn_token",
                                        "wrap_answer",
                                        "adopt",
                                        "issue_lease",
                                        "lease_request",
                                        "end_lease",
                                        "revoke_lease",
                                        "submit",
                                        "revoke_credential",
                                        "credential_revoked",
                                        "renew_credential",
                                        "credential_renewed",
                                        "revocation_done",
                                        "inject_fault",
                                        "discard",
                                        "log_in",
                                        "boot",
                                        "lose_parent",
                                        "forget_attempts",
                                        "unmount",
                                        "take_answer"};
  return names[static_cast<std::uint8_t>(kind)];
}

world_actor::world_actor(caf::actor_config& cfg, environment& env, slot_ref self)
  : caf::event_based_actor(cfg), env_(env), self_(self) {}

void world_actor::enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) {
  env_.post(std::move(what), *this, message_kind::system);
}

void world_actor::undeliverable(caf::mailbox_element&) {}

void world_actor::post(const slot& target, caf::mailbox_element_ptr what, message_kind kind) {
  auto* receiver = static_cast<world_actor*>(caf::actor_cast<caf::abstract_actor*>(target.handle));
  env_.post(std::move(what), *receiver, kind);
}

void world_actor::watch(slot_ref whom) {
  if (auto* target = env_.slots.find(whom))
    monitor(target->handle);
}

slot_ref world_actor::source(const caf::down_msg& msg) {
  // The registry keeps the handle until everything in flight has been delivered, so the object
  // behind the address is still there.
  auto* actor = caf::actor_cast<caf::abstract_actor*>(msg.source);
  return static_cast<world_actor*>(actor)->self();
}

void world_actor::end() { quit(); }

void world_actor::finish(const exchange_ptr& x) {
  api::add_warnings(x->reply, x->what->op, std::exchange(x->path_warnings, {}));
  if (x->last_use) {
    // the lease itself has been made, and dies with the token.
    if (x->reply.lease)
      x->reply = error_answer(400, "Secret cannot be returned; token had one use left, so leased "
                                   "credentials were immediately revoked.");
    notify(x->caller_slot, use_up{});
    x->last_use = false;
  }
  // R-1004: only answers with something in them are wrapped, and errors are not; a 404 that an
  // engine writes itself is something. An empty listing is told before anybody unwraps it.
  const auto something = x->reply.shape != envelope::none || x->reply.status == 404;
  if (x->wrap && something && x->reply.shape != envelope::errors && !x->reply.wrap) {
    tell_vault(wrap_answer{x});
    return;
  }
  if (x->wrap && x->what->op == operation::list && x->reply.status == 404 &&
      x->reply.shape == envelope::errors && x->reply.errors.empty())
    x->reply = error_answer(404, "unsupported path");
  send_answer(env_, *x);
}

void send_answer(environment& env, exchange& x) {
  fit(x.reply, *x.what);
  if (env.observed())
    env.emit(request_answered{x.number, x.what, x.by, x.view, &x.reply, x.made, x.mount, x.op,
                              x.refusal(), x.refused});
  if (x.done)
    x.done(x.reply);
}

} // namespace lapse::runtime
