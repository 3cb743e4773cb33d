#include "sim/forecast/forecast.hpp"

#include "sim/language/loader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/load_plan.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

using namespace lapse;
using namespace lapse::forecast;
using namespace std::chrono_literals;

namespace {

struct asked {
  duration horizon = 48h;
  std::int64_t limit = 256'000;
  std::size_t seeds = 1;
  std::function<void(std::size_t)> progress = {};
};

forecast_result forecast_of(const std::string& text, const asked& how = {}) {
  const auto what = load_plan(text);
  forecast_question question;
  question.horizon = how.horizon;
  question.limit = how.limit;
  question.seeds = how.seeds;
  question.progress = how.progress;
  const auto change = [&](const std::string& override) -> std::optional<lapse::plan::plan> {
    language::load_options loading;
    loading.overrides = {override};
    auto changed = language::load_scenario(text, "x.yaml", loading);
    return changed ? std::optional{*std::move(changed)} : std::nullopt;
  };
  auto result = lapse::forecast::forecast(what, question, change);
  REQUIRE(result);
  return *std::move(result);
}

const forecast_row& row_of(const forecast_result& what, const std::string& where) {
  for (const auto& row : what.rows)
    if (row.name.where == where)
      return row;
  FAIL("no row " + where);
  return what.rows.front();
}

bool near(std::int64_t a, std::int64_t b, std::int64_t by = 1) { return std::abs(a - b) <= by; }

constexpr auto logins = R"(lapse: 1
auth: { approle: { type: approle, roles: { job: { token_ttl: 6h } } } }
steps:
  - repeat: { until: 60h, every: 10m, steps: [ { login: "job{i}", with: approle/job } ] }
)";

} // namespace

TEST_CASE("logins that nobody renews come to arrival rate times TTL, by both methods") {
  const auto seen = forecast_of(logins);
  CHECK(seen.settled == 0s);
  CHECK(seen.end == 48h);
  REQUIRE(seen.rows.size() == 1);
  const auto& row = row_of(seen, "approle/job");
  // 6 an hour for 6 hours. A step comes before the deadline of its instant: one more for no time.
  CHECK(near(row.steady, 36));
  CHECK(near(row.simulated, 36));
  CHECK(row.peak == 37);
  CHECK(row.peak_at == 6h);
  CHECK(near(row.new_in_10h, 60));
  CHECK(row.life == 6h);
  CHECK(row.now == 1);
  CHECK(row.in_1h == 7);
  CHECK(near(*row.in_1d, 36));
  CHECK_FALSE(row.in_32d.has_value());
  CHECK(row.permille == 1000);
  CHECK(row.differs.empty());
  CHECK(seen.steady_from == 6h);
  CHECK(seen.passed == never);
  CHECK_FALSE(seen.advice.has_value());
  CHECK(seen.outages.empty());
}

TEST_CASE("a limit is passed when the first beyond it comes, and a TTL that keeps it is advised") {
  const auto seen = forecast_of(logins, {48h, 20, 1});
  // The 21st login.
  CHECK(seen.passed == 200min);
  REQUIRE(seen.advice);
  CHECK(seen.advice->on == "auth/approle/job");
  // With 200 minutes the 21st would come before the deadline of the first.
  CHECK(seen.advice->ttl == 199min);
}

TEST_CASE("secrets that go with their token are fewer than rate times their TTL, which is said") {
  const auto seen = forecast_of(R"(lapse: 1
auth:
  approle: { type: approle, roles: { job: { token_ttl: 1h, token_policies: [db] } } }
policies:
  db: path "db/creds/ro" { capabilities = ["read"] }
secrets: { db/: { type: database, roles: { ro: { default_ttl: 12h } } } }
steps:
  - repeat:
      until: 60h
      every: 10m
      steps:
        - { login: "job{i}", with: approle/job }
        - { read: db/creds/ro, as: "job{i}" }
)");
  const auto& secrets = row_of(seen, "db/creds/ro");
  CHECK(near(secrets.by_rate, 72));
  CHECK(near(secrets.steady, 6));
  CHECK(near(secrets.simulated, 6));
  CHECK(secrets.differs.find("before their deadline") != std::string::npos);
  CHECK(row_of(seen, "approle/job").differs.empty());
  CHECK(near(seen.total.simulated, 12, 2));
  CHECK(seen.total.by_rate == secrets.by_rate + row_of(seen, "approle/job").by_rate);
  CHECK(seen.total.permille == 1000);
}

TEST_CASE("what is not steady within the horizon is said to be so") {
  const auto seen = forecast_of(R"(lapse: 1
auth: { approle: { type: approle, roles: { job: { } } } }
steps:
  - repeat: { until: 60h, every: 1h, steps: [ { login: "job{i}", with: approle/job } ] }
)");
  const auto& row = row_of(seen, "approle/job");
  CHECK(row.life == 768h);
  CHECK(near(row.steady, 768));
  CHECK(row.differs.find("not steady yet: a life is 32d") != std::string::npos);
  CHECK(seen.steady_from > seen.end);
}

