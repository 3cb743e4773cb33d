#pragma once

#include "sim/serve/http_server.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>

namespace lapse::serve {

using wall_clock = std::chrono::steady_clock;
using wall_time = wall_clock::time_point;

/// What waits for the world's thread: requests in the order in which they came, and other work.
/// Knows which requests are under way, so that time does not move under one (a request counts from
/// the end of its header; one whose body is late no longer, and from the end of its body again).
class inbox final : public http_taker {
public:
  /// Counts requests from 1 by their beginnings.
  using ticket = std::uint64_t;

  struct letter {
    ticket number = 0;
    http_exchange_ptr request;
    /// Where no request is.
    std::function<void()> work;
  };

  // -- the connections' side -------------------------------------------------------

  [[nodiscard]] ticket begins() override;
  void take(ticket number, http_exchange_ptr what) override;
  void interrupted() override;

  /// Work of any thread for the world's.
  void post(std::function<void()> work);

  // -- the world's side --------------------------------------------------------------

  /// The next letter; none at `until`, or when there was a signal.
  [[nodiscard]] std::optional<letter> next(std::optional<wall_time> until);
  /// As `next`, without waiting.
  [[nodiscard]] std::optional<letter> poll();

  /// A request has been answered, or waits for time to pass.
  void done(ticket number);

  /// The request that has begun last; 0: none has.
  [[nodiscard]] ticket latest() const;

  /// The earliest request that is under way; none: nothing is.
  [[nodiscard]] std::optional<ticket> earliest() const;
  [[nodiscard]] std::size_t in_flight() const;
  [[nodiscard]] bool was_interrupted() const;

  /// The world is over: what waits is dropped, and what still comes with it, while there are
  /// connections for it to end on.
  void close();

private:
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<letter> letters_;
  std::set<ticket> open_;
  ticket latest_ = 0;
  bool interrupted_ = false;
  bool closed_ = false;
};

} // namespace lapse::serve
