#pragma once

#include "actors/lives/event_reader.hpp"

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace lapse::lives {

/// How many there are of what at one instant of a run.
struct run_counts {
  run_totals totals;
  std::uint64_t tokens_live = 0;
  std::uint64_t leases_live = 0; ///< of secrets
  /// Lease records, as of `estate_counts`.
  std::int64_t leases = 0;
  std::int64_t secret_leases = 0;

  friend bool operator==(const run_counts&, const run_counts&) = default;
};

/// Counts over time, written as time passes: what lives by the ledger's decided ends. Memory grows
/// with tokens and leases, not with events.
class live_counts final : public event_reader {
public:
  /// Gets each instant at which a count changed, in order, with the counts after it.
  using sink = std::function<void(instant, const run_counts&)>;

  explicit live_counts(sink to) : to_(std::move(to)) {}

  void before_event(const event& e, const ledger& lives) override;
  void on_event(const event& e, const ledger& lives) override;

private:
  struct counting;
  using slot = ledger::slot;
  using due = std::pair<instant, slot>;

  struct mark {
    instant queued = never; ///< its earliest entry among the deadlines
    bool alive = false;
  };

  void begin(slot where);
  void end(slot where);
  void queue(slot where);
  /// Deadlines before `last` pass, each at its instant; at the deadline itself everything is still
  /// alive.
  void pass(instant last);
  void move_to(instant to);
  void flush();

  sink to_;
  const ledger* lives_ = nullptr; ///< of the event under way
  instant now_{0};
  bool begun_ = false;
  run_counts counts_;
  run_counts written_;
  std::vector<mark> marks_; ///< per life
  /// One entry for each life with an end, moved on when it comes up too early after a renewal; one
  /// more when a renewal brought the end nearer.
  std::priority_queue<due, std::vector<due>, std::greater<>> deadlines_;
};

} // namespace lapse::lives
