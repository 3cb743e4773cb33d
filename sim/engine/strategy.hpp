#pragma once

#include "actors/runtime/messages.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace lapse::engine {

/// A channel that has something to deliver, as a strategy sees it. Senders and receivers are named
/// by their stable ids (token and lease ids; fixed actors and clients by a hash of their names).
struct ready_channel {
  std::uint64_t sender = 0;
  std::uint64_t receiver = 0;
  runtime::message_kind kind = runtime::message_kind::system;
  /// When the head was posted: smaller is older.
  std::uint64_t posted = 0;
};

/// What one delivery read and wrote besides its receiver, and what it caused.
struct footprint {
  std::uint64_t receiver = 0;
  /// It commutes with the receiver's other deliveries that do, except where the keys below meet.
  bool commutes = false;
  std::span<const std::uint64_t> reads;
  std::span<const std::uint64_t> writes;
  /// The number of the newest message before and after it: it posted those between.
  std::uint64_t posted_before = 0;
  std::uint64_t posted = 0;
};

/// Chooses which channel delivers next. The order within a channel is always kept.
class strategy {
public:
  virtual ~strategy() = default;

  /// An index into `ready`, which is never empty and is ordered by `posted`; none to stop
  /// delivering for now.
  [[nodiscard]] virtual std::optional<std::size_t> choose(std::span<const ready_channel> ready) = 0;

  /// True if this is plain first-in first-out, which needs no channels.
  [[nodiscard]] virtual bool fifo() const noexcept { return false; }

  /// Whether `delivered` is to be called.
  [[nodiscard]] virtual bool wants_footprints() const noexcept { return false; }

  /// The chosen delivery is done.
  virtual void delivered(const footprint&) {}

  /// Nothing is left to deliver: all later deliveries happen after all earlier ones.
  virtual void settled() {}
};

/// Delivers in the order of posting: what `run` uses.
class fifo_strategy final : public strategy {
public:
  [[nodiscard]] std::optional<std::size_t> choose(std::span<const ready_channel>) override {
    return 0;
  }
  [[nodiscard]] bool fifo() const noexcept override { return true; }
};

} // namespace lapse::engine
