#include "sim/clients/client.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace lapse::clients {

namespace {

/// Tags: the epoch, in a byte each the order and, lowest, the part; or one of these.
constexpr std::uint64_t to_start = 255;
constexpr std::uint64_t to_stop = 254;
constexpr std::uint64_t to_restart = 253;
constexpr std::uint64_t to_run = 252;

/// The first of `base + k * every`, k from 1, that comes after `after`; `never` if no clock shows
/// it.
instant next_round(instant base, duration every, instant after) noexcept {
  const auto past = after > base ? (after - base) / every * every : duration::zero();
  return later(later(base, past), every);
}

} // namespace

client::client(const terms& what, std::uint32_t number, std::uint64_t stream)
  : terms_(&what), random_(stream), parts_(std::make_unique<part[]>(what.holds + 1)),
    number_(number) {
  for (std::uint32_t i = 1; i < parts(); ++i)
    parts_[i].seen.token = false;
}

std::uint64_t client::tag_of(std::uint32_t i) const noexcept {
  return std::uint64_t{epoch_} << 16 | std::uint64_t(parts_[i].order) << 8 | i;
}

bool client::expects(std::uint64_t tag) const noexcept {
  const auto i = part_of(tag);
  return !over_ && i < parts() && tag == tag_of(i) && parts_[i].asking;
}

// -- beginning and ending ------------------------------------------------------------

void client::start(surroundings& in) {
  const auto& t = *terms_;
  const auto spread = t.random_start ? random_.between(duration{0}, t.start_over)
                                     : ratio{number_ - 1, t.count} * t.start_over;
  started_ = later(t.start, spread);
  std::ignore = in.wake(started_, to_start);
  if (t.stop_after)
    std::ignore = in.wake(later(started_, *t.stop_after), to_stop);
  wake_for_restart(in);
}

void client::wake_for_restart(surroundings& in) {
  const auto& t = *terms_;
  if (!t.restart_every)
    return;
  const auto base = later(t.start, ratio{number_ - 1, t.count} * t.restart_over);
  const auto after = std::max(started_, in.now());
  std::ignore = in.wake(next_round(base, *t.restart_every, after), to_restart);
}

void client::wake_for_run(surroundings& in) {
  std::ignore = in.wake(next_round(started_, terms_->run_every, in.now()), to_run);
}

void client::end(surroundings& in, client_changed::kind why, std::uint32_t i) {
  const auto revokes =
      why == client_changed::kind::stopped && terms_->stop_revokes && parts_[0].had;
  forget(in);
  in.changed(why, i);
  over_ = true;
  if (!revokes)
    return;
  parts_[0].order = client_request::revoke;
  in.send(tag_of(0), client_request::revoke, 0, duration{0});
}

/// What it waits for, and what it has seen.
void client::forget(surroundings& in) {
  ++epoch_;
  acquired_ = 0;
  dropped_ = false;
  for (std::uint32_t i = 0; i < parts(); ++i) {
    auto& p = parts_[i];
    in.cancel(p.timer);
    const auto token = p.seen.token;
    p = part{};
    p.seen.token = token;
  }
}

void client::begin(surroundings& in) {
  forget(in);
  last_login_ = in.now();
  acquire(in, 0);
}

/// Logs in again, and not without end at one instant.
void client::log_in(surroundings& in) {
  if (terms_->given_token)
    return end(in, client_changed::kind::gave_up, 0);
  if (last_login_ == never || in.now() - last_login_ >= login_again_after) {
    login_pause_ = duration::zero();
    return begin(in);
  }
  forget(in);
  const auto pause = std::max(attempt_takes, way(0).retries().next(login_pause_, random_));
  act_at(in, 0, next_act::begin, later(in.now(), pause));
}

// -- timers --------------------------------------------------------------------------

void client::woken(surroundings& in, std::uint64_t tag) {
  if (over_)
    return;
  switch (tag) {
    case to_start:
      if (terms_->token->runs())
        wake_for_run(in);
      return begin(in);
    case to_stop:
      return end(in, client_changed::kind::stopped, 0);
    case to_restart:
    case to_run:
      if (tag == to_restart)
        wake_for_restart(in);
      else
        wake_for_run(in);
      in.changed(client_changed::kind::restarted, 0);
      return begin(in);
    default:
      break;
  }
  const auto i = part_of(tag);
  if (tag >> 16 != epoch_ || i >= parts())
    return;
  parts_[i].timer = 0;
  act(in, i, std::exchange(parts_[i].next, next_act::none));
}

/// In whole milliseconds, so that reports can be read.
void client::act_at(surroundings& in, std::uint32_t i, next_act what, instant at) {
  at = std::chrono::floor<std::chrono::milliseconds>(at);
  if (at <= in.now())
    return act(in, i, what);
  in.cancel(parts_[i].timer);
  parts_[i].next = what;
  parts_[i].timer = in.wake(at, tag_of(i));
}

void client::act(surroundings& in, std::uint32_t i, next_act what) {
  switch (what) {
    case next_act::none:
      return;
    case next_act::send:
      return send(in, i);
    case next_act::lost:
      return lost(in, i);
    case next_act::log_in:
      return log_in(in);
    case next_act::begin:
      return begin(in);
  }
}

// -- requests --------------------------------------------------------------------------

