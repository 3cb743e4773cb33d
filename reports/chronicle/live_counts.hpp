#pragma once

#include "actors/protocol/event.hpp"

#include <cstdint>
#include <functional>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

namespace lapse {

/// How many there are of what at one instant of a run.
struct run_counts {
  std::uint64_t tokens_created = 0;
  std::uint64_t tokens_live = 0;
  std::uint64_t leases_created = 0;
  std::uint64_t leases_live = 0;
  std::uint64_t renewals = 0;
  std::uint64_t irrevocable = 0;
  std::uint64_t backend_attempts = 0;
  std::uint64_t backend_failures = 0;
  std::uint64_t requests = 0;
  std::uint64_t refused = 0;

  friend bool operator==(const run_counts&, const run_counts&) = default;
};

/// Counts over time, from the event stream alone: what lives by the same rule as
/// `chronicle::end_of`. A deadline counts once it has passed, whether or not its revocation has
/// come, and a batch token ends with its parent, which keeps no list of it. Memory grows
/// with tokens and leases, not with events.
class live_counts final : public event_reader {
public:
  /// Gets each instant at which a count changed, in order, with the counts after it.
  using sink = std::function<void(instant, const run_counts&)>;

  explicit live_counts(sink to) : to_(std::move(to)) {}

  void on_event(const event& e) override;

private:
  struct life {
    instant expire = never;
    instant queued = never;   ///< its earliest entry among the deadlines
    std::uint64_t parent = 0; ///< of a batch token
    bool is_lease = false;
    bool alive = true;
  };

  void begin(std::uint64_t key, life what);
  void queue(std::uint64_t key, life& what);
  void renew(std::uint64_t key, instant expire);
  void end(std::uint64_t key);
  void count(const event& e);
  /// Deadlines before `last` pass, each at its instant; at the deadline itself everything is still
  /// alive.
  void pass(instant last);
  void move_to(instant to);
  void flush();

  using due = std::pair<instant, std::uint64_t>;

  sink to_;
  instant now_{0};
  bool begun_ = false;
  run_counts counts_;
  run_counts told_;
  // Only looked up, never iterated. Tokens and leases have keys of their own.
  std::unordered_map<std::uint64_t, life> lives_;
  std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> batches_;
  /// One entry for each life with an end, moved on when it comes up too early after a renewal; one
  /// more when a renewal brought the end nearer.
  std::priority_queue<due, std::vector<due>, std::greater<>> deadlines_;
};

} // namespace lapse
