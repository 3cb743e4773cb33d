#pragma once

#include "sim/engine/strategy.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace lapse::explore {

/// A channel as exploration names it, the same in every run.
struct channel_name {
  std::uint64_t sender = 0;
  std::uint64_t receiver = 0;
  friend bool operator==(const channel_name&, const channel_name&) = default;
};

/// What a delivery read and wrote, its receiver included, in order and without repeats.
struct access_set {
  std::vector<std::uint64_t> reads;
  std::vector<std::uint64_t> writes;
};

[[nodiscard]] access_set accesses_of(const engine::footprint& what);

/// Whether the order of the two may matter: one writes what the other reads or writes.
[[nodiscard]] bool conflict(const access_set& a, const access_set& b);

/// What happened before what, among the deliveries between two times at which nothing was left to
/// deliver. A delivery comes after the one before it in its channel, after the one that posted it,
/// and after those it conflicts with.
class happens_before {
public:
  struct event {
    channel_name channel;
    /// Number of its message, and of the newest message before and after it.
    std::uint64_t posted = 0;
    std::uint64_t posted_before = 0;
    std::uint64_t posted_after = 0;
  };

  /// Adds a delivery; its place is the count of those before.
  void add(const event& what, const access_set& accesses);

  /// All later deliveries happen after all earlier ones.
  void settle();

  [[nodiscard]] std::size_t size() const noexcept { return events_.size(); }

  /// Whether `a` happened before `b`; both since the last settling.
  [[nodiscard]] bool before(std::size_t a, std::size_t b) const;

  /// The first delivery since the last settling.
  [[nodiscard]] std::size_t first() const noexcept { return first_; }

  [[nodiscard]] const event& at(std::size_t place) const { return events_[place]; }

  /// The deliveries that raced with the last one: in conflict with it, nothing ordered between, and
  /// it could have come first.
  [[nodiscard]] const std::vector<std::size_t>& races() const noexcept { return races_; }

private:
  struct key_history {
    std::size_t last_write = none;
    std::vector<std::size_t> reads;
  };
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  using bits = std::vector<std::uint64_t>;

  [[nodiscard]] std::size_t cause_of(const event& what) const;
  [[nodiscard]] std::size_t previous_in_channel(const channel_name& channel) const;
  void mark(bits& set, std::size_t place) const;
  void join(bits& set, std::size_t place) const;
  void find_races(const std::vector<std::size_t>& conflicts, std::size_t cause,
                  std::size_t previous);

  std::vector<event> events_;
  /// Per event since the last settling: what happened before it.
  std::vector<bits> past_;
  std::size_t first_ = 0;
  // Only looked up.
  std::unordered_map<std::uint64_t, key_history> keys_;
  std::vector<std::size_t> races_;
};

} // namespace lapse::explore
