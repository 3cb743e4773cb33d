#include "actors/lives/ledger.hpp"

#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::lives;
using namespace std::chrono_literals;

namespace {

/// Writes a stream by hand: what happened, one line per event.
class stream {
public:
  ledger lives;

  void at(instant t) { now_ = t; }
  void tell(event_body body) { lives.enter(event{now_, std::move(body)}); }

  token_id token(std::uint64_t id, std::uint64_t parent = 0, duration ttl = 1h,
                 token_type type = token_type::service) {
    token_facts e;
    e.name = token_name{token_id{id}, type, nullptr};
    e.parent = token_id{parent};
    e.ttl = ttl;
    e.expire = later(now_, ttl);
    e.has_lease = type == token_type::service;
    tell(token_created{std::make_shared<const token_facts>(e)});
    return token_id{id};
  }

  lease_id lease(std::uint64_t id, std::uint64_t owner, duration ttl) {
    lease_created e;
    e.lease.lease = lease_id{id};
    e.owner = token_id{owner};
    e.ttl = ttl;
    e.expire = later(now_, ttl);
    tell(e);
    return lease_id{id};
  }

  life_view of(token_id id) const { return lives.view(lives.slot_of(id), now_); }
  life_view of(lease_id id) const { return lives.view(lives.slot_of(id), now_); }

private:
  instant now_{0};
};

} // namespace

TEST_CASE("a token is alive up to and including the instant of its deadline (R-120)") {
  stream s;
  auto app = s.token(1);
  s.at(1h);
  CHECK(s.of(app).state == life_state::alive);
  CHECK_FALSE(s.of(app).dead());
  s.at(1h + 1ns);
  CHECK(s.of(app).state == life_state::expired);
  CHECK(s.of(app).ended == 1h);
  CHECK(s.of(app).lived(2h) == 1h);
  CHECK_FALSE(s.of(app).gone);
}

TEST_CASE("a reported deadline ends a token at its own instant") {
  stream s;
  auto app = s.token(1);
  s.at(1h);
  s.tell(token_ended{app, end_cause::deadline, {}});
  CHECK(s.of(app).state == life_state::expired);
  s.tell(token_gone{app});
  CHECK(s.of(app).gone);
}

TEST_CASE("what ends a token before its deadline makes it revoked, with cause and topmost token") {
  stream s;
  auto app = s.token(1, 0, 1h);
  s.at(10min);
  auto job = s.token(2, 1, 4h);
  s.at(1h);
  s.tell(token_ended{job, end_cause::ancestor, app});
  auto seen = s.of(job);
  CHECK(seen.state == life_state::revoked);
  CHECK(seen.ended == 1h);
  CHECK(seen.because == app);
  CHECK(seen.lived(5h) == 50min);
}

TEST_CASE("on a tie the own deadline decides") {
  stream s;
  auto app = s.token(1, 0, 1h);
  auto keys = s.lease(7, 1, 1h);
  s.at(1h);
  s.tell(lease_ended{keys, end_cause::ancestor, app, app});
  CHECK(s.of(keys).state == life_state::expired);
  CHECK_FALSE(s.of(keys).because);
}

TEST_CASE("the first cause decides even when its report comes later") {
  stream s;
  auto app = s.token(1, 0, 1h);
  s.at(2h);
  s.tell(token_ended{app, end_cause::revoke, {}});
  CHECK(s.of(app).state == life_state::expired);
  CHECK(s.of(app).ended == 1h);
}

TEST_CASE("a second end changes nothing") {
  stream s;
  auto app = s.token(1);
  s.at(1min);
  s.tell(token_ended{app, end_cause::last_use, {}});
  s.at(2min);
  s.tell(token_ended{app, end_cause::revoke, {}});
  CHECK(s.of(app).ended == 1min);
  CHECK(s.of(app).cause == end_cause::last_use);
}

TEST_CASE("a renewal moves the deadline, but not of what has passed it") {
  stream s;
  auto app = s.token(1);
  auto late = s.token(2);
  s.at(30min);
  s.tell(token_renewed{app, 1h, 90min, ttl_bound::own});
  s.at(80min);
  s.tell(token_renewed{late, 1h, 140min, ttl_bound::own});
  CHECK(s.of(app).state == life_state::alive);
  CHECK(s.of(late).state == life_state::expired);
  CHECK(s.of(late).ended == 1h);
}

