#include "sim/run/property_monitor.hpp"

#include "tests/support/catch.hpp"

#include <deque>
#include <memory>

using namespace lapse;
using namespace lapse::lives;
using namespace lapse::plan;
using namespace lapse::run;
using namespace std::chrono_literals;

namespace {

counted_text plain(std::string text) { return counted_text{{{std::move(text), -1}}}; }

selector of(std::string handle, selector::part part = selector::part::itself) {
  selector s;
  s.glob = handle.find('*') != std::string::npos;
  s.name = plain(std::move(handle));
  s.of = part;
  return s;
}

property state(property::kind kind, state_word word, std::vector<selector> who, instant from = 0s,
               std::optional<instant> to = std::nullopt) {
  property p;
  p.what = kind;
  p.from = from;
  p.to = to;
  p.conditions.push_back(states_hold{{}, word, std::move(who), {}});
  return p;
}

/// A world written by hand, with the monitor's clock driven as the runner drives it.
class world {
public:
  explicit world(std::vector<property> properties)
    : properties_(std::move(properties)), counts_(events_.lives()),
      monitor_(properties_, events_.lives(), handles_, counts_) {
    events_.add(counts_);
    events_.add(monitor_);
    monitor_.instant_begins(0s);
  }

  /// Steps of the instants before are over.
  void to(instant at) {
    while (auto boundary = monitor_.next_boundary(now_)) {
      if (*boundary >= at)
        break;
      jump(*boundary);
    }
    jump(at);
  }

  void tell(event_body body, std::optional<instant> at = std::nullopt) {
    events_.put({at.value_or(now_), std::move(body)});
  }

  token_id token(std::string name, std::uint64_t id, std::uint64_t parent = 0,
                 duration ttl = 100h) {
    token_facts e;
    e.name.id = token_id{id};
    e.parent = token_id{parent};
    e.expire = later(now_, ttl);
    tell(token_created{std::make_shared<const token_facts>(e)});
    if (!name.empty()) {
      bound_handle h;
      h.name = name;
      h.what = bound_handle::kind::token;
      h.token = token_id{id};
      bind(h);
    }
    return token_id{id};
  }

  void lease(std::uint64_t id, std::uint64_t owner) {
    lease_created e;
    e.lease.lease = lease_id{id};
    e.owner = token_id{owner};
    tell(e);
  }

  void bind(bound_handle h) {
    const auto* stored = handles_.bind(std::move(h));
    REQUIRE(stored != nullptr);
    if (stored->what != bound_handle::kind::failed)
      tell(handle_bound{stored->name, stored->token, stored->lease});
    monitor_.handle_bound(*stored, now_);
  }

  void end(std::uint64_t id, std::optional<instant> at = std::nullopt,
           end_cause cause = end_cause::revoke) {
    tell(token_ended{token_id{id}, cause, {}}, at);
  }
  void gone(std::uint64_t id) { tell(token_gone{token_id{id}}); }

  void answer(int status, std::uint64_t number = 0) {
    lapse::answer reply;
    reply.status = status;
    request_answered e;
    e.number = number;
    e.what = std::make_shared<const request>();
    e.reply = &reply;
    tell(e);
  }

  void receive(std::uint64_t number) {
    request_received e;
    e.number = number;
    e.what = std::make_shared<const request>();
    tell(e);
  }

  /// One more property, from now on.
  void watch(property what) {
    later_.push_back(std::move(what));
    monitor_.watch(later_.back(), now_);
  }

  /// Ids of the properties that did not hold, in order, by the end of the run now.
  std::vector<std::string> verdicts() {
    monitor_.instant_settles(now_);
    monitor_.finish(now_);
    std::vector<std::string> result;
    for (const auto& broken : monitor_.take_broken()) {
      result.push_back(broken.id);
      evidence += broken.evidence + "\n";
    }
    return result;
  }

  std::string evidence;

private:
  void jump(instant at) {
    if (at <= now_)
      return;
    monitor_.instant_settles(now_);
    now_ = at;
    monitor_.instant_begins(at);
  }

  std::vector<property> properties_;
  std::deque<property> later_;
  event_stream events_;
  handle_table handles_;
  filtered_counts counts_;
  property_monitor monitor_;
  instant now_{0};
};

using ids = std::vector<std::string>;
constexpr auto always = property::kind::always;
constexpr auto never_ = property::kind::never;
constexpr auto eventually = property::kind::eventually;
constexpr auto sometimes = property::kind::sometimes;

} // namespace

TEST_CASE("always breaks at the instant its state ends inside the window") {
  world w({state(always, state_word::alive, {of("app")}, 0s, 1h)});
  w.token("app", 1);
  w.to(30min);
  w.end(1);
  w.to(2h);
  CHECK(w.verdicts() == ids{"always"});
  CHECK(w.evidence ==
        "at 30m: app is revoked at 30m because revoke, lived 30m: a request revoked it\n");
}

TEST_CASE("always does not look past its window") {
  world w({state(always, state_word::alive, {of("app")}, 0s, 1h)});
  w.token("app", 1);
  w.to(1h + 1s);
  w.end(1);
  CHECK(w.verdicts().empty());
}

TEST_CASE("a window's last instant takes in its steps but not its deadlines (R-120)") {
  SECTION("a step") {
    world w({state(always, state_word::alive, {of("app")}, 0s, 1h)});
    w.token("app", 1);
    w.to(1h);
    w.end(1);
    w.to(2h);
    CHECK(w.verdicts() == ids{"always"});
  }
  SECTION("a deadline") {
    world w({state(always, state_word::alive, {of("app")}, 0s, 1h)});
    w.token("app", 1, 0, 1h);
    w.to(1h);
    w.to(1h + 1ns);
    w.end(1, 1h, end_cause::deadline);
    CHECK(w.verdicts().empty());
  }
}