void client::acquire(surroundings& in, std::uint32_t i) {
  parts_[i].order = i > 0                 ? client_request::read
                    : terms_->given_token ? client_request::lookup
                                          : client_request::login;
  send(in, i);
}

void client::send(surroundings& in, std::uint32_t i) {
  if (dropped_ && i > 0)
    return log_in(in);
  auto& p = parts_[i];
  p.asking = true;
  const auto increment = is_renewal(p.order) ? way(i).increment(p.seen) : duration{0};
  in.send(tag_of(i), p.order, i, increment);
}

void client::answered(surroundings& in, std::uint64_t tag, const reply& got) {
  if (!expects(tag))
    return;
  const auto i = part_of(tag);
  auto& p = parts_[i];
  p.asking = false;
  const auto& http = way(i).http();
  if (!got.ok() && !got.timed_out && http.again(got.status) && p.http_tries + 1 < http.tries) {
    ++p.http_tries;
    const auto wait = random_.between(http.wait_low, http.wait_high) * p.http_tries;
    return act_at(in, i, next_act::send, later(in.now(), wait));
  }
  p.http_tries = 0;
  if (p.order == client_request::revoke)
    return forget(in); // the run is over, whatever the answer was
  if (got.ok())
    granted(in, i, got.granted);
  else
    refused(in, i, got.status);
}

void client::granted(surroundings& in, std::uint32_t i, const grant& got) {
  auto& p = parts_[i];
  p.pause = duration::zero();
  p.tries = 0;
  p.had = true;
  p.anew = false;
  if (is_renewal(p.order))
    return apply(in, i, way(i).renewed(p.seen, got, in.now(), random_), true);
  enter(p.seen, got, in.now());
  const auto epoch = epoch_;
  apply(in, i, way(i).begin(p.seen, in.now(), random_), false);
  if (over_ || epoch != epoch_ || i != acquired_)
    return;
  if (++acquired_ < parts())
    acquire(in, acquired_);
  else
    complete(in);
}

void client::complete(surroundings& in) {
  if (!terms_->token->runs())
    return;
  in.changed(client_changed::kind::finished, 0);
  parts_[0].order = client_request::revoke;
  send(in, 0);
}

void client::refused(surroundings& in, std::uint32_t i, int status) {
  auto& p = parts_[i];
  if (!is_renewal(p.order))
    return acquire_again(in, i, status);
  if (p.anew) {
    p.anew = false;
    p.order = client_request::read;
    return act_at(in, i, next_act::send, later(in.now(), attempt_takes));
  }
  apply(in, i, way(i).failed(p.seen, status, in.now(), random_), true);
}

/// A login, or a read, failed. What a token is refused it takes for the end of the token.
void client::acquire_again(surroundings& in, std::uint32_t i, int status) {
  auto& p = parts_[i];
  const auto denied = status == 403 && (i > 0 || terms_->given_token);
  if (denied && terms_->token_lost == reaction::stop)
    return end(in, client_changed::kind::gave_up, 0);
  const auto retries = way(i).retries();
  ++p.tries;
  if (retries.tries_max > 0 && p.tries > retries.tries_max)
    return end(in, client_changed::kind::gave_up, i);
  const auto at = later(in.now(), std::max(attempt_takes, retries.next(p.pause, random_)));
  if (denied && !terms_->given_token) {
    // The answer to a renewal that is under way would set this timer anew, for another renewal.
    parts_[0].asking = false;
    return act_at(in, 0, next_act::log_in, at);
  }
  if (i > 0 && p.had && way(i).renews_before_reading()) {
    p.anew = true;
    p.order = client_request::renew_lease;
  }
  act_at(in, i, next_act::send, at);
}

// -- what behaviors want ---------------------------------------------------------------

void client::apply(surroundings& in, std::uint32_t i, const decision& what, bool paced) {
  auto& p = parts_[i];
  auto at = what.at;
  switch (what.what) {
    case decision::kind::nothing:
      return;
    case decision::kind::renew:
      if (paced)
        at = std::max(at, later(in.now(), attempt_takes));
      p.order = i == 0 ? client_request::renew_token : client_request::renew_lease;
      return act_at(in, i, next_act::send, at);
    case decision::kind::read:
      if (i == 0)
        return act_at(in, i, next_act::log_in, at);
      p.order = client_request::read;
      return act_at(in, i, next_act::send, std::max(at, later(p.seen.granted_at, attempt_takes)));
    case decision::kind::log_in:
      return act_at(in, i, next_act::log_in, at);
    case decision::kind::log_in_at_next_use:
      dropped_ = true;
      return terms_->holds == 0 ? log_in(in) : void();
    case decision::kind::lost:
      return act_at(in, i, next_act::lost, at);
  }
}

/// Its owner acts.
void client::lost(surroundings& in, std::uint32_t i) {
  switch (i == 0 ? terms_->token_lost : terms_->secret_lost) {
    case reaction::login:
      return log_in(in);
    case reaction::read:
      if (i == 0)
        return log_in(in);
      parts_[i].order = client_request::read;
      return act_at(in, i, next_act::send,
                    std::max(in.now(), later(parts_[i].seen.granted_at, attempt_takes)));
    case reaction::stop:
      return end(in, client_changed::kind::gave_up, i);
  }
}

} // namespace lapse::clients
