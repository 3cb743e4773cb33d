#include "sim/clients/custom.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/clients/small_server.hpp"

#include <set>

using namespace lapse;
using namespace lapse::clients;
using namespace std::chrono_literals;

namespace {

int nothing_but_503(instant, client_request what) {
  return what == client_request::login || what == client_request::read ? 0 : 503;
}

/// The pauses between the requests of a kind.
std::vector<duration> pauses(const small_server& of, client_request what, std::uint32_t part = 0) {
  const auto times = of.times(what, part);
  std::vector<duration> result;
  for (std::size_t i = 1; i < times.size(); ++i)
    result.push_back(times[i] - times[i - 1]);
  return result;
}

bool within(duration what, duration low, duration high) { return low <= what && what <= high; }

} // namespace

TEST_CASE("a lifetime watcher renews at once and then at 70 to 73.3 percent of its TTL") {
  small_server server;
  server.add(terms_of(lifetime_watcher()), 50);
  server.run_to(10h);
  auto seen = 0;
  for (std::uint32_t c = 0; c < 50; ++c) {
    std::vector<instant> times;
    for (const auto& one : server.log)
      if (one.client == c && one.what == client_request::renew_token)
        times.push_back(one.at);
    REQUIRE(times.size() > 10);
    CHECK(times[0] == 0s);
    for (std::size_t i = 1; i < times.size(); ++i, ++seen)
      CHECK(within(times[i] - times[i - 1], 42min, 44min));
  }
  CHECK(seen > 500);
}

TEST_CASE("a lifetime watcher tries three times over HTTP, then pauses, and its owner logs in") {
  small_server server;
  server.refuses = nothing_but_503;
  server.add(terms_of(lifetime_watcher()), 1);
  server.run_to(1h);
  const auto gaps = pauses(server, client_request::renew_token);
  REQUIRE(gaps.size() > 6);
  CHECK(within(gaps[0], 1s, 1500ms));
  CHECK(within(gaps[1], 2s, 3s));
  CHECK(within(gaps[2], 5s, 15s));
  CHECK(within(gaps[5], 10s, 30s));
  const auto logins = server.times(client_request::login);
  REQUIRE(logins.size() == 2);
  // Before the token ends, with the grace left at least.
  CHECK(within(logins[1], 40min, 54min));
}

TEST_CASE("Vault's watcher is done at the first permission denied, OpenBao's is not") {
  small_server vault;
  auto renewals = 0;
  const auto denies_one = [&renewals](instant, client_request what) {
    return what == client_request::renew_token && ++renewals == 2 ? 403 : 0;
  };
  vault.refuses = denies_one;
  vault.add(terms_of(lifetime_watcher_vault()), 1);
  vault.run_to(50min);
  CHECK(vault.times(client_request::renew_token).size() == 3); // at 0, denied, after the login
  CHECK(vault.times(client_request::login).size() == 2);
  small_server bao;
  renewals = 0;
  bao.refuses = denies_one;
  bao.add(terms_of(lifetime_watcher()), 1);
  bao.run_to(44min);
  CHECK(bao.times(client_request::login).size() == 1);
}

TEST_CASE("without a pause a watcher that is refused asks a hundred times a second") {
  small_server server;
  server.ttl = 10s;
  server.refuses = [](instant at, client_request what) {
    return what == client_request::renew_token && at > 0s ? 403 : 0;
  };
  server.add(terms_of(lifetime_watcher_2_7_0()), 1);
  server.run_to(8s);
  const auto gaps = pauses(server, client_request::renew_token);
  REQUIRE(gaps.size() > 20);
  CHECK(gaps[5] == attempt_takes);
}

TEST_CASE("a watcher whose token cannot be renewed logs in at 70 to 73.3 percent of its TTL") {
  small_server server;
  server.renewable = false;
  server.add(terms_of(lifetime_watcher()), 1);
  server.run_to(1h);
  CHECK(server.times(client_request::renew_token).empty());
  const auto logins = server.times(client_request::login);
  REQUIRE(logins.size() == 2);
  CHECK(within(logins[1], 42min, 44min));
}

TEST_CASE("a watcher is done after a grant that a maximum cuts to at most four times its grace") {
  small_server server;
  server.max_age = 2h;
  server.add(terms_of(lifetime_watcher()), 20);
  server.run_to(110min);
  // The third renewal gets 33 minutes or less, of which 24 to 48 are four graces.
  CHECK(server.times(client_request::login).size() > 20);
  CHECK(server.changes.empty());
}

TEST_CASE("an agent logs in for ever, with pauses of 1 s, doubled, less up to a quarter") {
  small_server server;
  server.refuses = [](instant, client_request) { return 503; };
  server.add(terms_of(agent()), 1);
  server.run_to(1h);
  const auto gaps = pauses(server, client_request::login);
  REQUIRE(gaps.size() > 15);
  CHECK(within(gaps[0], 750ms, 1s));
  CHECK(within(gaps[3], 6s, 8s));
  CHECK(within(gaps.back(), 225s, 300s));
  CHECK(server.changes.empty());
}

TEST_CASE("spring renews its token 5 s before its end and a lease a minute before") {
  small_server server;
  server.add(terms_of(spring(), 1), 1);
  server.run_to(2h);
  CHECK(server.times(client_request::renew_token).front() == 1h - 5s);
  CHECK(server.times(client_request::renew_lease, 1).front() == 59min);
  for (const auto& one : server.log)
    if (one.what == client_request::renew_lease)
      CHECK(one.increment == 1h);
}