TEST_CASE("never breaks when any selected handle is in the state") {
  world w({state(never_, state_word::revoked, {of("job*")})});
  w.token("job1", 1);
  w.token("job2", 2);
  w.token("other", 3);
  w.end(3);
  CHECK(w.evidence.empty());
  w.end(2);
  CHECK(w.verdicts() == ids{"never"});
}

TEST_CASE("a window starts no earlier than its handle") {
  world w({state(always, state_word::alive, {of("app")})});
  w.to(1h);
  w.token("app", 1);
  w.to(2h);
  CHECK(w.verdicts().empty());
}

TEST_CASE("eventually is reached inside its window, both ends and their deadlines included") {
  SECTION("in time") {
    world w({state(eventually, state_word::gone, {of("app")}, 1h, 1h + 5min)});
    w.token("app", 1);
    w.to(1h);
    w.end(1);
    w.to(1h + 5min);
    w.gone(1);
    CHECK(w.verdicts().empty());
  }
  SECTION("too late") {
    world w({state(eventually, state_word::gone, {of("app")}, 1h, 1h + 5min)});
    w.token("app", 1);
    w.to(1h);
    w.end(1);
    w.to(1h + 6min);
    w.gone(1);
    w.to(2h);
    CHECK(w.verdicts() == ids{"eventually"});
  }
  SECTION("before, and still so") {
    world w({state(eventually, state_word::dead, {of("app")}, 1h, 1h)});
    w.token("app", 1);
    w.end(1);
    w.to(2h);
    CHECK(w.verdicts().empty());
  }
}

TEST_CASE("sometimes that is never reached fails, a handle that is never bound too") {
  world w({state(sometimes, state_word::expired, {of("app")}),
           state(sometimes, state_word::alive, {of("ghost")}),
           state(sometimes, state_word::alive, {of("app")})});
  w.token("app", 1);
  w.to(1h);
  CHECK(w.verdicts() == ids{"sometimes", "sometimes"});
}

TEST_CASE("a handle whose request failed is dead and gone") {
  world w({state(sometimes, state_word::gone, {of("app")}),
           state(always, state_word::alive, {of("app")})});
  bound_handle h;
  h.name = "app";
  w.bind(h);
  CHECK(w.verdicts() == ids{"always"});
}

TEST_CASE("descendants are taken at each instant, those orphaned since left out") {
  using part = selector::part;
  world w({state(always, state_word::alive, {of("app", part::descendants)})});
  w.token("app", 1);
  w.token("", 2, 1);
  w.token("", 3, 2);
  w.to(1min);
  w.tell(token_orphaned{token_id{2}});
  w.end(3);
  CHECK(w.verdicts().empty());

  world v({state(always, state_word::alive, {of("app", part::descendants)})});
  v.token("app", 1);
  v.token("", 2, 1);
  v.token("", 3, 2);
  v.end(3);
  CHECK(v.verdicts() == ids{"always"});
}

TEST_CASE("leases of a handle are those it owns") {
  using part = selector::part;
  world w({state(eventually, state_word::gone, {of("app", part::leases)}, 1h, 1h),
           state(sometimes, state_word::dead, {of("app", part::leases)}, 1s)});
  w.token("app", 1);
  w.lease(7, 1);
  w.lease(8, 2);
  w.to(30min);
  w.tell(lease_ended{lease_id{7}, end_cause::revoke, {}, {}});
  w.to(1h);
  w.to(2h);
  CHECK(w.verdicts() == ids{"eventually"});
}

TEST_CASE("counts are held against their bounds at every event of the window") {
  property most;
  most.what = property::kind::always;
  most.conditions.push_back(count_check{{}, count_word::tokens, {{}, 2}, {}});
  property reached;
  reached.what = property::kind::sometimes;
  reached.conditions.push_back(count_check{{}, count_word::tokens, {3, 3}, {}});
  world w({most, reached});
  w.token("a", 1);
  w.token("b", 2);
  w.token("c", 3);
  w.gone(3);
  CHECK(w.verdicts() == ids{"always"});
  CHECK(w.evidence == "3 tokens at 0s, at most 2; 3 are tokens\n");
}

TEST_CASE("a status is looked for in every answer of the window") {
  property p;
  p.what = property::kind::never;
  p.from = 1h;
  p.to = 2h;
  p.conditions.push_back(answer_seen{{}, {500, 500}, {}, {}});
  SECTION("inside") {
    world w({p});
    w.to(1h);
    w.answer(500);
    CHECK(w.verdicts() == ids{"never"});
  }
  SECTION("outside") {
    world w({p});
    w.answer(500);
    w.to(1h);
    w.answer(200);
    w.to(3h);
    w.answer(500);
    CHECK(w.verdicts().empty());
  }
}

TEST_CASE("a request under way when its rate is asked for first is no attempt at its answer") {
  property rate;
  rate.what = always;
  rate_limit none;
  none.per = 1s;
  none.at_most = 0;
  rate.conditions.push_back(none);
  world w{{}};
  w.receive(1);
  w.to(5s);
  rate.from = 5s;
  w.watch(rate);
  w.to(6s);
  w.answer(204, 1);
  CHECK(w.verdicts().empty());
  // Refused at the door: it has an answer alone.
  w.answer(403, 2);
  CHECK(w.verdicts() == ids{"always"});
}

TEST_CASE("a deadline that no event reports is seen at the window's end") {
  world w({state(always, state_word::alive, {of("app")}, 0s, 2h)});
  w.token("app", 1, 0, 1h);
  w.to(2h);
  w.to(3h);
  CHECK(w.verdicts() == ids{"always"});
}
