#pragma once

#include <cstddef>
#include <functional>

namespace lapse::explore {

/// Work on numbered pieces in parallel, whose results are taken one after the other.
struct ordered_work {
  /// Makes the result of a piece; called from several threads in parallel. May throw.
  std::function<void(std::size_t)> make;
  /// Takes it, in order of the numbers, on the thread that called `run`. False if no more is
  /// wanted.
  std::function<bool(std::size_t)> take;
  /// Called now and then on that thread while it waits, with how many pieces are made.
  std::function<void(std::size_t)> wait;

  /// Returns when all `count` are taken, or no more is wanted. What `make` throws is thrown in its
  /// piece's turn, after which nothing more is begun. Never more than a few pieces per thread are
  /// ahead of their turn, so that what waits stays bounded.
  /// @param jobs at least 1; with 1, all happens on the caller's thread.
  void run(std::size_t count, std::size_t jobs) const;
};

} // namespace lapse::explore
