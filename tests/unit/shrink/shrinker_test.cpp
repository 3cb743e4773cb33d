#include "sim/shrink/shrinker.hpp"

#include "sim/document/node.hpp"
#include "sim/document/read_document.hpp"
#include "sim/language/loader.hpp"
#include "sim/language/verbs.hpp"
#include "sim/run/runner.hpp"
#include "sim/shrink/step_removal.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace lapse;
using namespace lapse::document;
using namespace lapse::engine;
using namespace lapse::language;
using namespace lapse::plan;
using namespace lapse::run;
using namespace lapse::runtime;
using namespace lapse::shrink;

namespace {

bool loads(const std::string& text) { return load_scenario(text, "case", {}).has_value(); }

// The steps of a text in file order, those inside of others too.
std::vector<document_node> steps_of(const std::string& text) {
  std::vector<document_node> result;
  auto document = read_document(text);
  auto walk = [&](const auto& self, const document_node& list) -> void {
    for (const auto& step : list.children) {
      result.push_back(step);
      if (const auto* inner = inner_steps(step))
        self(self, *inner);
    }
  };
  if (const auto* steps = document ? document->find("steps") : nullptr)
    walk(walk, *steps);
  return result;
}

using step_pattern = std::function<bool(const document_node&)>;

step_pattern says(std::string key, std::string value) {
  return [=](const document_node& step) { return step.text_of(key) == value; };
}

step_pattern both(step_pattern a, step_pattern b) {
  return [=](const document_node& step) { return a(step) && b(step); };
}

// Fails while the text loads and has steps like these, in this order.
shrink_oracle has_in_order(std::vector<step_pattern> patterns) {
  return [=](const shrink_case& one) -> std::optional<shrink_case> {
    if (!loads(one.text))
      return std::nullopt;
    std::size_t next = 0;
    for (const auto& step : steps_of(one.text))
      if (next < patterns.size() && patterns[next](step))
        ++next;
    return next == patterns.size() ? std::optional{one} : std::nullopt;
  };
}

// Fails while a run of it breaks a property or an expectation, and nothing of the set-up is
// refused.
std::optional<shrink_case> fails_when_run(const shrink_case& one) {
  auto loaded = load_scenario(one.text, "case", {});
  const auto* what = loaded ? &*loaded : nullptr;
  if (what == nullptr)
    return std::nullopt;
  auto outcome = run_plan(*what, {});
  auto fails = outcome.setup_errors.empty() && !outcome.held();
  return fails ? std::optional{one} : std::nullopt;
}

shrink_result shrunk(const std::string& text, const shrink_oracle& oracle,
                     std::size_t tries = 500) {
  shrink_options options;
  options.tries = tries;
  REQUIRE(loads(text));
  REQUIRE(oracle({text, {}}));
  auto result = shrink::shrink({text, {}}, oracle, options);
  CHECK(oracle(result.best));
  CHECK(result.tries <= tries);
  CHECK(result.steps_after == count_steps(result.best.text));
  CHECK(result.steps_before == count_steps(text));
  return result;
}

std::string body(const shrink_result& result) {
  auto at = result.best.text.find("steps:");
  return at == std::string::npos ? "" : result.best.text.substr(at);
}

// A tree of `makers` under root with two tokens and an hour each: 3 steps per maker.
std::string forest(int makers) {
  std::string text = "lapse: 1\nname: forest\nabout: words\nsteps:\n";
  for (int i = 1; i <= makers; ++i) {
    auto n = std::to_string(i);
    text += "  - create: m" + n + "\n    ttl: 90m\n  - create: c" + n + "\n    as: m" + n +
            "\n    ttl: 2h\n  - after: 5m\n    create: g" + n + "\n    as: c" + n + "\n";
  }
  return text;
}

} // namespace

