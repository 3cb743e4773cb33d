// The watcher's model against what 1,000 real watchers each did, and a Monte Carlo of the formula.

#include "tests/support/catch.hpp"
#include "tests/unit/clients/small_server.hpp"

#include <algorithm>
#include <set>

using namespace lapse;
using namespace lapse::clients;
using namespace std::chrono_literals;

namespace {

/// How many of 100 clients still renew after an outage of that length, when they started spread
/// over ten hours.
double still_renewing(const behavior& how, duration outage) {
  constexpr std::uint32_t count = 4000;
  small_server server;
  server.keeps_log = false;
  auto terms = terms_of(how);
  terms.count = count;
  terms.start_over = 10h;
  terms.token_lost = reaction::stop;
  server.refuses = [outage](instant at, client_request) {
    return at >= 20h && at < 20h + outage ? 503 : 0;
  };
  server.add(terms, count);
  server.run_to(20h + outage + 2h);
  return 100.0 * (count - static_cast<double>(server.changes.size())) / count;
}

} // namespace

TEST_CASE("as many lifetime watchers survive an outage as of the real ones") {
  const std::pair<duration, double> real[] = {{5min, 99.3},  {10min, 90.2}, {20min, 67.0},
                                              {30min, 43.9}, {40min, 21.8}, {50min, 0.8}};
  for (const auto& [outage, share] : real) {
    const auto seen = still_renewing(lifetime_watcher(), outage);
    CAPTURE(outage / 1min, share, seen);
    CHECK(std::abs(seen - share) < 2.0);
  }
}

TEST_CASE("without a pause after a failure a few more of them survive") {
  const std::pair<duration, double> formula[] = {{5min, 99.8},  {10min, 94.8}, {20min, 72.2},
                                                 {30min, 48.9}, {40min, 25.3}, {50min, 3.0}};
  for (const auto& [outage, share] : formula) {
    const auto seen = still_renewing(lifetime_watcher_2_7_0(), outage);
    CAPTURE(outage / 1min, share, seen);
    CHECK(std::abs(seen - share) < 2.0);
  }
}

TEST_CASE("renewals of watchers that start together come in waves that grow flatter") {
  small_server server;
  auto terms = terms_of(lifetime_watcher());
  terms.count = 1000;
  server.add(terms, 1000);
  server.run_to(24h);
  std::vector<int> minutes(24 * 60 + 1, 0);
  for (const auto at : server.times(client_request::renew_token))
    ++minutes[static_cast<std::size_t>(at / 1min)];
  const auto worst = [&](int from, int to) {
    return *std::max_element(minutes.begin() + from, minutes.begin() + to);
  };
  CHECK(minutes[0] == 1000);
  // Of 1,000 clients two points are 20.
  CHECK(std::abs(worst(1, 60) - 512) <= 25);
  CHECK(std::abs(worst(60, 180) - 265) <= 20);
  CHECK(std::abs(worst(180, 360) - 115) <= 20);
  CHECK(std::abs(worst(360, 720) - 69) <= 20);
  CHECK(std::abs(worst(720, 1440) - 53) <= 20);
}
