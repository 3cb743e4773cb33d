#include "sim/clients/custom.hpp"

#include <algorithm>

namespace lapse::clients {

decision custom::wait(const watch& of, instant now, draws& random) const {
  const auto usual = terms_.at * of.granted;
  const auto spread = terms_.jitter * usual;
  auto nap = random.between(usual - spread, later(usual, spread));
  if (terms_.renew_below)
    nap = std::max(nap, of.granted - *terms_.renew_below);
  if (of.granted - nap <= terms_.give_up_below * of.granted)
    return {decision::kind::lost, now};
  return {decision::kind::renew, later(now, nap)};
}

decision custom::begin(watch& of, instant now, draws& random) const {
  if (of.granted <= duration::zero())
    return {};
  of.pause = duration::zero();
  auto next = wait(of, now, random);
  // There is nothing to renew: its owner acts when it would have.
  if (!of.renewable)
    next.what = decision::kind::lost;
  return next;
}

decision custom::renewed(watch& of, const grant& got, instant now, draws& random) const {
  const auto before = of.granted;
  enter(of, got, now);
  of.pause = duration::zero();
  if (got.ttl <= duration::zero())
    return {};
  if (terms_.read_anew_when_cut && got.ttl < before)
    return {of.token ? decision::kind::log_in : decision::kind::read, now};
  return wait(of, now, random);
}

decision custom::failed(watch& of, int, instant now, draws& random) const {
  ++of.failures;
  if (!terms_.retry || (terms_.retry->tries_max > 0 && of.failures > terms_.retry->tries_max))
    return {decision::kind::lost, now};
  const auto next = later(now, terms_.retry->next(of.pause, random));
  if (of.left(next) <= terms_.give_up_below * of.granted)
    return {decision::kind::lost, now};
  return {decision::kind::renew, next};
}

} // namespace lapse::clients
