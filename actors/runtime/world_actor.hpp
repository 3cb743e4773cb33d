#pragma once

#include "actors/runtime/actor_paths.hpp"
#include "actors/runtime/environment.hpp"
#include "actors/runtime/messages.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/spawn_options.hpp>

#include <tuple>
#include <utility>

namespace lapse::runtime {

/// Base of all our actors. What arrives does not go into a CAF mailbox but to the environment,
/// which decides when it is delivered.
class world_actor : public caf::event_based_actor {
public:
  world_actor(caf::actor_config& cfg, environment& env, slot_ref self);

  /// Where CAF itself puts messages (down messages): into the environment's channels.
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override;

  [[nodiscard]] slot_ref self() const noexcept { return self_; }

  [[nodiscard]] environment& env() noexcept { return env_; }

  /// A message of the network's could not be delivered because this actor has ended. Requests must
  /// still be answered.
  virtual void undeliverable(caf::mailbox_element& what);

protected:
  /// Sends what somebody waits for to the actor at `to`. False if there is none any more: then it
  /// is for the caller to see that nobody waits for ever.
  template <world_message M>
  [[nodiscard]] bool tell(slot_ref to, M message) {
    const auto* target = env_.slots.find(to);
    if (target == nullptr)
      return false;
    post(*target,
         caf::make_mailbox_element(ctrl_(), caf::make_message_id(), {}, std::move(message)),
         M::kind);
    return true;
  }

  /// Sends what nobody waits for: if there is no such actor any more, nothing is lost.
  template <world_message M>
  void notify(slot_ref to, M message) {
    std::ignore = tell(to, std::move(message));
  }

  /// To the vault, which is there as long as the world.
  template <world_message M>
  void tell_vault(M message) {
    notify(env_.vault, std::move(message));
  }

  /// Tells who asked for a revocation how it went, if anybody did.
  void report(const receipt& to, std::string error = {}) {
    notify(to.whom, revocation_done{to.ticket, std::move(error)});
  }

  /// Spawns a monitored actor at a fresh slot. `Actor`'s constructor gets (env, slot, args...).
  template <class Actor, class... Ts>
  slot_ref bring_up(slot_kind kind, std::uint64_t id, Ts&&... args) {
    auto at = env_.slots.open(kind, id);
    auto handle = spawn<Actor, caf::lazy_init + caf::hidden + caf::monitored>(
        env_, at, std::forward<Ts>(args)...);
    env_.slots.handle(at, caf::actor_cast<caf::strong_actor_ptr>(std::move(handle)));
    return at;
  }

  /// Watches an actor somebody else spawned.
  void watch(slot_ref whom);

  /// Which of our actors a down message speaks of.
  [[nodiscard]] static slot_ref source(const caf::down_msg& msg);

  /// Answers a request: last-use and wrapping rules first (R-303, R-304, R-1004), then the client.
  void finish(const exchange_ptr& x);
  void finish(const exchange_ptr& x, answer reply) {
    x->reply = std::move(reply);
    finish(x);
  }

  /// Performs a request on one of this actor's own paths, or refuses it. `path` is relative to the
  /// mount.
  template <class Actor>
  void serve_path(const actor_paths<Actor>& paths, Actor& whose, std::string_view path,
                  const exchange_ptr& x) {
    auto found = paths.find(path, *x->what);
    if (!found)
      return finish(x, std::move(found.error()));
    x->path_warnings = found->warnings();
    found->handler(whose, x, found->in);
  }

  /// A behavior that all actors of a kind share: each handler is a member that takes its message.
  template <class Actor, class... Ms>
  [[nodiscard]] caf::behavior shared_behavior(slot_kind kind,
                                              void (Actor::*... handlers)(const Ms&)) {
    auto& made = env_.behaviors[static_cast<std::size_t>(kind)];
    if (!made)
      made.assign([&env = env_, handlers](const Ms& message) {
        (static_cast<Actor&>(*env.receiver).*handlers)(message);
      }...);
    return made;
  }

  /// Ends this actor after the message at hand.
  void end();

  environment& env_;
  const slot_ref self_;

private:
  [[nodiscard]] caf::strong_actor_ptr ctrl_() { return caf::strong_actor_ptr{ctrl()}; }
  void post(const slot& target, caf::mailbox_element_ptr what, message_kind kind);
};

/// The last steps of a request, also used for one that never reached an actor: emits
/// `request_answered` and calls the client.
void send_answer(environment& env, exchange& x);

} // namespace lapse::runtime
