#include "sim/run/fleet.hpp"
#include "sim/run/runner.hpp"
#include "tests/support/load_plan.hpp"

#include <map>

using namespace lapse;
using namespace lapse::run;
using namespace std::chrono_literals;

namespace {

const std::string approles = R"(lapse: 1
auth:
  approle:
    type: approle
    roles: { web: { token_ttl: 1h, token_policies: [db] } }
policies:
  db: 'path "database/creds/ro" { capabilities = ["read"] }'
secrets:
  database: { type: database, roles: { ro: { default_ttl: 1h, max_ttl: 24h } } }
)";

struct attempt {
  instant at{0};
  client_request what = client_request::login;
  int status = 0;
  bool reached = true;
};

/// What one client asked for, and what the ledger says in the end.
struct seen : lives::event_reader {
  std::vector<attempt> attempts;
  std::map<std::string, std::vector<std::string>> names; ///< of each life, in order
  std::vector<client_changed> changes;
  std::vector<lives::client_book::family> families;
  std::map<std::string, lives::life_state> states;
  std::vector<std::string> warnings;

  void on_event(const event& e, const lives::ledger& lives) override {
    if (const auto* asked = std::get_if<client_asked>(&e.body))
      attempts.push_back({e.at, asked->what, asked->status, asked->reached});
    if (const auto* warned = std::get_if<warning_raised>(&e.body))
      warnings.push_back(warned->text);
    if (const auto* changed = std::get_if<client_changed>(&e.body))
      changes.push_back(*changed);
    if (!std::holds_alternative<run_ended>(e.body))
      return;
    for (std::uint32_t i = 0; i < lives.clients().families().size(); ++i)
      families.push_back(lives.clients().as_of(i, lives.now()));
    for (lives::ledger::slot i = 0; i < lives.size(); ++i)
      states[lives.name(i)] = lives.view(i, lives.now()).state;
  }

  [[nodiscard]] std::vector<instant> times(client_request what) const {
    std::vector<instant> result;
    for (const auto& one : attempts)
      if (one.what == what)
        result.push_back(one.at);
    return result;
  }
};

seen run_text(const std::string& rest, bool held = true, std::uint64_t seed = 0) {
  const auto plan = load_plan(approles + rest);
  seen result;
  run_options options;
  options.readers.push_back(&result);
  options.seed = seed;
  CHECK(run_plan(plan, options).held() == held);
  return result;
}

} // namespace

TEST_CASE("a client's handle is its newest token, and those before have numbers") {
  const auto run = run_text(R"(clients:
  web:
    count: 2
    login: approle/web
    holds: { db: database/creds/ro }
    restart: { every: 30m }
    renew: never
steps:
  - at: 29m
    expect: { "web*": alive, "web*.db": alive, leases: 4 }
  # Own deadlines decide on a tie, so the secret that was read with web2#2 expired.
  - at: 92m
    expect:
      web1: alive
      "web1#1": expired
      "web2.db#2": { state: expired, at: 90m }
  - { at: 95m, revoke: "web2#3" }
  - { expect: { "web2.db#3": { state: revoked, because: "web2#3" } }, at: 100m }
)");
  CHECK(run.states.at("web1#3") == lives::life_state::alive);
  CHECK(run.families.at(0).count(client_request::login) == 8);
}

TEST_CASE("a pattern of the tokens that a client had before takes in those that ended") {
  run_text(R"(clients:
  web: { login: approle/web, restart: { every: 30m }, renew: never }
steps:
  - { at: 100m, expect: { "web#*": alive } }
)",
           false);
}

TEST_CASE("clients that have asked all they may are silent for the rest of the run") {
  const auto what = load_plan(R"(lapse: 1
clients:
  web: { create: { as: root, ttl: 1h }, count: 3, renew: never, restart: { every: 1m } }
until: 1h
)");
  lapse::engine::simulation server{what.server};
  seen run;
  server.subscribe(run);
  handle_table handles;
  bound_handle root;
  root.name = "root";
  root.what = bound_handle::kind::token;
  root.token = server.root().id;
  handles.bind(std::move(root));
  const lapse::plan::range_draw ranges{std::nullopt};
  const request_writer texts{handles, server.lives(), ranges};
  client_faults faults;
  filtered_counts counts{server.lives()};
  property_monitor properties{what.properties, server.lives(), handles, counts};
  std::uint64_t requests = 0;
  std::uint64_t unreached = 0;
  std::vector<rule_broken> verdicts;
  const refusal_notes refusals;
  fleet clients{what,
                0,
                {server,
                 faults,
                 texts,
                 handles,
                 properties,
                 requests,
                 unreached,
                 [&](rule_broken broken) { verdicts.push_back(std::move(broken)); },
                 refusals,
                 {5, 100}}};
  clients.start();
  server.finish(1h);
  CHECK(requests == 5);
  CHECK(verdicts.size() == 1);
  // At one minute each began anew, and the third could not ask any more.
  CHECK(run.changes.size() == 3);
}

