#include "actors/lives/live_counts.hpp"
#include "actors/lives/tally.hpp"

#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::lives;
using namespace std::chrono_literals;

namespace {

struct level {
  instant at{0};
  std::uint64_t tokens = 0;
  std::uint64_t leases = 0;

  friend bool operator==(const level&, const level&) = default;
};

/// Counts of a stream written by hand.
class counted {
public:
  counted() { events.add(counts); }

  void at(instant t) { now_ = t; }
  void tell(event_body body) { events.put({now_, std::move(body)}); }

  void token(std::uint64_t id, duration ttl, std::uint64_t parent = 0,
             token_type type = token_type::service) {
    token_facts e;
    e.name = token_name{token_id{id}, type, nullptr};
    e.parent = token_id{parent};
    e.ttl = ttl;
    e.expire = later(now_, ttl);
    tell(token_created{std::make_shared<const token_facts>(e)});
  }

  void lease(std::uint64_t id, std::uint64_t owner, duration ttl) {
    lease_created e;
    e.lease.lease = lease_id{id};
    e.owner = token_id{owner};
    e.ttl = ttl;
    e.expire = later(now_, ttl);
    tell(e);
  }

  std::vector<level> finish(instant t) {
    at(t);
    tell(run_ended{});
    return levels;
  }

  event_stream events;

private:
  std::vector<level> levels;
  live_counts counts{[this](instant at, const run_counts& now) {
    levels.push_back({at, now.tokens_live, now.leases_live});
  }};
  instant now_{0};
};

} // namespace

TEST_CASE("a deadline counts when it has passed, whether or not an event says so") {
  counted s;
  s.token(1, 1h);
  CHECK(s.finish(2h) == std::vector<level>{{0s, 1, 0}, {1h, 0, 0}});
}

TEST_CASE("a batch token is counted until its parent ends (R-122)") {
  counted s;
  s.token(1, 5h);
  s.token(2, 3h, 1, token_type::batch);
  s.at(1h);
  s.tell(token_ended{token_id{1}, end_cause::revoke, {}});
  CHECK(s.finish(2h) == std::vector<level>{{0s, 2, 0}, {1h, 0, 0}});
}

TEST_CASE("a renewed deadline counts when it is reached") {
  counted s;
  s.token(1, 1h);
  s.at(30min);
  s.tell(token_renewed{token_id{1}, 1h, 90min, ttl_bound::own});
  auto levels = s.finish(2h);
  REQUIRE(levels.size() == 3);
  CHECK(levels[1] == level{30min, 1, 0}); // the renewal itself is a count
  CHECK(levels[2] == level{90min, 0, 0});
}

TEST_CASE("a lease that comes back is counted again (R-425)") {
  counted s;
  s.token(1, 5h);
  s.lease(7, 1, 1h);
  s.at(1h + 1s);
  s.tell(lease_ended{lease_id{7}, end_cause::deadline, {}, {}});
  s.at(2h);
  s.tell(lease_renewed{lease_id{7}, 1h, 3h, ttl_bound::increment});
  CHECK(s.finish(4h) == std::vector<level>{{0s, 1, 1}, {1h, 1, 0}, {2h, 1, 1}, {3h, 1, 0}});
}

TEST_CASE("a tally tells what became of all") {
  counted s;
  s.token(1, 1h);
  s.token(2, 5h, 1);
  s.lease(7, 2, 9h);
  s.at(30min);
  s.tell(token_ended{token_id{2}, end_cause::revoke, {}});
  s.tell(lease_ended{lease_id{7}, end_cause::ancestor, token_id{2}, token_id{2}});
  s.at(2h);
  s.tell(run_ended{});
  const tally all{s.events.lives()};
  CHECK(all.tokens().made == 2);
  CHECK(all.tokens().expired == 1);
  CHECK(all.tokens().revoked == 1);
  CHECK(all.tokens().alive() == 0);
  CHECK(all.leases().revoked == 1);
  CHECK(all.ended(life_record::kind::lease, end_cause::ancestor) == 1);
  CHECK(all.made(life_record::kind::service) == 2);
  CHECK(all.alive(life_record::kind::service) == 0);
}

TEST_CASE("readers see each event before and after it is entered") {
  struct watcher final : event_reader {
    void before_event(const event&, const ledger& lives) override { seen += lives.size() * 10; }
    void on_event(const event&, const ledger& lives) override { seen += lives.size(); }
    std::size_t seen = 0;
  } watcher;
  event_stream events;
  events.add(watcher);
  token_facts made;
  made.name.id = token_id{1};
  events.put({0s, token_created{std::make_shared<const token_facts>(made)}});
  CHECK(watcher.seen == 1);
  events.put({1s, token_gone{token_id{1}}});
  CHECK(watcher.seen == 12);
}
