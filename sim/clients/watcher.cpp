#include "sim/clients/watcher.hpp"

#include <algorithm>

namespace lapse::clients {

namespace {

/// `NewExponentialBackOff` of the library, with its own factor of spreading.
constexpr backoff pauses{
    std::chrono::seconds{10}, {2, 1}, std::chrono::minutes{5}, percent(50), percent(50)};

} // namespace

void watcher::draw_grace(watch& of, duration ttl, draws& random) const {
  const auto most = ttl / 10;
  of.grace = most + random.between(duration{0}, most - duration{1});
}

/// What comes after a grant.
decision watcher::sleep(watch& of, duration left, instant now, draws& random) const {
  if (left > of.left_before)
    draw_grace(of, left, random);
  const auto nap = ratio{2, 3} * left + of.grace / 3;
  of.left_before = left;
  if (left <= of.grace || left - nap <= of.grace)
    return done(of, now);
  return {decision::kind::renew, later(now, nap)};
}

decision watcher::begin(watch& of, instant now, draws& random) const {
  if (of.granted <= duration::zero())
    return {};
  draw_grace(of, of.granted, random);
  of.left_before = of.granted;
  of.pause = duration::zero();
  if (of.renewable)
    return {decision::kind::renew, now};
  // It sleeps once; after that less than four times the grace is left.
  const auto nap = sleep(of, of.granted, now, random);
  return nap.what == decision::kind::renew ? done(of, nap.at) : nap;
}

decision watcher::renewed(watch& of, const grant& got, instant now, draws& random) const {
  enter(of, got, now);
  of.pause = duration::zero();
  if (got.ttl <= duration::zero())
    return {};
  if (after_ == on_error::ends && !got.renewable)
    return done(of, now);
  return sleep(of, got.ttl, now, random);
}

decision watcher::failed(watch& of, int status, instant now, draws& random) const {
  if (after_ == on_error::ends || (denial_ends_ && status == 403))
    return done(of, now);
  const auto left = of.left(now);
  const auto nap = after_ == on_error::pauses ? pauses.next(of.pause, random) : duration::zero();
  of.left_before = left;
  if (left <= of.grace || left - nap <= of.grace)
    return done(of, now);
  return {decision::kind::renew, later(now, nap)};
}

} // namespace lapse::clients
