#include "sim/clients/custom.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/clients/small_server.hpp"

#include <set>

using namespace lapse;
using namespace lapse::clients;
using namespace std::chrono_literals;

TEST_CASE("clients start spread evenly, the first at once, the last before the end") {
  small_server server;
  auto terms = terms_of(never_renewing());
  terms.count = 4;
  terms.start = 1min;
  terms.start_over = 8min;
  server.add(terms, 4);
  server.run_to(1h);
  CHECK(server.times(client_request::login) == std::vector<instant>{1min, 3min, 5min, 7min});
}

TEST_CASE("a random start is drawn from the client's own stream") {
  const auto starts = [](std::uint32_t count) {
    small_server server;
    auto terms = terms_of(never_renewing());
    terms.count = 10;
    terms.random_start = true;
    terms.start_over = 10min;
    server.add(terms, count);
    server.run_to(1h);
    std::set<instant> result;
    for (const auto at : server.times(client_request::login))
      result.insert(at);
    return result;
  };
  const auto ten = starts(10);
  CHECK(ten.size() == 10);
  CHECK(*ten.rbegin() <= 10min);
  // Others change nothing about it.
  CHECK(ten.count(*starts(1).begin()) == 1);
}

TEST_CASE("a client that stops asks for nothing more, and may revoke its token") {
  small_server server;
  auto terms = terms_of(lifetime_watcher(), 1);
  terms.stop_after = 90min;
  terms.stop_revokes = true;
  server.add(terms, 1);
  server.run_to(5h);
  CHECK(server.log.back().at == 90min);
  CHECK(server.log.back().what == client_request::revoke);
  REQUIRE(server.changes.size() == 1);
  CHECK(server.changes[0].what == client_changed::kind::stopped);
}

TEST_CASE("a restart begins anew with a login, one client after the other") {
  small_server server;
  auto terms = terms_of(never_renewing(), 1);
  terms.count = 2;
  terms.restart_every = 24h;
  terms.restart_over = 10min;
  server.add(terms, 2);
  server.run_to(50h);
  CHECK(server.times(client_request::login) ==
        std::vector<instant>{0s, 0s, 24h, 24h + 5min, 48h, 48h + 5min});
}

TEST_CASE("restarts of a client that starts later are those after its start") {
  small_server server;
  auto terms = terms_of(never_renewing());
  terms.count = 2;
  terms.start_over = 50h;
  terms.restart_every = 10h;
  terms.stop_after = 19h;
  server.add(terms, 2);
  server.run_to(100h);
  // The second starts at 25 h.
  CHECK(server.times(client_request::login) == std::vector<instant>{0s, 10h, 25h, 30h, 40h});
}

TEST_CASE("a client whose start no clock shows never restarts") {
  constexpr auto day = 24h;
  small_server server;
  auto terms = terms_of(never_renewing());
  terms.count = 2;
  terms.start = 80000 * day;
  terms.start_over = 60000 * day;
  terms.restart_every = 1s;
  server.add(terms, 2);
  server.run_to(1h);
  CHECK(server.log.empty());
}

TEST_CASE("a loss is answered as the terms say") {
  const auto denied = [](reaction token, reaction secret) {
    small_server server;
    server.ttl = 1h;
    server.max_age = 1h; // every lease and token ends at an hour
    auto terms = terms_of(lifetime_watcher(), 1);
    terms.token_lost = token;
    terms.secret_lost = secret;
    server.add(terms, 1);
    server.run_to(90min);
    return server;
  };
  CHECK(denied(reaction::login, reaction::login).times(client_request::login).size() > 1);
  CHECK(denied(reaction::stop, reaction::read).changes.size() == 1);
  CHECK(denied(reaction::stop, reaction::stop).times(client_request::read, 1).size() == 1);
}

TEST_CASE("a client that is refused everything does not stop the clock") {
  small_server server;
  server.refuses = [](instant, client_request what) {
    return what == client_request::login ? 0 : 403;
  };
  server.add(terms_of(lifetime_watcher_vault(), 1), 1);
  server.run_to(1h);
  // Logins that follow one another at once wait longer and longer.
  CHECK(server.times(client_request::login).size() < 30);
}

TEST_CASE("a login after a denied read is not forgotten for a renewal that was under way") {
  small_server server;
  custom_terms token;
  token.at = {1, 2};
  custom_terms secret;
  secret.at = {61, 120};
  secret.retry.reset();
  const custom token_way{token};
  const custom secret_way{secret};
  // At 30 min the token's renewal begins; half a minute later the secret is lost, and its read
  // denied. The renewal is answered before the login that follows.
  server.refuses = [](instant at, client_request what) {
    const auto denied = at > 30min && at < 30min + 30500ms &&
                        (what == client_request::renew_lease || what == client_request::read);
    return denied ? 403 : 0;
  };
  server.takes = [](instant at, client_request what) {
    return what == client_request::renew_token && at == 30min ? 30s + 10ms : duration{0};
  };
  auto terms = terms_of(token_way, 1);
  terms.secrets = shared(secret_way);
  server.add(terms, 1);
  server.run_to(32min);
  CHECK(server.times(client_request::renew_token) == std::vector<instant>{30min});
  CHECK(server.times(client_request::login).size() == 2);
  CHECK(server.times(client_request::read, 1).back() > 30min + 30s);
}

TEST_CASE("a client that was given its token looks it up, and gives up with it") {
  small_server server;
  server.ttl = 10min;
  server.max_age = 10min;
  auto terms = terms_of(lifetime_watcher());
  terms.given_token = true;
  server.add(terms, 1);
  server.run_to(1h);
  CHECK(server.times(client_request::login).empty());
  CHECK(server.times(client_request::lookup).size() == 1);
  REQUIRE(server.changes.size() == 1);
  CHECK(server.changes[0].what == client_changed::kind::gave_up);
}
