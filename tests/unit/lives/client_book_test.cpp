#include "actors/lives/client_book.hpp"

#include "actors/lives/ledger.hpp"
#include "tests/support/catch.hpp"

#include <cstdint>
#include <memory>
#include <utility>

using namespace lapse;
using namespace lapse::lives;
using namespace std::chrono_literals;

namespace {

/// One family of clients, each with a token and perhaps a secret, told event by event.
class fleet_stream {
public:
  ledger lives;

  explicit fleet_stream(std::int64_t count, bool with_secret = false) {
    client_family e;
    e.name = "web";
    e.count = count;
    if (with_secret)
      e.holds = {"db"};
    tell(e);
  }

  void at(instant t) { now_ = t; }
  void tell(event_body body) { lives.enter(event{now_, std::move(body)}); }

  token_id token(std::uint64_t id, duration ttl) {
    token_facts e;
    e.name = token_name{token_id{id}, token_type::service, nullptr};
    e.ttl = ttl;
    e.expire = later(now_, ttl);
    tell(token_created{std::make_shared<const token_facts>(e)});
    return token_id{id};
  }

  lease_id lease(std::uint64_t id, token_id owner, duration ttl) {
    lease_created e;
    e.lease.lease = lease_id{id};
    e.owner = owner;
    e.ttl = ttl;
    e.expire = later(now_, ttl);
    tell(e);
    return lease_id{id};
  }

  void got(std::uint32_t number, token_id what) {
    tell(handle_bound{"web" + std::to_string(number), what, {}, {0, number}, 0});
  }
  void got(std::uint32_t number, lease_id what) {
    tell(handle_bound{"web" + std::to_string(number) + ".db", {}, what, {0, number}, 1});
  }
  void changed(std::uint32_t number, client_changed::kind what) {
    tell(client_changed{{0, number}, what});
  }

  [[nodiscard]] client_book::family family() const { return lives.clients().as_of(0, now_); }
  [[nodiscard]] client_book::gap open_gap(std::uint32_t number) const {
    return lives.clients().open_gap({0, number}, now_);
  }

private:
  instant now_{0};
};

} // namespace

TEST_CASE("all clients with one token are without it from its end on") {
  fleet_stream s(3);
  const auto given = s.token(1, 30min);
  for (std::uint32_t number = 1; number <= 3; ++number)
    s.got(number, given);
  s.at(30min);
  s.tell(token_ended{given, end_cause::deadline, {}});
  s.at(2h);
  CHECK(s.family().hit == 3);
  CHECK(s.family().longest.length == 90min);
  for (std::uint32_t number = 1; number <= 3; ++number) {
    CAPTURE(number);
    CHECK(s.open_gap(number).from == 30min);
    CHECK(s.open_gap(number).length == 90min);
    CHECK(s.open_gap(number).lost == s.lives.slot_of(given));
  }
}

TEST_CASE("a restart is a gap of nothing that ended, until the next set is complete") {
  fleet_stream s(1, true);
  const auto first = s.token(1, 1h);
  s.got(1, first);
  s.got(1, s.lease(2, first, 1h));
  s.at(10min);
  s.changed(1, client_changed::kind::restarted);
  const auto second = s.token(3, 1h);
  s.got(1, second);
  s.at(12min);
  CHECK(s.open_gap(1).from == 10min);
  CHECK(s.open_gap(1).lost == life_record::no_slot);
  s.got(1, s.lease(4, second, 1h));
  CHECK(s.open_gap(1).from == never);
  CHECK(s.family().hit == 1);
  CHECK(s.family().longest.length == 2min);
  s.at(20min);
  s.changed(1, client_changed::kind::restarted);
  const auto third = s.token(5, 1h);
  s.got(1, third);
  s.got(1, s.lease(6, third, 1h));
  // In no time.
  CHECK(s.family().longest.length == 2min);
  CHECK(s.family().longest.from == 10min);
}

TEST_CASE("between two runs, and after it was stopped, a client needs nothing") {
  fleet_stream s(2);
  const auto one = s.token(1, 30min);
  const auto two = s.token(2, 1h);
  s.got(1, one);
  s.got(2, two);
  s.at(20min);
  s.changed(2, client_changed::kind::finished);
  s.at(30min);
  s.tell(token_ended{one, end_cause::deadline, {}});
  s.at(40min);
  s.changed(1, client_changed::kind::stopped);
  s.at(3h);
  s.tell(token_ended{two, end_cause::deadline, {}});
  CHECK(s.open_gap(1).from == never);
  CHECK(s.open_gap(2).from == never);
  CHECK(s.family().hit == 1);
  CHECK(s.family().longest.number == 1);
  CHECK(s.family().longest.length == 10min);
}

TEST_CASE("of what ends at one instant a client loses first what is told first") {
  fleet_stream s(2, true);
  const auto one = s.token(1, 30min);
  const auto of_one = s.lease(2, one, 30min);
  const auto two = s.token(3, 30min);
  const auto of_two = s.lease(4, two, 30min);
  s.got(1, one);
  s.got(1, of_one);
  s.got(2, two);
  s.got(2, of_two);
  s.at(30min);
  s.tell(token_ended{one, end_cause::deadline, {}});
  s.tell(lease_ended{of_one, end_cause::deadline, {}, {}});
  s.tell(lease_ended{of_two, end_cause::deadline, {}, {}});
  s.tell(token_ended{two, end_cause::deadline, {}});
  s.at(31min);
  CHECK(s.open_gap(1).lost == s.lives.slot_of(one));
  CHECK(s.open_gap(2).lost == s.lives.slot_of(of_two));
  CHECK(s.open_gap(1).from == s.open_gap(2).from);
}

TEST_CASE("a gap that is still open counts for whoever looks, and once") {
  fleet_stream s(2);
  const auto given = s.token(1, 30min);
  s.got(1, given);
  s.at(30min);
  s.tell(token_ended{given, end_cause::deadline, {}});
  // It has begun, and lasted for no time.
  CHECK(s.family().hit == 0);
  s.at(40min);
  CHECK(s.family().hit == 1);
  CHECK(s.family().longest.length == 10min);
  CHECK(s.lives.clients().families().at(0).hit == 0);
  s.at(50min);
  const auto second = s.token(2, 10min);
  s.got(1, second);
  CHECK(s.family().longest.length == 20min);
  s.at(1h);
  s.tell(token_ended{second, end_cause::deadline, {}});
  s.at(90min);
  CHECK(s.family().hit == 1);
  CHECK(s.family().first.from == 30min);
  CHECK(s.family().longest.from == 1h);
  // The other never had a set.
  CHECK(s.open_gap(2).from == never);
  CHECK(s.open_gap(3).from == never);
}

TEST_CASE("what clients ask for is counted by kind, and as a rate from the first on") {
  fleet_stream s(1);
  CHECK(s.family().mean_tenths(1h) == 0);
  s.at(10min);
  for (const auto what : {client_request::login, client_request::revoke})
    s.tell(client_asked{{0, 1}, what, 200, true});
  s.tell(client_asked{{0, 1}, client_request::revoke, 403, true});
  s.tell(client_asked{{0, 1}, client_request::read, 0, false});
  const auto of = s.family();
  CHECK(of.requests() == 3);
  CHECK(of.count(client_request::revoke) == 2);
  CHECK(of.refused == 1);
  CHECK(of.unreached[static_cast<std::size_t>(client_request::read)] == 1);
  CHECK(of.worst == 3);
  CHECK(of.worst_minute == 10);
  // The first minute counts whole.
  CHECK(of.mean_tenths(10min) == 30);
  CHECK(of.mean_tenths(13min) == 10);
}
