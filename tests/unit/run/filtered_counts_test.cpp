#include "sim/run/runner.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/load_plan.hpp"

#include <string>
#include <vector>

using namespace lapse;

namespace {

/// What did not hold, in order.
struct filtered_verdicts final : lives::event_reader {
  std::vector<std::string> seen;
  void on_event(const event& e, const lives::ledger&) override {
    if (const auto* broken = std::get_if<rule_broken>(&e.body))
      seen.push_back(broken->evidence);
    else if (const auto* missed = std::get_if<expectation_failed>(&e.body))
      seen.push_back(missed->subject + " is " + missed->seen + ": " + missed->why);
  }
};

constexpr auto estate = R"(lapse: 1
auth:
  approle:
    type: approle
    roles: { web: { token_ttl: 1h, token_policies: [all] }, job: { token_ttl: 2h } }
secrets:
  db/: { type: database, roles: { ro: { default_ttl: 30m }, rw: { default_ttl: 30m } } }
  other/: { type: database, roles: { ro: { default_ttl: 30m } } }
policies:
  all: path "*" { capabilities = ["create", "read", "update", "sudo"] }
steps:
  - repeat: { times: 3, steps: [ { login: "web{i}", with: approle/web } ] }
  - { login: job, with: approle/job }
  - repeat: { times: 2, steps: [ { read: db/creds/ro, as: "web{i}", save: "w{i}ro" } ] }
  - { read: db/creds/rw, as: web1 }
  - { read: other/creds/ro, as: web2 }
  - { create: child, as: web1, policies: [all] }
  - { read: db/creds/ro, as: child }
)";

std::vector<std::string> verdicts_of_text(const std::string& text) {
  filtered_verdicts told;
  run::run_options options;
  options.readers.push_back(&told);
  static_cast<void>(run::run_plan(load_plan(text), options));
  return told.seen;
}

std::vector<std::string> verdicts_of(const std::string& more) {
  return verdicts_of_text(estate + more);
}

} // namespace

TEST_CASE("counts are told apart by mount, role and handle, and filters combine with and") {
  CHECK(verdicts_of(R"(
  - expect:
      leases: 10
      tokens: 6
  - expect: { leases: { mount: db/, at_least: 4, at_most: 4 } }
  - expect: { leases: { mount: db, role: ro, at_least: 3, at_most: 3 } }
  - expect: { secret_leases: { role: ro, at_least: 4, at_most: 4 } }
  - expect: { leases: { mount: auth/approle/, at_least: 4, at_most: 4 } }
  - expect: { leases: { mount: auth/approle, role: web, at_least: 3, at_most: 3 } }
  - expect: { tokens: { mount: auth/token, at_least: 2, at_most: 2 } }
  - expect: { tokens: { of: web, at_least: 3, at_most: 3 } }
  - expect: { tokens: { of: web2, at_least: 1, at_most: 1 } }
  - expect: { tokens: { of: web, role: job, at_least: 0, at_most: 0 } }
  - expect: { secret_leases: { of: web, at_least: 4, at_most: 4 } }
  - expect: { secret_leases: { of: web, role: rw, at_least: 1, at_most: 1 } }
  - expect: { secret_leases: { of: child, at_least: 1, at_most: 1 } }
)") == std::vector<std::string>{});
}

TEST_CASE("a count with a filter follows ends and new handles") {
  CHECK(verdicts_of(R"(
  - { revoke: web1 }
  - expect: { tokens: { of: web, at_least: 2, at_most: 2 } }
  - expect: { leases: { mount: db/, at_least: 1, at_most: 1 } }
  - at: 31m
    expect: { secret_leases: { mount: other/, at_least: 0, at_most: 0 } }
  - at: 61m
    expect: { leases: { mount: auth/approle/, at_least: 1, at_most: 1 } }
always:
  - { tokens: { of: web, at_most: 3 } }
  - { secret_leases: { mount: db/, role: ro, at_most: 3 } }
sometimes:
  - { tokens: { of: web, at_least: 3 } }
  - { leases: { mount: auth/approle, role: job, at_least: 1 } }
)") == std::vector<std::string>{});
}

TEST_CASE("a count that breaks says whose those are") {
  const auto tokens = verdicts_of("always:\n  - { tokens: { mount: auth/approle, at_most: 2 } }\n");
  CHECK(tokens == std::vector<std::string>{"3 tokens of auth/approle/ at 0s, at most 2; "
                                           "3 are tokens of `web` by approle/web"});
  const auto leases = verdicts_of("always:\n  - { leases: { at_most: 9 } }\n");
  REQUIRE(leases.size() == 1);
  CHECK(leases[0].find("10 leases at 0s, at most 9; 3 are tokens of `web` by approle/web, ") == 0);
  CHECK(leases[0].find("others from ") != std::string::npos);
  const auto seen = verdicts_of("  - expect: { secret_leases: { mount: db/, at_most: 3 } }\n");
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].find("secret_leases of db/ is 4: ") == 0);
  const auto both =
      verdicts_of("always:\n  - { tokens: { at_most: 5 }, leases: { at_most: 9 } }\n");
  REQUIRE(both.size() == 1);
  CHECK(both[0].find("at 0s: 6 tokens, at most 5; ") == 0);
}

