#pragma once

#include "actors/runtime/world_actor.hpp"
#include "sim/engine/client_host.hpp"

namespace lapse::engine {

/// A client of the server, as an actor: its channels are those of any sender, so that a search
/// explores its races. All it does its host decides.
class client_actor final : public runtime::world_actor {
public:
  client_actor(caf::actor_config& cfg, runtime::environment& env, runtime::slot_ref self,
               client_host& host, std::uint32_t number)
    : world_actor(cfg, env, self), host_(host), number_(number) {}

  caf::behavior make_behavior() override {
    return shared_behavior(runtime::slot_kind::client, &client_actor::on_deadline,
                           &client_actor::on_answer);
  }

private:
  void on_deadline(const runtime::deadline& due) { host_.woken(number_, due.tag); }
  void on_answer(const runtime::take_answer& given) {
    host_.answered(number_, given.tag, given.x->reply);
  }

  client_host& host_;
  const std::uint32_t number_;
};

} // namespace lapse::engine