TEST_CASE("three of 40 steps remain: a token, its child, and its end") {
  auto text = forest(12) + "  - renew: c3\n  - revoke: m4\n  - revoke: m7\n  - lookup: c7\n";
  REQUIRE(count_steps(text) == 40);
  auto result =
      shrunk(text, has_in_order({says("create", "m7"), both(says("create", "c7"), says("as", "m7")),
                                 says("revoke", "m7")}));
  CHECK(body(result) == "steps:\n  - create: m7\n  - create: c7\n    as: m7\n  - revoke: m7\n");
  CHECK(result.finished);
  CHECK(result.tries < 100);
}

TEST_CASE("a chain of makers is flattened: the last of 20 asks root") {
  std::string text = "lapse: 1\nsteps:\n  - create: t1\n";
  for (int i = 2; i <= 20; ++i)
    text += "  - create: t" + std::to_string(i) + "\n    as: t" + std::to_string(i - 1) + "\n";
  text += "  - revoke: t20\n";
  auto result = shrunk(text, has_in_order({says("create", "t20"), says("revoke", "t20")}));
  CHECK(body(result) == "steps:\n  - create: t20\n  - revoke: t20\n");
}

TEST_CASE("a deleted step takes along what expects or promises something of its handle") {
  auto text = forest(4) + "  - at: 20m\n    expect: { c1: alive, m2: alive }\n  - revoke: m2\n"
                          "eventually:\n  - { gone: [m1, m2, c3.descendants] }\n"
                          "always:\n  - { alive: m3 }\n";
  auto result = shrunk(text, has_in_order({says("create", "m2"), says("revoke", "m2")}));
  CHECK(result.best.text == "lapse: 1\nname: forest\n\nsteps:\n  - create: m2\n  - revoke: m2\n");
}

TEST_CASE("together and repeat are replaced by the one step that matters") {
  constexpr auto text = R"(lapse: 1
steps:
  - create: a
  - repeat:
      times: 20
      every: 1m
      steps:
        - create: x{i}
        - after: 10s
          together:
            - create: y{i}
              as: x{i}
            - lookup: a
            - revoke: a
  - at: 1h
    together:
      - lookup: x3
      - renew: a
)";
  auto result = shrunk(text, has_in_order({says("create", "a"), says("revoke", "a")}));
  CHECK(body(result) == "steps:\n  - create: a\n  - revoke: a\n");
}

TEST_CASE("a repeat that is needed for its number keeps as few rounds as possible") {
  constexpr auto text = R"(lapse: 1
steps:
  - create: a
  - repeat:
      times: 40
      steps:
        - create: x{i}
          as: a
          ttl: 3h30m
        - lookup: x{i}
never:
  - { tokens: { at_least: 6 } }
)";
  auto result = shrunk(text, fails_when_run);
  CHECK(body(result) == R"(steps:
  - repeat:
      times: 5
      steps:
        - create: x{i}

never:
  - { tokens: { at_least: 6 } }
)");
}

TEST_CASE("a run that only needs time to pass keeps no step for it") {
  auto text = forest(8) + "  - at: 3h\n    lookup: m1\n  - at: 4h\n    lookup: m2\n"
                          "never:\n  - { expired: m5 }\n";
  auto result = shrunk(text, fails_when_run);
  CHECK(result.steps_after == 1);
  CHECK(body(result).find("create: m5") != std::string::npos);
  CHECK(result.best.text.find("until: ") != std::string::npos);
}

TEST_CASE("times become small and round while deadlines go on meeting") {
  constexpr auto text = R"(lapse: 1
steps:
  - create: a
    ttl: 7h30m
    policies: [x, y]
    meta: { owner: me }
  - after: 17m3s
    create: b
    ttl: 1h..4h
  - at: 7h30m1s
    expect: { a: alive }
)";
  auto result = shrunk(text, fails_when_run);
  CHECK(body(result) ==
        "steps:\n  - create: a\n    ttl: 1s\n  - at: 2s\n    expect: { a: alive }\n");
}

