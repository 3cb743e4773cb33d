#include "sim/clients/behavior.hpp"

#include <algorithm>

namespace lapse::clients {

duration backoff::next(duration& pause, draws& random) const noexcept {
  const auto now = pause > duration::zero() ? pause : first;
  pause = std::min(most, factor * now);
  return random.between(now - less * now, now + more * now);
}

void enter(watch& of, const grant& got, instant now) noexcept {
  of.granted_at = now;
  of.granted = got.ttl;
  of.renewable = got.renewable;
  of.failures = 0;
}

} // namespace lapse::clients
