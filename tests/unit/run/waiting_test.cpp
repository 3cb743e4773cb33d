// Requests whose answers need virtual time: a synchronous revocation at a backend that is slow.

#include "sim/run/runner.hpp"

#include "actors/ttl/duration.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/load_plan.hpp"

#include <type_traits>

using namespace lapse;
using namespace lapse::lives;
using namespace lapse::run;
using namespace lapse::ttl;

namespace {

using lines = std::vector<std::string>;

// What tests here speak of, one line per event.
class seen_events : public event_reader {
public:
  void on_event(const event& e, const ledger&) override {
    std::visit(
        [&](const auto& body) {
          using kind = std::decay_t<decltype(body)>;
          if constexpr (std::is_same_v<kind, request_answered>) {
            if (body.what->path == "sys/leases/revoke")
              say(e, "answered " + std::to_string(body.reply->status));
          } else if constexpr (std::is_same_v<kind, expectation_failed>) {
            say(e, body.subject + ": not " + body.expected + " but " + body.seen);
          } else if constexpr (std::is_same_v<kind, rule_broken>) {
            say(e, body.id + ": " + body.evidence);
          } else if constexpr (std::is_same_v<kind, handle_bound>) {
            if (body.handle != "root" && body.handle != "k")
              say(e, "bound " + body.handle);
          } else if constexpr (std::is_same_v<kind, unexpected_refusal>) {
            say(e, "refused " + std::to_string(body.status));
          } else if constexpr (std::is_same_v<kind, run_ended>) {
            say(e, "the end");
          }
        },
        e.body);
  }

  lines said;

private:
  void say(const event& e, const std::string& text) {
    said.push_back(format_duration(e.at) + " " + text);
  }
};

constexpr auto head = R"(lapse: 1
secrets: { aws/: { type: aws, roles: { deploy: { default_ttl: 1h } } } }
)";

const std::string reason =
    "failed to revoke entry: resp: (*logical.Response)(nil) err: backend unavailable";

constexpr auto slow_and_down = R"(steps:
  - { read: aws/creds/deploy, save: k }
  - { backend_slow: aws, takes: 2s }
  - { backend_down: aws }
)";

constexpr auto slow = R"(steps:
  - { read: aws/creds/deploy, save: k }
  - { backend_slow: aws, takes: 2s }
)";

lines play(const std::string& text, run_options options = {}) {
  auto what = load_plan(head + text);
  seen_events seen;
  options.readers.push_back(&seen);
  auto outcome = run_plan(what, options);
  REQUIRE(outcome.setup_errors.empty());
  return seen.said;
}

} // namespace

TEST_CASE("an expectation about a waiting request is judged by the answer, when it comes") {
  SECTION("it is not as expected") {
    CHECK(play(std::string{slow_and_down} +
               "  - { revoke_lease: k, sync: true, expect: { status: 204 } }\n") ==
          lines{"2s answered 400", "2s status: not 204 but 400: " + reason + " (refusal 1)",
                "2s the end"});
  }
  SECTION("it is as expected") {
    CHECK(play(std::string{slow_and_down} +
               "  - { revoke_lease: k, sync: true, expect: { status: 400 } }\n") ==
          lines{"2s answered 400", "2s the end"});
  }
  SECTION("nothing is expected, so a refusal is told") {
    CHECK(play(std::string{slow_and_down} + "  - { revoke_lease: k, sync: true }\n") ==
          lines{"2s answered 400", "2s refused 400", "2s the end"});
  }
}

TEST_CASE("steps after a waiting request go on at their own times") {
  CHECK(play(std::string{slow} + R"(  - { revoke_lease: k, expect: { status: 204 } }
  - { create: app, ttl: 1h }
  - { at: 1s, expect: { k: alive, leases: 2 } }
  - { at: 2s, expect: { k: alive } }
  - { at: 2001ms, expect: { k: gone } }
)") == lines{"0s bound app", "2s answered 204", "2.001s the end"});
}

TEST_CASE("without a limit the run goes on until the last waiting request is answered") {
  CHECK(play(std::string{slow} + R"(  - { read: aws/creds/deploy, save: other }
  - { revoke_lease: k, expect: { status: 204 } }
  - { at: 1s, revoke_lease: other, expect: { status: 204 } }
)") == lines{"0s bound other", "2s answered 204", "3s answered 204", "3s the end"});
}

TEST_CASE("a request that is cut off by `until` fails its expectation and breaks L27") {
  auto cut = std::string{"until: 1s\n"} + slow;
  CHECK(
      play(cut + "  - { revoke_lease: k, expect: { status: 204 } }\n") ==
      lines{
          "1s status: not 204 but no answer by the end of the run",
          "1s L27: at 1s: update sys/leases/revoke, issued at 0s, had no answer when the run ended",
          "1s the end"});
  CHECK(
      play("rules: { L27: off }\n" + cut + "  - { revoke_lease: k, expect: { status: 204 } }\n") ==
      lines{"1s status: not 204 but no answer by the end of the run", "1s the end"});
}

TEST_CASE("an answer that comes at the very end is judged") {
  CHECK(play(std::string{"until: 2s\n"} + slow +
             "  - { revoke_lease: k, expect: { status: 204 } }\n") ==
        lines{"2s answered 204", "2s the end"});
}

TEST_CASE("a seal that is not lifted holds the answer back, and the run still ends") {
  CHECK(
      play(std::string{slow} + R"(  - { revoke_lease: k }
  - { at: 1s, seal: true }
)") ==
      lines{
          "1s L27: at 1s: update sys/leases/revoke, issued at 0s, had no answer when the run ended",
          "1s the end"});
  CHECK(play(std::string{slow} + R"(  - { revoke_lease: k, expect: { status: 204 } }
  - { at: 1s, seal: true }
  - { at: 10s, unseal: true }
)") == lines{"10s answered 204", "10s the end"});
}

TEST_CASE("clients that ask for ever do not prolong a run that waits at a seal") {
  CHECK(
      play(std::string{"clients: { web: { create: { as: root, ttl: 1h }, renew: agent } }\n"} +
           slow + R"(  - { revoke_lease: k }
  - { at: 1s, seal: true }
)") ==
      lines{
          "0s bound web",
          "1s L27: at 1s: update sys/leases/revoke, issued at 0s, had no answer when the run ended",
          "1s the end"});
}

TEST_CASE("what a waiting request saves has its name from the answer on") {
  CHECK(play(std::string{slow} +
             R"(  - { write: sys/leases/revoke, data: { lease_id: "{k}" }, save: v }
  - { at: 1s, create: early, meta: { of: "{v}" }, expect: { status: 200 } }
  - { at: 3s, expect: { v: gone, k: gone } }
)") == lines{"1s bound early", "2s answered 204", "3s the end"});
}

TEST_CASE("a client of a together may wait while the others are answered") {
  auto text = std::string{slow} + R"(  - together:
    - { revoke_lease: k, expect: { status: 204 } }
    - { create: app, ttl: 1h, expect: { status: 200 } }
  - { at: 1s, expect: { app: alive, k: alive } }
)";
  run_options options;
  options.interleave = GENERATE(false, true);
  CHECK(play(text, options) == lines{"0s bound app", "2s answered 204", "2s the end"});
}
