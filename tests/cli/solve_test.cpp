#include "command.hpp"
#include "refused.hpp"

#include "tests/support/catch.hpp"

#include <string>

namespace {

/// Logins every minute, so that a TTL of n minutes means n + 1 leases.
constexpr auto logins = R"(lapse: 1
auth: { approle: { type: approle, roles: { web: { token_ttl: 5m } } } }
steps:
  - repeat: { times: 60, every: 1m, steps: [ { login: "t{i}", with: approle/web } ] }
always:
  - { leases: { at_most: 20 } }
)";

constexpr auto ttl = " --vary auth.approle.roles.web.token_ttl=";

} // namespace

TEST_CASE("solve finds the largest value that holds, and what breaks beyond it breaks in `run`") {
  scratch place;
  const auto file = place.write("l.yaml", logins);
  const auto seen = lapse("solve " + file + ttl + "1m..2h");
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 0);
  CHECK(seen.err.empty());
  CHECK(seen.out.substr(0, 57) == "holds up to 19m59s, fails from 20m (21 leases at 20m, at ");
  CHECK(has(seen.out, "l.yaml:6: always { leases: { at_most 20 } }"));
  CHECK_FALSE(has(seen.out, "not monotone"));
  const auto set = std::string{" --set auth.approle.roles.web.token_ttl="};
  CHECK(has(seen.out, "again: lapse run " + file + set + "20m\n"));
  CHECK(lapse("run " + file + set + "19m59s").status == 0);
  CHECK(lapse("run " + file + set + "20m").status == 1);
}

TEST_CASE("solve ends with 1 if no value holds, and with 0 if all do") {
  scratch place;
  const auto file = place.write("l.yaml", logins);
  const auto none = lapse("solve " + file + ttl + "1h..2h");
  CHECK(none.status == 1);
  CHECK(has(none.out, "holds with none of 10 values from 1h to 2h"));
  const auto all = lapse("solve " + file + ttl + "1m..10m");
  CHECK(all.status == 0);
  CHECK(has(all.out, "holds from 1m to 10m: with all 6 values tried"));
}

TEST_CASE("solve finds the smallest value, and says when the answer is not monotone") {
  scratch place;
  const auto file = place.write("n.yaml", R"(lapse: 1
steps:
  - { create: app, ttl: 30m }
  - { at: 1h, expect: { app: expired } }
never:
  - { expired: app, from: 10m, to: 20m }
)");
  const auto seen = lapse("solve " + file + " --vary steps.0.ttl=1m..90m --want smallest");
  CAPTURE(seen.out);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "holds from 20m to 59m59s, fails up to 19m59s ("));
  const auto gaps = place.write("g.yaml", R"(lapse: 1
steps:
  - { create: app, ttl: 30m }
  - { at: 4h, expect: { app: alive } }
never:
  - { alive: app, from: 5h, to: 6h }
)");
  // Above the 4h that it must live, it must not live to 5h.
  CHECK(has(lapse("solve " + gaps + " --vary steps.0.ttl=1h..10h").out,
            "holds from 4h to 4h59m59s, fails up to 3h59m59s"));
}

TEST_CASE("solve refuses with status 2 and one message what cannot be searched") {
  scratch place;
  const auto file = place.write("l.yaml", logins);
  refused("solve", "names no scenario file");
  refused("solve " + file, "--vary KEY=LOW..HIGH is missing");
  refused("solve " + file + " --vary a=b..c",
          "neither a duration such as 90s or 1h30m nor a whole number");
  refused("solve " + file + " --vary a=1.5..2", "neither a duration");
  refused("solve " + file + " --vary a=2..1", "ends before it begins");
  refused("solve " + file + " --vary policies=1..2", "`policies` is `1`");
  refused("solve " + file + " --vary nothing.here=1..2", "nothing is named `nothing`");
  refused("solve " + file + ttl + "1m..2h --want most", "--want is largest or smallest");
  refused("solve " + file + ttl + "1m..2h --format yaml", "formats are text and json");
  refused("solve " + file + ttl + "1m..2h --seed x", "--seed takes a whole number");
  refused("solve nowhere.yaml" + std::string{ttl} + "1m..2h", "nowhere.yaml");
  refused("solve " + file + " " + file + ttl + "1m..2h", "takes no further arguments");
}