TEST_CASE("policies, mounts, users and roles that the failure does not need go") {
  constexpr auto text = R"(lapse: 1
server: { default_lease_ttl: 24h, max_lease_ttl: 48h }
policies:
  app: |
    path "database/creds/app" { capabilities = ["read"] }
  other: |
    path "a" { capabilities = ["read"] }
auth:
  userpass/: { type: userpass, users: { amy: { token_ttl: 1h, token_policies: [app] }, bob: {} } }
token_roles:
  r: { orphan: true }
secrets:
  database/:
    type: database
    default_lease_ttl: 2h
    roles: { app: { default_ttl: 1h, max_ttl: 3h }, web: { default_ttl: 1h } }
  kv/: { type: kv, version: 2 }
steps:
  - login: amy
    with: userpass/amy
  - login: bob
    with: userpass/bob
  - create: t
    role: r
  - read: database/creds/app
    as: amy
    save: keys
  - read: database/creds/app
    as: bob
never:
  - { credentials: { at_least: 1 } }
  - { status: 500 }
)";
  auto result = shrunk(text, fails_when_run);
  CHECK(result.best.text == R"(lapse: 1

secrets:
  database/:
    type: database
    roles: { app: {} }

steps:
  - read: database/creds/app

never:
  - { credentials: { at_least: 1 } }
)");
}

TEST_CASE("steps that go only in pairs go: a seal and its end") {
  auto text = forest(5) + "  - seal: true\n  - unseal: true\n  - revoke: m2\n";
  auto wanted = has_in_order({says("create", "m2"), says("revoke", "m2")});
  auto result = shrunk(text, [&](const shrink_case& one) -> std::optional<shrink_case> {
    auto steps = steps_of(one.text);
    auto count = [&](const char* verb) {
      return std::count_if(steps.begin(), steps.end(),
                           [&](const auto& step) { return step.find(verb) != nullptr; });
    };
    return count("seal") == count("unseal") ? wanted(one) : std::nullopt;
  });
  CHECK(result.steps_after == 2);
}

TEST_CASE("a use goes together with the step that used it up") {
  constexpr auto text = R"(lapse: 1
steps:
  - create: a
    num_uses: 4
  - lookup: a
    self: true
  - lookup: root
    as: a
  - renew: a
    self: true
  - lookup: a
    self: true
never:
  - { dead: a }
)";
  auto result = shrunk(text, fails_when_run);
  CHECK(result.steps_after == 2);
  CHECK(body(result).find("num_uses: 1") != std::string::npos);
}

TEST_CASE("a token whose maker goes keeps the policies it had from it") {
  constexpr auto text = R"(lapse: 1
policies:
  p: |
    path "auth/token/create" { capabilities = ["update"] }
steps:
  - create: platform
    policies: [p]
  - create: job
    as: platform
  - lookup: root
    as: job
never:
  - { status: 403 }
)";
  auto result = shrunk(text, [](const shrink_case& one) -> std::optional<shrink_case> {
    auto steps = steps_of(one.text);
    auto asks = std::any_of(steps.begin(), steps.end(), says("as", "job"));
    return asks ? fails_when_run(one) : std::nullopt;
  });
  CHECK(result.steps_after == 2);
}

// -- choices -----------------------------------------------------------------------

namespace {

decision choice(std::uint32_t index, std::uint64_t receiver) {
  return {instant{0}, index, 3, 1, receiver, message_kind::system, receiver};
}

} // namespace