TEST_CASE("a breaking count says how new ones come, where they come in one way") {
  const auto of = [](const std::string& steps, const std::string& property) {
    const auto seen = verdicts_of_text(R"(lapse: 1
auth: { approle: { type: approle, roles: { web: { token_ttl: 24h } } } }
steps:
)" + steps + "always:\n  - " + property +
                                       "\n");
    REQUIRE(seen.size() == 1);
    return seen.front();
  };
  CHECK(of("  - repeat: { times: 90, every: 15m, counter: w, steps: [ { repeat: { times: 30, "
           "steps: [ { login: \"web{w}x{i}\", with: approle/web } ] } } ] }\n",
           "{ leases: { at_most: 2000 } }") ==
        "2,001 leases at 16h30m, at most 2,000; 2,001 are tokens by approle/web "
        "(30 new every 15m x 24h)");
  CHECK(
      of("  - repeat: { times: 90, every: 7m, steps: [ { login: \"web{i}\", with: approle/web } ] "
         "}\n",
         "{ tokens: { at_most: 50 } }") ==
      "51 tokens at 5h43m, at most 50; 50 are tokens of `web` by approle/web "
      "(1 new every 7m x 24h), the root token");
}

TEST_CASE("a rate counts steps' attempts, and a refused one as well") {
  const auto broken = verdicts_of(R"(
  - at: 1m
    repeat: { times: 3, every: 500ms, steps: [ { renew: "web{i}", self: true } ] }
  - at: 10m
    repeat: { times: 3, every: 500ms, counter: k, steps: [ { renew: job, as: job } ] }
always:
  - { rate: { of: renewals, per: 1s, at_most: 2 } }
  - { rate: { of: renewals, per: 1001ms, at_most: 2, } }
  - { rate: { of: renewals, per: 1h, at_most: 4 }, from: 1m }
  - { rate: { of: renewals, per: 1h, at_most: 3 }, from: 2m }
  - { rate: { of: logins, per: 1s, at_most: 3 } }
  - { rate: { of: requests, per: 1s, at_most: 10 }, to: 5m }
)");
  CHECK(broken == std::vector<std::string>{
                      "4 logins in 1s up to 0s, at most 3; 4 at auth/approle/",
                      "3 renewals in 1.001s up to 1m1s, at most 2; 3 by `web`",
                      "5 renewals in 1h up to 10m0.5s, at most 4; 3 by `web`, 2 by `job`"});
}

TEST_CASE("at least one is alive until the last of them ends, wherever they are made") {
  const auto seen = verdicts_of(R"(
always:
  - { any_alive: [web1, job] }
  - { any_alive: [web1, web2], to: 1h }
  - { any_alive: [web1, web2] }
sometimes:
  - { any_alive: [web3, job], from: 90m }
  - { any_alive: [web1, web2], from: 90m }
until: 110m
)");
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].find("at 1h: none is alive: web1 is expired at 1h, lived 1h") == 0);
  CHECK(seen[1].find("not reached by 1h50m: ") == 0);
}
