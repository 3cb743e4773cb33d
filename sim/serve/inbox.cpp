#include "sim/serve/inbox.hpp"

#include <utility>

namespace lapse::serve {

inbox::ticket inbox::begins() {
  const std::lock_guard lock{mutex_};
  open_.insert(++latest_);
  return latest_;
}

void inbox::take(ticket number, http_exchange_ptr what) {
  {
    const std::lock_guard lock{mutex_};
    if (!what)
      open_.erase(number);
    // What is not kept ends with the call, on the connection's own thread.
    if (!closed_)
      letters_.push_back({number, std::move(what), {}});
  }
  filled_.notify_one();
}

void inbox::interrupted() {
  {
    const std::lock_guard lock{mutex_};
    interrupted_ = true;
  }
  filled_.notify_one();
}

void inbox::post(std::function<void()> work) {
  {
    const std::lock_guard lock{mutex_};
    if (!closed_)
      letters_.push_back({0, nullptr, std::move(work)});
  }
  filled_.notify_one();
}

std::optional<inbox::letter> inbox::next(std::optional<wall_time> until) {
  std::unique_lock lock{mutex_};
  const auto ready = [this] { return !letters_.empty() || interrupted_; };
  if (until)
    filled_.wait_until(lock, *until, ready);
  else
    filled_.wait(lock, ready);
  if (letters_.empty())
    return std::nullopt;
  auto result = std::move(letters_.front());
  letters_.pop_front();
  return result;
}

std::optional<inbox::letter> inbox::poll() { return next(wall_time::min()); }

void inbox::done(ticket number) {
  const std::lock_guard lock{mutex_};
  open_.erase(number);
}

inbox::ticket inbox::latest() const {
  const std::lock_guard lock{mutex_};
  return latest_;
}

std::optional<inbox::ticket> inbox::earliest() const {
  const std::lock_guard lock{mutex_};
  return open_.empty() ? std::nullopt : std::optional{*open_.begin()};
}

std::size_t inbox::in_flight() const {
  const std::lock_guard lock{mutex_};
  return open_.size();
}

bool inbox::was_interrupted() const {
  const std::lock_guard lock{mutex_};
  return interrupted_;
}

void inbox::close() {
  std::deque<letter> left;
  const std::lock_guard lock{mutex_};
  closed_ = true;
  left.swap(letters_);
}

} // namespace lapse::serve