TEST_CASE("a star leaves out what clients had before, and no handle that a step named so") {
  run_text(R"(clients:
  web: { login: approle/web, renew: never, restart: { every: 90m } }
steps:
  - { create: "job#1", ttl: 1h }
  - { expect: { "job*": alive } }
  - { at: 100m, expect: { web: alive, "web*": alive, "web#*": expired, "job*": expired } }
)");
}

TEST_CASE("clients that never get their set are no quiet success") {
  const auto typo = R"(clients:
  web: { count: 3, login: approle/web, holds: { db: database/creds/ro } }
until: 3h
always: [ { covered: web, gap: { at_most: 30s } } ]
)";
  auto text = approles;
  text.replace(text.find("creds/ro"), 5, "cred");
  const auto plan = load_plan(text + typo);
  seen run;
  run_options options;
  options.readers.push_back(&run);
  CHECK(run_plan(plan, options).held());
  REQUIRE(run.warnings.size() == 1);
  CHECK(run.warnings[0].find(": no client of `web` ever had its whole set; first refused: 403 read "
                             "database/creds/ro as web1 (line ") != std::string::npos);
  CHECK(run.warnings[0].find("the nearest is `database/cred/ro` of policy `db`") !=
        std::string::npos);
  options.strict = true;
  CHECK_FALSE(run_plan(plan, options).held());
  // One of them is enough.
  const auto some = run_text(R"(clients:
  web: { count: 2, login: approle/web, holds: { db: database/creds/ro } }
until: 1h
)");
  CHECK(some.warnings.empty());
  CHECK(some.families.at(0).complete == 2);
}

TEST_CASE("steps ask with the token of a client") {
  run_text(R"(clients:
  web: { login: approle/web, renew: never }
steps:
  - { at: 10m, as: web, read: database/creds/ro, save: mine, expect: { status: 200 } }
  - { at: 20m, revoke: web }
  - { at: 20m, expect: { web: revoked, mine: { state: revoked, because: web } } }
)");
}

TEST_CASE("an outage answers clients, and reaches no server") {
  const auto run = run_text(R"(clients:
  web: { login: approle/web, renew: agent }
steps:
  - { at: 0s, outage: { for: 10s, status: 502 } }
until: 1m
)");
  REQUIRE(run.attempts.size() > 4);
  CHECK(run.attempts[0].status == 502);
  CHECK_FALSE(run.attempts[0].reached);
  CHECK(run.attempts[0].at == 0s);
  CHECK(run.families.at(0).unreached[0] == run.times(client_request::login).size() - 1);
  CHECK(run.families.at(0).requests() == 2); // the login, and the watcher's first renewal
}

TEST_CASE("an answer that gets lost is given up after a minute, and what was made stays") {
  const auto run = run_text(R"(clients:
  web: { login: approle/web, renew: agent }
steps:
  - { at: 0s, lose_answers: { for: 30s } }
  - { at: 2m, expect: { tokens: 3, web: alive } }
until: 2m
)");
  const auto logins = run.times(client_request::login);
  REQUIRE(logins.size() == 2);
  CHECK(logins[0] == 60s);
  CHECK(run.attempts[0].status == 0);
  CHECK(run.attempts[0].reached);
}

TEST_CASE("a slow network delays answers, each by as much") {
  const auto run = run_text(R"(clients:
  web: { login: approle/web, holds: { db: database/creds/ro }, renew: never }
steps:
  - { at: 0s, slow: { takes: 2s, for: 1m } }
until: 1m
)");
  CHECK(run.times(client_request::login) == std::vector<instant>{2s});
  CHECK(run.times(client_request::read) == std::vector<instant>{4s});
}

TEST_CASE("a seal refuses clients and stops no clock of theirs") {
  const auto run = run_text(R"(clients:
  web: { login: approle/web, renew: agent, start: 1m }
steps:
  - { at: 1s, seal: true }
  - { at: 5m, unseal: true }
until: 20m
)");
  REQUIRE(run.attempts.size() > 5);
  CHECK(run.attempts[0].status == 503);
  CHECK(run.attempts[0].reached);
  CHECK(run.families.at(0).refused > 5);
  CHECK(run.states.count("web") == 1);
}

TEST_CASE("a gap begins when the first of a set ends, and lasts to the next set") {
  const auto run = run_text(R"(clients:
  web:
    login: approle/web
    holds: { db: database/creds/ro }
    renew: never
    restart: { every: 90m }
until: 2h
)");
  const auto& family = run.families.at(0);
  CHECK(family.hit == 1);
  CHECK(family.longest.from == 1h);
  CHECK(family.longest.length == 30min);
  CHECK(family.first.from == 1h);
}

TEST_CASE("a gap that is still open counts up to the end of the run") {
  const auto run = run_text(R"(clients:
  web: { login: approle/web, renew: never }
until: 100m
)");
  CHECK(run.families.at(0).longest.length == 40min);
}