TEST_CASE("choices that do not matter go, those that do stay") {
  decision_list all;
  for (std::uint64_t i = 1; i <= 40; ++i)
    all.push_back(choice(i % 3 == 0 ? 1 : 0, i));
  auto text = forest(2);
  auto oracle = [&](const shrink_case& one) -> std::optional<shrink_case> {
    auto has = [&](std::uint64_t receiver) {
      return std::any_of(one.decisions.begin(), one.decisions.end(),
                         [&](const auto& d) { return d.receiver == receiver; });
    };
    auto tokens = steps_of(one.text);
    return has(6) && has(21) && !tokens.empty() ? std::optional{one} : std::nullopt;
  };
  auto result = shrink::shrink({text, all}, oracle, {});
  CHECK(result.steps_after == 1);
  CHECK(std::count_if(result.best.decisions.begin(), result.best.decisions.end(),
                      [](const auto& d) { return d.index != 0; }) == 2);
  auto free =
      shrink::shrink({text, all}, [](const shrink_case& one) { return std::optional{one}; }, {});
  CHECK(free.best.decisions.empty());
}

// -- the contract --------------------------------------------------------------------

TEST_CASE("no more tries than allowed, and the best so far whenever it ends") {
  auto text = forest(13) + "  - revoke: m9\n";
  auto wanted = has_in_order({says("create", "m9"), says("revoke", "m9")});
  std::size_t last = 1000;
  for (std::size_t tries : {0, 1, 3, 8, 200}) {
    std::size_t calls = 0;
    auto result =
        shrink::shrink({text, {}}, [&](const shrink_case& one) { return ++calls, wanted(one); },
                       {tries, std::nullopt, nullptr, {}});
    CAPTURE(tries);
    CHECK(calls == result.tries);
    CHECK(calls <= tries);
    CHECK(wanted(result.best));
    CHECK(result.steps_after <= last);
    CHECK(result.finished == (tries == 200));
    last = result.steps_after;
  }
}

TEST_CASE("an interrupt ends it after the try under way and keeps the best") {
  auto text = forest(13) + "  - revoke: m9\n";
  auto wanted = has_in_order({says("create", "m9"), says("revoke", "m9")});
  std::atomic<bool> interrupted{false};
  shrink_options options;
  options.interrupted = &interrupted;
  std::size_t best = 0;
  options.progress = [&](std::size_t tries, std::size_t steps) {
    best = steps;
    interrupted = tries == 7;
  };
  auto result = shrink::shrink({text, {}}, wanted, options);
  CHECK(result.tries == 7);
  CHECK(result.steps_after == best);
  CHECK_FALSE(result.finished);
  CHECK(wanted(result.best));
  options.interrupted = nullptr;
  options.deadline = std::chrono::steady_clock::now();
  CHECK(shrink::shrink({text, {}}, wanted, options).tries == 0);
}

TEST_CASE("shrinking is deterministic, and what is shrunk stays as it is") {
  auto text = forest(13) + "  - revoke: m9\n";
  auto wanted = has_in_order({says("create", "g9"), says("revoke", "m9")});
  auto once = shrunk(text, wanted);
  auto again = shrunk(text, wanted);
  CHECK(once.best.text == again.best.text);
  CHECK(once.tries == again.tries);
  CHECK(shrunk(once.best.text, wanted).best.text == once.best.text);
}

TEST_CASE("an oracle that confirms nothing gets the case back as it was") {
  auto text = forest(3);
  auto result = shrink::shrink({text, {}}, [](const auto&) { return std::nullopt; }, {});
  CHECK(result.best.text == text);
  auto broken = shrink::shrink({"steps: [", {}}, [](const auto&) { return std::nullopt; }, {});
  CHECK(broken.best.text == "steps: [");
  CHECK(broken.tries == 0);
}

TEST_CASE("together and repeat count as the steps in them") {
  CHECK(count_steps(forest(3)) == 9);
  CHECK(count_steps("lapse: 1\nsteps:\n  - together:\n      - lookup: root\n"
                    "      - lookup: root\n") == 2);
  CHECK(count_steps("lapse: 1\nsteps:\n  - repeat: { times: 2, steps: [ { lookup: root } ] }\n") ==
        1);
  CHECK(count_steps("lapse: 1\n") == 0);
  CHECK(count_steps("[") == 0);
}
