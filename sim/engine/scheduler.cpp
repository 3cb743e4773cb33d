#include "sim/engine/scheduler.hpp"

#include <caf/detail/simple_actor_clock.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_execution_unit.hpp>

#include <memory>

namespace lapse::engine {

namespace {

// CAF asks for a clock; ours is in the engine, and this one never moves.
class still_clock : public caf::detail::simple_actor_clock {
public:
  [[nodiscard]] time_point now() const noexcept override { return {}; }
};

// Takes the place of CAF's printer.
class idle_actor : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;
  caf::behavior make_behavior() override {
    return {[](int) {}};
  }
};

still_clock the_clock;

} // namespace

silent_scheduler::silent_scheduler(caf::actor_system& sys) : abstract_coordinator(sys) {}

caf::actor_system::module* silent_scheduler::make(caf::actor_system& sys,
                                                  caf::detail::type_list<>) {
  return std::make_unique<silent_scheduler>(sys).release();
}

void silent_scheduler::start() {
  // Not the base's: it would spawn the blocking printer, and a scheduler without threads hangs.
  utility_actors_[printer_id] = system_.spawn<idle_actor, caf::hidden + caf::lazy_init>();
}

void silent_scheduler::stop() {
  run_jobs();
  caf::anon_send_exit(utility_actors_[printer_id], caf::exit_reason::user_shutdown);
  run_jobs();
  utility_actors_[printer_id] = nullptr;
  run_jobs();
}

void silent_scheduler::enqueue(caf::resumable* job) { jobs_.push_back(job); }

caf::actor_clock& silent_scheduler::clock() noexcept { return the_clock; }

void silent_scheduler::run_jobs() {
  caf::scoped_execution_unit unit{&system_};
  while (!jobs_.empty()) {
    auto* job = jobs_.back();
    jobs_.pop_back();
    switch (job->resume(&unit, 1)) {
      case caf::resumable::resume_later:
        jobs_.push_back(job);
        break;
      case caf::resumable::done:
      case caf::resumable::awaiting_message:
        caf::intrusive_ptr_release(job);
        break;
      case caf::resumable::shutdown_execution_unit:
        break;
    }
  }
}

engine_config::engine_config() { load<silent_scheduler>(); }

} // namespace lapse::engine
