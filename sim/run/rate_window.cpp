#include "sim/run/rate_window.hpp"

namespace lapse::run {

std::optional<attempt> attempt_finder::in(const event& e) {
  if (const auto* received = std::get_if<request_received>(&e.body)) {
    open_.insert(received->number);
    return attempt{attempt_kind_of(*received->what), e.at, received->by.id, received->mount};
  }
  if (const auto* answered = std::get_if<request_answered>(&e.body);
      answered != nullptr && open_.erase(answered->number) == 0 && answered->what)
    return attempt{attempt_kind_of(*answered->what), e.at, answered->by.id, answered->mount};
  return std::nullopt;
}

void rate_window::add(const attempt& one) {
  if (what_->of && *what_->of != one.kind)
    return;
  while (!seen_.empty() && one.at - seen_.front().at >= what_->per)
    seen_.pop_front();
  // The latest of them tell as much as all.
  if (!holds())
    seen_.pop_front();
  seen_.push_back(one);
}

} // namespace lapse::run