TEST_CASE("after its stop nobody asks whether a client has its set") {
  const auto run = run_text(R"(clients:
  web: { login: approle/web, renew: never, stop: { after: 20m, revoke: true } }
until: 2h
)");
  CHECK(run.families.at(0).hit == 0);
  CHECK(run.states.at("web") == lives::life_state::revoked);
}

TEST_CASE("clients are given tokens, or have them made") {
  const auto run = run_text(R"(clients:
  ci: { create: { as: root, ttl: 10m, policies: [db] }, count: 2, renew: never }
  job: { token: given, start: 1m, on_loss: stop }
steps:
  - create: given
    ttl: 30m
    explicit_max_ttl: 30m
until: 40m
)");
  CHECK(run.states.at("ci2") == lives::life_state::expired);
  CHECK(run.states.at("given") == lives::life_state::expired);
  REQUIRE(run.changes.size() == 1);
  CHECK(run.changes[0].what == client_changed::kind::gave_up);
}

TEST_CASE("a token that was given keeps its own handle when its client begins anew") {
  const auto run = run_text(R"(clients:
  job: { token: given, start: 1m, renew: never, restart: { every: 10m } }
always:
  - { covered: job, from: 2m }
  - { alive: job, from: 2m }
steps:
  - { create: given, ttl: 1h }
  - { at: 25m, expect: { job: alive, given: alive, "job*": alive } }
until: 30m
)");
  CHECK(run.families.at(0).count(client_request::lookup) == 3);
  CHECK(run.states.count("given") == 1);
  CHECK(run.states.count("job#1") == 0);
}

TEST_CASE("the same seed gives the same clients, another one others") {
  const auto text = R"(clients:
  web: { count: 5, login: approle/web, start: { over: 10m, spread: random } }
until: 3h
)";
  const auto times = [&](std::uint64_t seed) {
    std::vector<instant> result;
    for (const auto& one : run_text(text, true, seed).attempts)
      result.push_back(one.at);
    return result;
  };
  CHECK(times(1) == times(1));
  CHECK(times(1) != times(2));
}

TEST_CASE("a property follows a client's handle from token to token") {
  run_text(R"(clients:
  web: { login: approle/web, renew: never, restart: { every: 30m } }
always:
  - { alive: web, from: 1m, to: 2h }
until: 2h
)");
  run_text(R"(clients:
  web: { login: approle/web, renew: never, restart: { every: 70m } }
always:
  - { alive: web, from: 1m, to: 2h }
until: 2h
)",
           false);
}

TEST_CASE("a property follows a client's lease from read to read, however it is selected") {
  for (const auto* which : {"web*.*", "web*.*.lease", "web*.*.leases"})
    run_text(std::string{R"(clients:
  web:
    count: 2
    login: approle/web
    holds: { db: database/creds/ro }
    renew: never
    restart: { every: 30m }
always:
  - { alive: [")"} +
             which +
             R"("], from: 1m, to: 2h }
until: 2h
)");
}

TEST_CASE("clients are covered while none of them is without its set for too long") {
  const auto covered = [](const std::string& gap, const std::string& window) {
    run_text(R"(clients:
  web:
    count: 2
    login: approle/web
    holds: { db: database/creds/ro }
    renew: never
    restart: { every: 90m }
always:
  - { covered: web, gap: { at_most: )" +
                 gap + " }" + window + R"( }
until: 2h
)",
             gap == "30m" || !window.empty());
  };
  // Their sets end at 1h, and at 90m they log in again.
  covered("30m", "");
  covered("29m", "");
  covered("29m", ", from: 65m");
  covered("29m", ", to: 80m");
}

TEST_CASE("a gap that is open at the end counts, and one after the stop does not") {
  run_text(R"(clients:
  web: { login: approle/web, renew: never }
always: [ { covered: web, gap: { at_most: 30m } } ]
until: 2h
)",
           false);
  run_text(R"(clients:
  web: { login: approle/web, renew: never, stop: { after: 1h } }
  job: { login: approle/web, renew: per_run, every: 20m }
always: [ { covered: web }, { covered: job } ]
until: 2h
)");
}

TEST_CASE("clients that were given one token all lose it") {
  const auto run = run_text(R"(clients:
  job: { token: given, count: 3, start: 1m, renew: never }
steps:
  - { create: given, ttl: 30m }
until: 2h
)");
  CHECK(run.families.at(0).hit == 3);
  CHECK(run.families.at(0).longest.length == 90min);
  // Whoever had it first is not the only one who is without it.
  for (const auto* family : {"a", "b"})
    run_text(std::string{R"(clients:
  a: { token: given, start: 1m, renew: never }
  b: { token: given, start: 2m, renew: never }
steps:
  - { create: given, ttl: 30m }
always: [ { covered: )"} +
                 family + R"( } ]
until: 2h
)",
             false);
}
