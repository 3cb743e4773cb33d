#include "command.hpp"
#include "refused.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <sstream>
#include <string>

namespace {

constexpr auto fleet = R"(lapse: 1
auth: { approle: { type: approle, roles: { web: { token_ttl: 1h }, job: { token_ttl: 2h } } } }
clients:
  web: { count: 5, start: { over: 1h }, login: approle/web }
steps:
  - repeat: { until: 13h, every: 10m, steps: [ { login: "job{i}", with: approle/job } ] }
)";

} // namespace

TEST_CASE("forecast shows leases by source, a limit, renewals and outages on one screen") {
  scratch place;
  const auto file = place.write("fleet.yaml", fleet);
  const auto seen = lapse("forecast " + file + " --horizon 12h --limit 12 --seeds 2");
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 0);
  CHECK(seen.err.empty());
  CHECK(seen.out.substr(0, 6) == "LEASES");
  CHECK(has(seen.out, "\nweb approle/web "));
  CHECK(has(seen.out, "\napprole/job "));
  CHECK(has(seen.out, "<- 6/h x 2h\n"));
  CHECK(has(seen.out, "\nlimit 12: passed after "));
  CHECK(has(seen.out, "`token_ttl: "));
  CHECK(has(seen.out, "\nRENEWALS/min   mean "));
  CHECK(has(seen.out, "\nOUTAGE of "));
  CHECK(has(seen.out, "\n  without a credential "));
  CHECK(std::count(seen.out.begin(), seen.out.end(), '\n') <= 24);
  CHECK(lapse("forecast " + file + " --horizon 12h --limit 12 --seeds 2").out == seen.out);
}

TEST_CASE("forecast refuses with status 2 and one message what it cannot do") {
  scratch place;
  const auto file = place.write("fleet.yaml", fleet);
  refused("forecast", "names no scenario file");
  refused("forecast " + file + " --horizon soon", "--horizon takes a duration above 0");
  refused("forecast " + file + " --horizon 0s", "--horizon takes a duration above 0");
  refused("forecast " + file + " --horizon 3661d", "at most 3660d, not `3661d`");
  refused("forecast " + file + " --limit many", "--limit takes a whole number");
  refused("forecast " + file + " --seeds 0", "--seeds takes a whole number from 1 to 100");
  refused("forecast " + file + " --format yaml", "formats are text and json");
  refused("forecast nowhere.yaml", "nowhere.yaml");
}
