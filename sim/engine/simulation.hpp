#pragma once

#include "actors/lives/event_reader.hpp"
#include "actors/protocol/door.hpp"

#include "sim/engine/client_host.hpp"
#include "sim/engine/decisions.hpp"

#include <cstddef>
#include <memory>
#include <optional>

namespace lapse::engine {

/// One run: a fresh set of actors on a deterministic clock. Runs share no state.
///
/// Example:
///
///     engine::simulation world{server_config{}};
///     auto create = std::make_shared<request>();
///     create->op = operation::update;
///     create->path = "auth/token/create";
///     create->body = {{"ttl", "1h"}, {"policies", {"default"}}};
///     auto made = world.ask_now({world.root().id, {}}, create);
///     assert(made->status == 200);
///     world.finish(2h);
///     assert(world.now() == 2h && !world.next_deadline());
class simulation : public door {
public:
  /// @param chooser which channel delivers next; null: first in, first out. Not owned.
  explicit simulation(const server_config& config, strategy* chooser = nullptr);
  ~simulation() override;
  simulation(const simulation&) = delete;
  simulation& operator=(const simulation&) = delete;

  // -- events ----------------------------------------------------------------

  /// Readers get every event from now on, in the order they were added. Not owned.
  void subscribe(lives::event_reader& reader);

  /// The ledger of this run, kept from the first reader on.
  [[nodiscard]] const lives::ledger& lives() const;

  /// Adds one of the runner's own events (handles, verdicts) to the stream.
  void emit(event_body body);

  /// While muted nothing is emitted: set-up before time 0 makes no events.
  void mute(bool muted);

  /// Emits the root token's `token_created`; call once after set-up and `run_started`.
  void announce_root();

  // -- time ------------------------------------------------------------------

  [[nodiscard]] instant now() const;

  void advance(instant at) override;

  /// Lets everything due up to and including `at` happen: the end of a run.
  void finish(instant at);

  /// When something is due next; none if nothing is, or a seal holds all of it back.
  [[nodiscard]] std::optional<instant> next_deadline();

  /// Whether something of the server's own is due at some time: clients alone answer nothing.
  [[nodiscard]] bool server_due() const;

  // -- requests ----------------------------------------------------------------

  [[nodiscard]] token_name root() const override;

  void ask(const credential& by, request_ptr what, answer_taker take) override;

  /// As `ask`, without delivering: several before a `drain` are independent clients (`together`).
  /// An empty `take` is not called.
  void issue(const credential& by, request_ptr what, answer_taker take);

  /// Requests issued that have no answer yet.
  [[nodiscard]] std::size_t waiting() const;

  /// Injects a fault without delivering.
  void issue(const fault& what);

  /// Delivers until nothing without delay is left at this instant.
  void drain();

  void inject(const fault& what) override;

  // -- clients -----------------------------------------------------------------

  /// Adds a client that `host` knows by `number`; its channels are named by `id`. Not owned.
  [[nodiscard]] runtime::slot_ref add_client(client_host& host, std::uint32_t number,
                                             std::uint64_t id);

  /// Wakes the client at `at`, after the steps of that instant. A seal does not hold it back.
  [[nodiscard]] std::uint64_t wake(runtime::slot_ref client, instant at, std::uint64_t tag);
  void cancel_wake(std::uint64_t timer);

  /// Wakes those that are due now, without delivering: they join what has been issued.
  void wake_due();

  /// From now on no client acts any more: who asks what would happen asks of the world alone.
  void silence_clients();

  /// A request of the client's, sent while it acts. It hears the answer as that to `tag`.
  void issue(runtime::slot_ref client, std::uint64_t tag, const credential& by, request_ptr what);

  // -- decisions -----------------------------------------------------------------

  /// Running hash over all deliveries so far: equal for two runs that made the same choices.
  [[nodiscard]] std::uint64_t decisions_hash() const;
  [[nodiscard]] std::uint64_t deliveries() const;

  /// Appends every choice that had an alternative to `out` from now on; null stops it. Not owned.
  void keep_decisions(decision_list* out);

  /// Replaces the strategy: what a search explores starts after the set-up. Nothing may be
  /// in flight. Not owned.
  void follow(strategy& chooser);

  /// At some time more messages were in flight than a strategy is shown.
  [[nodiscard]] bool overflowed() const;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace lapse::engine
