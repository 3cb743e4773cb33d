#include "sim/explore/ordered_work.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace lapse::explore {

namespace {

constexpr std::size_t ahead_per_thread = 4;
constexpr std::chrono::milliseconds look_up{100};

/// The threads of one `run`, and what they share.
class crew {
public:
  crew(const ordered_work& work, std::size_t count, std::size_t jobs)
    : work_(work), ahead_max_(jobs * ahead_per_thread), made_(count), thrown_(count) {
    try {
      for (std::size_t i = 0; i < jobs; ++i)
        threads_.emplace_back([this] { labour(); });
    } catch (...) {
      dismiss();
      throw;
    }
  }

  ~crew() { dismiss(); }
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;

  /// Waits for the result of a piece.
  void await(std::size_t piece) {
    std::unique_lock lock(mutex_);
    while (!made_[piece]) {
      changed_.wait_for(lock, look_up);
      const auto done = done_;
      lock.unlock();
      work_.wait(done);
      lock.lock();
    }
    if (thrown_[piece])
      std::rethrow_exception(thrown_[piece]);
  }

  void taken(std::size_t piece) {
    const std::lock_guard lock(mutex_);
    taken_ = piece + 1;
    changed_.notify_all();
  }

private:
  void labour() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] {
        return dismissed_ || next_ == made_.size() || next_ < taken_ + ahead_max_;
      });
      if (dismissed_ || next_ == made_.size())
        return;
      const auto piece = next_++;
      lock.unlock();
      std::exception_ptr thrown;
      try {
        work_.make(piece);
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      thrown_[piece] = std::move(thrown);
      made_[piece] = true;
      ++done_;
      changed_.notify_all();
    }
  }

  void dismiss() {
    {
      const std::lock_guard lock(mutex_);
      dismissed_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_)
      thread.join();
  }

  const ordered_work& work_;
  const std::size_t ahead_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;
  std::size_t taken_ = 0;
  std::size_t done_ = 0;
  bool dismissed_ = false;
  std::vector<bool> made_;
  std::vector<std::exception_ptr> thrown_;
  std::vector<std::thread> threads_;
};

} // namespace

void ordered_work::run(std::size_t count, std::size_t jobs) const {
  jobs = std::min(jobs, count);
  if (jobs <= 1) {
    for (std::size_t i = 0; i < count; ++i) {
      make(i);
      if (!take(i))
        return;
      wait(i + 1);
    }
    return;
  }
  crew threads(*this, count, jobs);
  for (std::size_t i = 0; i < count; ++i) {
    threads.await(i);
    if (!take(i))
      return;
    threads.taken(i);
  }
}

} // namespace lapse::explore
