#pragma once

#include <caf/actor_system_config.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

namespace lapse::engine {

/// A CAF scheduler without threads: our actors never go through it, because their messages go to
/// the network. It only keeps CAF from starting its own.
class silent_scheduler : public caf::scheduler::abstract_coordinator {
public:
  explicit silent_scheduler(caf::actor_system& sys);

  static caf::actor_system::module* make(caf::actor_system& sys, caf::detail::type_list<>);

  [[nodiscard]] bool detaches_utility_actors() const override { return false; }
  void start() override;
  void stop() override;
  void enqueue(caf::resumable* job) override;
  caf::actor_clock& clock() noexcept override;

private:
  void run_jobs();
  std::vector<caf::resumable*> jobs_;
};

/// The one configuration all runs share. Reads no file and no arguments.
class engine_config : public caf::actor_system_config {
public:
  engine_config();
};

} // namespace lapse::engine
