// What a run fills into the requests of its set-up.

#include "sim/run/runner.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/load_plan.hpp"

#include <set>

using namespace lapse;

namespace {

run::run_outcome outcome_of(const std::string& text, std::optional<std::uint64_t> seed = {}) {
  run::run_options options;
  options.seed = seed;
  return run::run_plan(load_plan(text), options);
}

} // namespace

TEST_CASE("a range in the set-up has its lower end, or is drawn from the seed") {
  const std::string text = R"(lapse: 1
secrets: { database/: { type: database, roles: { app: { default_ttl: 30m..2h } } } }
steps:
  - { read: database/creds/app, save: key }
  - { at: 31m, expect: { key: alive } }
)";
  CHECK_FALSE(outcome_of(text).held());
  std::set<bool> seen;
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
    seen.insert(outcome_of(text, seed).held());
  CHECK(seen.contains(true));
}

TEST_CASE("a mount's path in a template becomes its accessor, and nowhere else in the policy") {
  CHECK(outcome_of(R"(lapse: 1
auth:
  userpass/: { type: userpass, users: { amy: { token_policies: [me] } } }
  b/userpass/: { type: userpass, users: { bob: { token_policies: [me] } } }
policies:
  me: |
    path "auth/userpass/users/{{identity.entity.aliases.userpass/.name}}" {
      capabilities = ["read"]
    }
    path "auth/b/userpass/users/{{identity.entity.aliases.b/userpass/.name}}" {
      capabilities = ["read"]
    }
steps:
  - { login: amy, with: userpass/amy }
  - { read: auth/userpass/users/amy, as: amy, expect: { status: 200 } }
  - { read: auth/userpass/users/bob, as: amy, expect: { status: 403 } }
  - { login: bob, with: b/userpass/bob }
  - { read: auth/b/userpass/users/bob, as: bob, expect: { status: 200 } }
)")
            .held());
}

TEST_CASE("the rules know a mount's maximum, whatever asks about it or tunes it (R-233)") {
  for (const auto* step : {R"(request: { method: GET, path: "/v1/sys/mounts/db?help=1" })",
                           R"(tune: db, max_lease_ttl: "")",
                           R"(write: sys/mounts/db/x/tune, data: { max_lease_ttl: 2500h })"}) {
    CAPTURE(step);
    CHECK(outcome_of(std::string{R"(lapse: 1
policies: { app: 'path "db/*" { capabilities = ["read"] }' }
secrets:
  db/: { type: database, max_lease_ttl: 2000h, default_lease_ttl: 1500h, roles: { app: {} } }
steps:
  - { )"} + step + R"( }
  - { read: db/creds/app, save: key }
  - { renew_lease: key, increment: 2400h }
)")
              .held());
  }
}