TEST_CASE("a batch token dies with its parent, without a walk, and is gone at once (R-122)") {
  stream s;
  s.token(1, 0, 1h);
  s.token(2, 1, 2h);
  auto batch = s.token(3, 2, 3h, token_type::batch);
  s.at(30min);
  CHECK(s.of(batch).state == life_state::alive);
  s.tell(token_ended{token_id{2}, end_cause::ancestor, token_id{1}});
  auto seen = s.of(batch);
  CHECK(seen.state == life_state::revoked);
  CHECK(seen.ended == 30min);
  CHECK(seen.because == token_id{1});
  CHECK(seen.gone);
}

TEST_CASE("counts follow the records") {
  stream s;
  auto app = s.token(1);
  s.token(2, 1, 1h, token_type::batch);
  auto keys = s.lease(7, 1, 2h);
  s.tell(credential_changed{"aws/", 1, keys});
  s.tell(cubbyhole_changed{app, 2});
  auto seen = s.lives.counts();
  CHECK(seen.tokens == 1);
  CHECK(seen.accessors == 1);
  CHECK(seen.leases == 2);
  CHECK(seen.cubbyholes == 1);
  CHECK(seen.credentials == 1);

  s.tell(token_ended{app, end_cause::revoke, {}});
  s.tell(token_gone{app});
  s.tell(token_gone{app});
  s.tell(lease_ended{keys, end_cause::ancestor, app, app});
  s.tell(revocation_attempted{keys, 1, false, "down", 20s});
  CHECK(s.lives.counts().leases == 1);
  s.tell(revocation_attempted{keys, 2, true, "", never});
  s.tell(credential_changed{"aws/", -1, keys});
  s.tell(lease_gone{keys});
  seen = s.lives.counts();
  CHECK(seen.tokens == 0);
  CHECK(seen.accessors == 0);
  CHECK(seen.leases == 0);
  CHECK(seen.cubbyholes == 0);
  CHECK(seen.credentials == 0);
  CHECK(seen.backend_revocations == 1);
}

TEST_CASE("a lease that was given up is irrevocable until its record is removed (R-642)") {
  stream s;
  s.token(1, 0, 5h);
  auto keys = s.lease(7, 1, 1min);
  s.at(1min);
  s.tell(lease_ended{keys, end_cause::deadline, {}, {}});
  s.at(12min);
  s.tell(lease_irrevocable{keys, "down"});
  CHECK(s.of(keys).irrevocable);
  CHECK(s.of(keys).state == life_state::expired);
  s.tell(lease_gone{keys});
  CHECK_FALSE(s.of(keys).irrevocable);
  CHECK(s.of(keys).gone);
}

TEST_CASE("descendants are all below a token, also the dead, but not those it orphaned") {
  stream s;
  s.token(1);
  s.token(2, 1);
  s.token(3, 2);
  s.token(4, 1);
  s.token(5, 4);
  s.tell(token_ended{token_id{3}, end_cause::revoke, {}});
  s.tell(token_orphaned{token_id{4}});
  std::vector<std::uint64_t> below;
  s.lives.for_each_descendant(s.lives.slot_of(token_id{1}),
                              [&](ledger::slot at) { below.push_back(s.lives.at(at).id); });
  CHECK(below == std::vector<std::uint64_t>{2, 3});
}

TEST_CASE("leases of a token are those it owns") {
  stream s;
  s.token(1);
  s.token(2);
  s.lease(7, 1, 1h);
  s.lease(8, 2, 1h);
  s.lease(9, 1, 1h);
  std::vector<std::uint64_t> seen;
  s.lives.for_each_lease(s.lives.slot_of(token_id{1}),
                         [&](ledger::slot at) { seen.push_back(s.lives.at(at).id); });
  CHECK(seen == std::vector<std::uint64_t>{9, 7});
}

TEST_CASE("unknown ids have no record") {
  stream s;
  CHECK(s.lives.find(token_id{1}) == nullptr);
  CHECK(s.lives.find(token_id{0}) == nullptr);
  CHECK(s.lives.find(lease_id{1}) == nullptr);
  s.tell(token_ended{token_id{1}, end_cause::revoke, {}});
  CHECK(s.lives.size() == 0);
}