TEST_CASE("spring drops its token at the first error, and logs in at its next use") {
  small_server server;
  server.refuses = [](instant at, client_request what) {
    return what == client_request::renew_token && at < 1h ? 500 : 0;
  };
  server.add(terms_of(spring(), 1), 1);
  server.run_to(3h);
  // The lease was renewed at 59 min; the token is missed at the next such time.
  const auto logins = server.times(client_request::login);
  REQUIRE(logins.size() == 2);
  CHECK(logins[1] == 118min);
  CHECK(server.times(client_request::read, 1).size() == 2);
}

TEST_CASE("spring reads a lease anew after 400, and does nothing after any other error") {
  for (const auto status : {400, 503}) {
    CAPTURE(status);
    small_server server;
    server.refuses = [status](instant at, client_request what) {
      return what == client_request::renew_lease && at < 1h ? status : 0;
    };
    server.add(terms_of(spring(), 1), 1);
    server.run_to(4h);
    CHECK(server.times(client_request::read, 1).size() == (status == 400 ? 2 : 1));
    CHECK((server.times(client_request::renew_lease, 1).size() > 1) == (status == 400));
  }
}

TEST_CASE("consul-template reads at the first error, renews before it tries again, then exits") {
  small_server server;
  server.refuses = [](instant at, client_request what) {
    return at > 0s && what != client_request::renew_token ? 503 : 0;
  };
  server.add(terms_of(consul_template(), 1), 1);
  server.run_to(2h);
  const auto reads = server.times(client_request::read, 1);
  REQUIRE(reads.size() == 14); // the first, and 13 that failed
  CHECK(within(reads[2] - reads[1], 250ms, 300ms));
  CHECK(within(reads.back() - reads[1], 4min, 6min));
  // Each try but the first begins with a renewal.
  CHECK(server.times(client_request::renew_lease, 1).size() == 2 + 12);
  REQUIRE(server.changes.size() == 1);
  CHECK(server.changes[0].what == client_changed::kind::gave_up);
  CHECK(server.changes[0].part == 1);
}

TEST_CASE("the secrets operator renews at 67 to 77 percent, and reads anew what was cut") {
  small_server server;
  server.max_age = 90min;
  server.add(terms_of(secrets_operator(), 1), 1);
  server.run_to(12h);
  const auto renewals = server.times(client_request::renew_lease, 1);
  CHECK(within(renewals.front(), 40min, 47min));
  const auto reads = server.times(client_request::read, 1);
  REQUIRE(reads.size() > 3);
  CHECK(std::find(renewals.begin(), renewals.end(), reads[1]) == renewals.end());
}

TEST_CASE("one that never renews asks for nothing after its reads") {
  small_server server;
  server.add(terms_of(never_renewing(), 2), 1);
  server.run_to(10h);
  CHECK(server.log.size() == 3);
}

TEST_CASE("each run logs in, reads and revokes") {
  small_server server;
  auto terms = terms_of(per_run(), 1);
  terms.start = 30s;
  terms.run_every = 5min;
  server.add(terms, 1);
  server.run_to(11min);
  CHECK(server.times(client_request::login) == std::vector<instant>{30s, 330s, 630s});
  CHECK(server.times(client_request::read, 1) == std::vector<instant>{30s, 330s, 630s});
  CHECK(server.times(client_request::revoke) == std::vector<instant>{30s, 330s, 630s});
}

TEST_CASE("a custom behavior does as its terms say") {
  custom_terms words;
  words.at = {1, 2};
  words.increment = 2h;
  words.retry = backoff{.first = 30s, .factor = {3, 1}, .most = 2min};
  words.give_up_below = percent(10);
  const custom how{words};
  small_server server;
  server.refuses = [](instant at, client_request what) {
    return what == client_request::renew_token && at > 40min ? 400 : 0;
  };
  server.add(terms_of(how), 1);
  server.run_to(90min);
  const auto times = server.times(client_request::renew_token);
  REQUIRE(times.size() > 4);
  CHECK(times[0] == 30min);
  CHECK(times[1] == 1h);
  CHECK(times[2] == 1h + 30s);
  CHECK(times[3] == 1h + 2min);
  CHECK(times[4] == 1h + 4min);
  CHECK(server.log[1].increment == 2h);
  // Of the hour granted at 30 min it gives up with 6 min left, and its owner logs in.
  const auto logins = server.times(client_request::login);
  REQUIRE(logins.size() == 2);
  CHECK(within(logins[1], 80min, 84min));
}

TEST_CASE("a TTL near the end of the clock overflows nothing") {
  constexpr auto longest = 2562047h;
  STATIC_REQUIRE(watch{.granted_at = 1h, .granted = longest}.left(2h) == never - 2h);
  custom_terms words;
  words.at = {1, 1};
  words.jitter = {1, 2};
  const custom how{words};
  watch of;
  of.renewable = true;
  of.granted = 2'000'000h;
  draws random{7};
  std::set<instant> renewals;
  for (auto i = 0; i < 20; ++i)
    if (const auto next = how.begin(of, 0s, random); next.what == decision::kind::renew)
      renewals.insert(next.at);
  CHECK(renewals.size() > 3);
  CHECK(*renewals.begin() >= 1'000'000h);
}
