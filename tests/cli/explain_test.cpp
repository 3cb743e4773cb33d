#include "command.hpp"
#include "refused.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

#include <sstream>
#include <string>

namespace {

constexpr auto keys = "explain scenarios/tour/01-keys-die-with-the-token.yaml ";

} // namespace

TEST_CASE("explain shows what a revocation would end and what bounds a life") {
  auto seen = lapse(std::string{keys} + "app --at 30m");
  CHECK(seen.status == 0);
  CHECK(seen.err.empty());
  CHECK(has(seen.out, "what bounds it, from itself upwards"));
  CHECK(has(seen.out, "revoked at 30m by root"));
  CHECK(has(seen.out, "what lives on"));
  CHECK_FALSE(has(seen.out, "\x1b")); // no terminal, no colour
  std::istringstream lines{seen.out};
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.size() <= 80);
  }
}

TEST_CASE("explain marks what ends first, and says what does if everything is renewed (I-01)") {
  auto seen = lapse(std::string{keys} + "job --at 30m").out;
  CHECK(has(seen, "\n> app             1h  own TTL "));
  CHECK(has(seen, "\n  job             4h  own TTL "));
  CHECK(has(seen, "if nothing more is renewed; if everything is, `job`"));
  CHECK(has(seen, "but unless `app` is renewed too, it ends at 1h"));
  CHECK(has(seen, "\n  `app` (its parent), `root`: above it\n"));
}

TEST_CASE("explain does not ask for a renewal that would move nothing (I-10)") {
  auto seen = lapse("explain scenarios/incidents/i-10-renewed-by-another-token.yaml L").out;
  CHECK(has(seen, "> A               2m  role TTL "));
  CHECK(has(seen, "> ends first         whatever is renewed\n"));
  CHECK(has(seen, "but `A` cannot be renewed further: it ends at 2m all the"));
  CHECK_FALSE(has(seen, "unless"));
  CHECK(has(seen,
            "  `A` (its token): above it\n  besides, 2 tokens that have nothing to do with it\n"));
}

TEST_CASE("explain shows remaining uses (R-302, I-15)") {
  constexpr auto uses = "explain scenarios/incidents/i-15-the-last-use.yaml ";
  CHECK(has(lapse(std::string{uses} + "one").out, "1 use left: its next request ends it\n"));
  CHECK(has(lapse(std::string{uses} + "three --at 0s").out,
            "2 uses left: after 2 more requests it ends\n"));
  CHECK(has(lapse(std::string{uses} + "creds --at 3m").out,
            "`three` has 1 use left: its next request ends"));
}

TEST_CASE("explain sums up a thousand alike rows, and --all shows each (I-05)") {
  constexpr auto many = "explain scenarios/incidents/i-05a-a-thousand-renewed-children.yaml S";
  auto seen = lapse(many).out;
  CHECK(has(seen, "it takes 1,001 tokens, in this order"));
  CHECK(has(seen, "… and 997 more like this, `job"));
  CHECK(has(seen, "\n1,001  S "));
  CHECK_FALSE(has(seen, " job500 "));
  CHECK(has(lapse(std::string{many} + " --all").out, " job500 "));
}

TEST_CASE("explain says a refusal whole, below the table where the row has no room (R-501)") {
  auto seen =
      lapse("explain scenarios/incidents/i-09-service-and-batch-token.yaml told_the_truth").out;
  CHECK(has(seen, "refused, see below\n"));
  CHECK(has(seen, "`batch`: batch tokens cannot be renewed\n"));
}

TEST_CASE("explain names an earlier moment at which more dies, and the last one at all") {
  auto seen = lapse("explain scenarios/tour/09-many-at-once.yaml root").out;
  CHECK(has(seen, "(the most dies with it at 9m: ask with --at 9m)\n"));
  CHECK_FALSE(
      has(lapse("explain scenarios/tour/09-many-at-once.yaml root --at 9m").out, "the most"));
  CHECK(has(lapse(std::string{keys} + "app --at 30d").err, "ask with --at 59m59s or earlier"));
}

TEST_CASE("explain writes the same bytes again, and JSON with a version") {
  auto first = lapse(std::string{keys} + "app --format json");
  auto second = lapse(std::string{keys} + "app --format json");
  CHECK(first.status == 0);
  CHECK(first.out == second.out);
  auto document = nlohmann::json::parse(first.out);
  CHECK(document["schema_version"] == 1);
  CHECK(document["handle"] == "app");
  CHECK(document["revocation"]["dead"].size() > 1);
}

TEST_CASE("explain refuses with status 2 and one message what it cannot explain") {
  const std::string call = keys;
  refused(call + "appp", "lapse: explain: unknown handle `appp`, did you mean `app`?\n"
                         "handles: root, app");
  refused(call + "app --at 30d", "`app` is dead at 30d");
  refused(call + "app --at soon", "--at takes a time since the start");
  refused(call + "app --format yaml", "formats are text and json");
  refused(call + "app job", "takes one file and one handle");
  refused(call, "names no handle");
  refused("explain nowhere.yaml app", "nowhere.yaml");
  refused("explain", "names no scenario file");
}

TEST_CASE("explain has a help with examples and exit statuses") {
  auto seen = lapse("explain --help");
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "usage: lapse explain FILE HANDLE"));
  CHECK(has(seen.out, "examples:"));
  CHECK(has(seen.out, "exit status:"));
  CHECK(has(lapse("--help").out, "  explain   "));
}

TEST_CASE("an option that a question does not take is refused") {
  const std::string call = "explain scenarios/tour/04-policies.yaml ";
  refused(call + "--refusal 1 --format xml", "formats are text and json");
  refused(call + "--refusal 1 --at 1h", "leave out --at");
  refused(call + "--refusal 1 --prefix kv", "--refusal and --prefix are different questions");
  refused(call + "--prefix kv ana", "`ana` is too much");
  refused(call + "--as ana", "--as takes one file and one request");
}