TEST_CASE("a chain of 200,000 tokens is walked without recursion") {
  stream s;
  constexpr std::uint64_t depth = 200000;
  for (std::uint64_t i = 1; i <= depth; ++i)
    s.token(i, i - 1);
  std::size_t seen = 0;
  s.lives.for_each_descendant(s.lives.slot_of(token_id{1}), [&](ledger::slot) { ++seen; });
  CHECK(seen == depth - 1);
}

TEST_CASE("the reported end stays beside the one that is decided") {
  stream s;
  auto app = s.token(1, 0, 1h);
  s.at(2h);
  s.tell(token_ended{app, end_cause::revoke, {}});
  CHECK(s.lives.find(app)->reported.at == 2h);
  CHECK(s.lives.find(app)->reported.cause == end_cause::revoke);
  CHECK(s.lives.end_of(*s.lives.find(app)).at == 1h);
  CHECK(s.lives.end_of(*s.lives.find(app)).cause == end_cause::deadline);
}

TEST_CASE(
    "a lease of a batch token that is renewed while its revocation waits lives again (R-425)") {
  stream s;
  s.token(1, 0, 5h);
  auto keys = s.lease(7, 1, 1h);
  s.at(1h);
  s.tell(lease_ended{keys, end_cause::deadline, {}, {}});
  CHECK(s.of(keys).state == life_state::expired);
  s.at(61min);
  s.tell(lease_renewed{keys, 1h, 121min, ttl_bound::increment});
  CHECK(s.of(keys).state == life_state::alive);
  s.at(90min);
  s.tell(lease_ended{keys, end_cause::revoke, {}, {}});
  CHECK(s.of(keys).ended == 90min);
  CHECK(s.lives.deaths().size() == 2);
}

TEST_CASE("an end names the token whose request was under way") {
  stream s;
  auto app = s.token(1);
  auto job = s.token(2, 1);
  auto what = std::make_shared<request>();
  what->op = operation::update;
  what->path = "auth/token/revoke";
  request_received asked;
  asked.number = 1;
  asked.what = what;
  asked.by.id = app;
  s.tell(asked);
  s.tell(token_ended{job, end_cause::revoke, {}});
  answer reply;
  s.tell(request_answered{1, what, {app, {}}, nullptr, &reply, nullptr, {}, {}, {}});
  s.tell(token_ended{app, end_cause::deadline, {}});
  CHECK(s.lives.find(job)->reported.by == app);
  CHECK_FALSE(s.lives.find(app)->reported.by);
}

TEST_CASE("a name is the handle, which may come first, or short and stable") {
  stream s;
  s.tell(handle_bound{"root", token_id{1}, {}});
  CHECK(s.lives.name(token_id{1}) == "root");
  auto root = s.token(1);
  auto job = s.token(2, 1);
  CHECK(s.lives.name(root) == "root");
  CHECK(s.lives.name(job).starts_with("token:"));
  s.tell(handle_bound{"job", job, {}});
  s.tell(handle_bound{"again", job, {}});
  CHECK(s.lives.name(job) == "job");
  CHECK(s.lives.handle(job) == "job");
  CHECK(s.lives.name(credential{}) == "nobody");
  CHECK(s.lives.name(credential{{}, "s.abc"}) == "unknown");
}

TEST_CASE("above a batch token's lease stands the batch token, then its parent (R-605)") {
  stream s;
  s.token(1);
  s.token(2, 1);
  s.token(3, 2, 1h, token_type::batch);
  lease_created e;
  e.lease.lease = lease_id{7};
  e.owner = token_id{2};
  e.maker = token_id{3};
  e.mount = "aws/";
  s.tell(e);
  std::vector<std::uint64_t> above;
  for (auto at : s.lives.line_above(*s.lives.find(lease_id{7})))
    above.push_back(s.lives.at(at).id);
  CHECK(above == std::vector<std::uint64_t>{3, 2, 1});
  CHECK(s.lives.mount(*s.lives.find(lease_id{7})) == "aws/");
}

TEST_CASE("a copy for an instant stays as it is") {
  stream s;
  auto app = s.token(1, 0, 1h);
  s.at(30min);
  auto then = s.lives.as_of(45min);
  s.tell(token_ended{app, end_cause::revoke, {}});
  s.at(2h);
  s.lives.advance(2h);
  CHECK(then.end_of(*then.find(app)).at == never);
  CHECK(then.now() == 45min);
}
