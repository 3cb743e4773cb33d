#include "sim/run/attempts.hpp"

#include <algorithm>

namespace lapse::run {

std::optional<attempt> attempt_finder::in(const event& e) {
  if (const auto* received = std::get_if<request_received>(&e.body)) {
    open_.insert(received->number);
    return attempt{attempt_kind_of(*received->what), e.at, received->by.id, received->mount};
  }
  if (const auto* answered = std::get_if<request_answered>(&e.body);
      answered != nullptr && open_.erase(answered->number) == 0 && answered->number > skipped_ &&
      answered->what)
    return attempt{attempt_kind_of(*answered->what), e.at, answered->by.id, answered->mount};
  return std::nullopt;
}

void attempt_finder::skip(const event& e) noexcept {
  if (const auto* received = std::get_if<request_received>(&e.body))
    skipped_ = std::max(skipped_, received->number);
}

} // namespace lapse::run