TEST_CASE(
    "clients that renew are as many as they are, and an outage longer than their TTL hits all") {
  const auto seen = forecast_of(R"(lapse: 1
auth: { approle: { type: approle, roles: { web: { token_ttl: 1h, token_max_ttl: 700h } } } }
clients:
  web: { count: 60, start: { over: 1h }, login: approle/web, renew: lifetime_watcher }
)",
                                {24h, 256'000, 2});
  CHECK(seen.settled == 1h);
  REQUIRE(seen.rows.size() == 1);
  const auto& row = seen.rows.front();
  CHECK(row.name.family == "web");
  CHECK(row.name.where == "approle/web");
  CHECK(row.now == 60);
  CHECK(near(row.simulated, 60));
  CHECK(near(row.steady, 60));
  CHECK(row.peak_least <= row.peak_most);
  // Each renews about every 42 minutes.
  CHECK(seen.renewals.mean_tenths > 10);
  CHECK(seen.renewals.mean_tenths < 18);
  REQUIRE(seen.outages.size() == 7);
  for (const auto& one : seen.outages) {
    CHECK(one.clients == 60);
    CHECK(one.renewing == 60);
    CHECK(one.without <= one.abandoned);
  }
  CHECK(seen.outages.front().without == 0);
  CHECK(seen.outages.back().abandoned == 60);
  CHECK(seen.outages.back().without == 60);
}

TEST_CASE("what steps made keeps its peak when clients come to the same role") {
  const auto seen = forecast_of(R"(lapse: 1
auth: { approle: { type: approle, roles: { web: { token_ttl: 1h, token_max_ttl: 700h } } } }
steps:
  - repeat: { times: 50, steps: [ { login: "job{i}", with: approle/web } ] }
clients:
  web: { count: 30, start: { at: 2h, over: 30m }, login: approle/web, renew: lifetime_watcher }
)",
                                {6h, 256'000, 1});
  REQUIRE(seen.rows.size() == 2);
  const auto& clients = seen.rows[0].name.family == "web" ? seen.rows[0] : seen.rows[1];
  const auto& steps = seen.rows[0].name.family == "web" ? seen.rows[1] : seen.rows[0];
  CHECK(clients.peak == 30);
  CHECK(steps.peak == 50);
  CHECK(steps.peak_at == 0s);
}

TEST_CASE("a TTL of a century warms outages up no longer than three days") {
  const auto seen = forecast_of(R"(lapse: 1
auth:
  approle:
    type: approle
    max_lease_ttl: 1300000h
    roles: { web: { token_ttl: 1300000h } }
clients:
  web: { count: 2, start: { at: 24h }, login: approle/web, renew: lifetime_watcher }
)",
                                {24h, 256'000, 1});
  const auto note = std::find_if(seen.notes.begin(), seen.notes.end(),
                                 [](const auto& text) { return text.find("outages begin ") == 0; });
  REQUIRE(note != seen.notes.end());
  CHECK(*note == "outages begin 3d after the start-up");
  REQUIRE(seen.outages.size() == 7);
}

TEST_CASE("renewals are read from the end of the start-up on, and placed from the start") {
  const auto seen = forecast_of(R"(lapse: 1
auth: { approle: { type: approle, roles: { web: { token_ttl: 1h, token_max_ttl: 700h } } } }
clients:
  web: { count: 10, start: { at: 30h }, login: approle/web, renew: lifetime_watcher }
  late: { count: 1, start: { at: 40h }, login: approle/web, renew: never }
)",
                                {5h, 256'000, 1});
  CHECK(seen.settled == 40h);
  CHECK(seen.renewals.worst > 0);
  CHECK(seen.renewals.worst_minute >= 40 * 60);
  CHECK(seen.renewals.worst_minute <= 45 * 60);
}

TEST_CASE("renewals by the minute take no room before the end of the start-up") {
  forecast::meter read({40h, 45h, {}, {}, {}});
  read.finish(lives::ledger{});
  CHECK(read.renewals().size() == 5 * 60 + 1);
}

TEST_CASE("each run of a seed is told when it is over") {
  std::vector<std::size_t> told;
  static_cast<void>(
      forecast_of(logins, {12h, 30, 2, [&](std::size_t done) { told.push_back(done); }}));
  CHECK(told == std::vector<std::size_t>{1, 2});
}

TEST_CASE("the same question gives the same answer") {
  const auto first = forecast_of(logins, {12h, 30, 2});
  const auto second = forecast_of(logins, {12h, 30, 2});
  CHECK(first.rows.front().levels == second.rows.front().levels);
  CHECK(first.renewals.worst == second.renewals.worst);
  CHECK(first.renewals.mean_tenths == second.renewals.mean_tenths);
  CHECK(first.passed == second.passed);
}
