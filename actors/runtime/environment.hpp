#pragma once

#include "actors/protocol/absolute_time.hpp"
#include "actors/protocol/door.hpp"
#include "actors/runtime/access_trace.hpp"
#include "actors/runtime/messages.hpp"
#include "actors/runtime/mount.hpp"
#include "actors/runtime/registry.hpp"

#include <caf/behavior.hpp>
#include <caf/execution_unit.hpp>
#include <caf/mailbox_element.hpp>

#include <array>
#include <cstdint>

namespace lapse::runtime {

class world_actor;

/// Names a pending timer; 0 names none.
using timer_id = std::uint64_t;

/// The port between the world and whatever drives it: time, timers, events, random numbers and
/// delivery. `sim/engine` implements it; actors know nothing else of the outside.
class environment {
public:
  virtual ~environment() = default;

  [[nodiscard]] virtual instant now() const noexcept = 0;
  [[nodiscard]] virtual const server_config& config() const noexcept = 0;
  /// `now` on the server's clock.
  [[nodiscard]] unix_time unix_now() const noexcept {
    return unix_time_of(now(), config().start_unix_s);
  }

  /// Sends `deadline{tag}` to `whom` at `at`, after the steps of that instant. `never` arms
  /// nothing and returns 0.
  virtual timer_id arm(slot_ref whom, instant at, std::uint64_t tag) = 0;
  virtual void cancel(timer_id timer) = 0;

  /// True while somebody listens: building an event nobody reads is wasted.
  [[nodiscard]] virtual bool observed() const noexcept = 0;
  virtual void emit(event_body body) = 0;

  /// The next number of the random sub-stream `stream`; streams do not disturb each other.
  virtual std::uint64_t draw(std::uint64_t stream) = 0;

  /// Records that the delivery under way reads or writes plain data named `key`, where the data
  /// does not do so by itself as the registry, the mount table and what is `noted` do.
  void touch(std::uint64_t key, access how) { accesses.note(key, how); }

  /// The engine of a mount that has one, for others than its backend.
  [[nodiscard]] const engine& engine_of(const mount& m) {
    touch(m.backend.index, access::read);
    return *m.engine;
  }

  /// Puts a message into the channel from its sender to `receiver`.
  virtual void post(caf::mailbox_element_ptr what, world_actor& receiver, message_kind kind) = 0;

  /// The actor has ended; its place is freed when nothing in flight can name it.
  virtual void retire(slot_ref whom) = 0;

  [[nodiscard]] virtual caf::execution_unit* unit() noexcept = 0;

  access_trace accesses;
  registry slots{accesses};
  mount_table mounts{accesses};
  /// The vault actor, which supervises orphans and logins and owns the system paths.
  slot_ref vault;
  /// Who receives the message under way.
  world_actor* receiver = nullptr;
  /// What tokens and leases do with messages, by `slot_kind`: made with the first of each, shared
  /// by all, since a copy each would cost 400 bytes a token. They act for `receiver`.
  std::array<caf::behavior, slot_kinds> behaviors;
  /// Sealed: only a few status paths answer, and no timer fires (R-1301).
  bool sealed = false;
};

} // namespace lapse::runtime
