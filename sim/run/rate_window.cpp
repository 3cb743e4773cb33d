#include "sim/run/rate_window.hpp"

namespace lapse::run {

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
