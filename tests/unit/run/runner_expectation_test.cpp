#include "actors/protocol/glob.hpp"
#include "sim/run/answer_check.hpp"
#include "sim/run/world_check.hpp"

#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::api;
using namespace lapse::lives;
using namespace lapse::plan;
using namespace lapse::run;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

counted_text plain(std::string text) { return counted_text{{{std::move(text), -1}}}; }
bounds exactly(std::int64_t n) { return {n, n}; }

answer_check check(answer_field field, decltype(answer_check::expected) expected,
                   std::string name = {}) {
  answer_check c;
  c.field = field;
  c.name = std::move(name);
  c.expected = std::move(expected);
  c.words = "as the file says";
  return c;
}

expect_text_part parts(std::vector<std::string> texts) {
  expect_text_part e;
  for (auto& text : texts)
    e.parts.push_back(plain(std::move(text)));
  return e;
}

/// What differs, as `subject: seen` lines.
std::vector<std::string> differ(const answer& a, std::vector<answer_check> checks) {
  handle_table handles;
  ledger lives;
  range_draw ranges{std::nullopt};
  request_writer texts{handles, lives, ranges};
  std::vector<mismatch> out;
  check_answer(a, checks, texts, {}, 1767225600, out);
  std::vector<std::string> result;
  for (const auto& m : out)
    result.push_back(m.subject + ": " + m.seen);
  return result;
}

answer login() {
  token_facts made;
  made.name.id = token_id{5};
  made.policies = std::make_shared<const std::vector<std::string>>(
      std::vector<std::string>{"default", "deploy"});
  made.meta = std::make_shared<const std::map<std::string, std::string>>(
      std::map<std::string, std::string>{{"owner", "team-a"}});
  made.renewable = true;
  auth_block auth;
  auth.facts = std::make_shared<const token_facts>(std::move(made));
  auth.lease_duration_s = 3600;
  auth.num_uses = 3;
  auto a = auth_answer(auth);
  a.warnings = {"TTL of \"2h\" exceeded the effective max_ttl of \"1h\"; capped"};
  return a;
}

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("fields of an auth block are compared typed") {
  CHECK(differ(login(),
               {check(answer_field::status, exactly(200)), check(answer_field::ttl, exactly(3600)),
                check(answer_field::lease_duration, exactly(3600)),
                check(answer_field::renewable, true), check(answer_field::orphan, true),
                check(answer_field::num_uses, bounds{{}, 3}),
                check(answer_field::policies, expect_set{{"deploy", "default"}}),
                check(answer_field::warnings, parts({"exceeded", "capped"}))})
            .empty());
}

TEST_CASE("each field that differs is reported with what was seen") {
  CHECK(differ(login(), {check(answer_field::status, exactly(403), "status"),
                         check(answer_field::ttl, exactly(60), "ttl"),
                         check(answer_field::renewable, false, "renewable"),
                         check(answer_field::policies, expect_set{{"deploy"}}, "policies"),
                         check(answer_field::warnings, parts({"nothing of the kind"}), "warnings"),
                         check(answer_field::num_uses, exactly(4), "num_uses")}) ==
        lines{"status: 200", "ttl: 1h", "renewable: true", "policies: [\"default\",\"deploy\"]",
              "warnings: [\"TTL of \\\"2h\\\" exceeded the effective max_ttl of \\\"1h\\\"; "
              "capped\"]",
              "num_uses: 3"});
}

TEST_CASE("any other key is looked for in the auth block, data, wrap_info and at top level") {
  CHECK(differ(login(),
               {check(answer_field::named, expect_json{json{{"owner", "team-a"}}, {}}, "metadata"),
                check(answer_field::named, expect_json{json("service"), {}}, "token_type")})
            .empty());
  CHECK(differ(login(), {check(answer_field::named, exactly(1), "period")}) ==
        lines{"period: nothing (status 200)"});
}

TEST_CASE("data is compared as a subset, deeply") {
  auto a = data_answer(json{{"a", 1}, {"inner", {{"x", "y"}, {"z", true}}}});
  CHECK(differ(a, {check(answer_field::data, expect_json{json{{"inner", {{"z", true}}}}, {}})})
            .empty());
  CHECK(differ(a, {check(answer_field::data, expect_json{json{{"inner", {{"z", 1}}}}, {}}, "data")})
            .size() == 1);
  CHECK(differ(a, {check(answer_field::data, expect_json{json{{"b", nullptr}}, {}}, "data")})
            .size() == 1);
}

TEST_CASE("part of an error is enough, and a wrong status shows the error") {
  auto a = error_answer(403, "permission denied");
  CHECK(differ(a, {check(answer_field::status, exactly(403)),
                   check(answer_field::error, parts({"permission"}))})
            .empty());
  CHECK(differ(a, {check(answer_field::status, exactly(200), "status")}) ==
        lines{"status: 403: permission denied"});
  CHECK(differ(a, {check(answer_field::ttl, exactly(3600), "ttl")}) ==
        lines{"ttl: nothing (status 403): permission denied"});
}

TEST_CASE("a secret's ttl is its lease_duration, a lookup's what is left") {
  auto secret = data_answer(json{{"username", "u"}});
  secret.lease = lease_name{};
  secret.lease_duration_s = 32400;
  secret.renewable = true;
  CHECK(differ(secret, {check(answer_field::ttl, exactly(32400)),
                        check(answer_field::lease_duration, exactly(32400)),
                        check(answer_field::renewable, true)})
            .empty());
  lease_lookup lookup;
  lookup.ttl_s = 52;
  answer a;
  a.status = 200;
  a.shape = envelope::normal;
  a.body = lookup;
  CHECK(differ(a, {check(answer_field::ttl, exactly(52))}).empty());
}

TEST_CASE("expectations beside unwrap speak of what was inside (R-1008)") {
  answer outer;
  outer.status = 200;
  outer.unwrapped = std::make_shared<const answer>(login());
  CHECK(differ(outer, {check(answer_field::ttl, exactly(3600)),
                       check(answer_field::policies, expect_set{{"default", "deploy"}})})
            .empty());
}

// -- the world -----------------------------------------------------------------------

namespace {

/// One token `app` that expired at 1h and took `job` along, a lease, a failed handle.
struct estate {
  ledger lives;
  handle_table handles;
  range_draw ranges{std::nullopt};
  request_writer texts{handles, lives, ranges};

  estate() {
    make("app", 1, 0, 1h);
    make("job", 2, 1, 4h);
    bound_handle failed;
    failed.name = "failed";
    handles.bind(failed);
    lives.enter({1h, token_ended{token_id{1}, end_cause::deadline, {}}});
    lives.enter({1h, token_ended{token_id{2}, end_cause::ancestor, token_id{1}}});
  }

  void make(std::string name, std::uint64_t id, std::uint64_t parent, duration ttl) {
    token_facts e;
    e.name.id = token_id{id};
    e.parent = token_id{parent};
    e.expire = ttl;
    lives.enter({0s, token_created{std::make_shared<const token_facts>(e)}});
    lives.enter({0s, handle_bound{name, token_id{id}, {}}});
    bound_handle h;
    h.name = std::move(name);
    h.what = bound_handle::kind::token;
    h.token = token_id{id};
    handles.bind(h);
  }

  lines differ(const world_check& expected) const {
    std::vector<mismatch> out;
    filtered_counts counts{lives};
    check_world({lives, handles, texts, counts, 2h}, expected, {}, out);
    lines result;
    for (const auto& m : out)
      result.push_back(m.subject + ": " + m.seen);
    return result;
  }
};

state_check is(std::string handle, std::optional<state_word> word) {
  state_check c;
  c.of.glob = handle.find('*') != std::string::npos;
  c.of.name = plain(std::move(handle));
  c.state = word;
  return c;
}

} // namespace

TEST_CASE("a state is compared with all the long form says") {
  estate e;
  auto job = is("job", state_word::revoked);
  job.at = 1h;
  job.lived = 1h;
  job.because = handle_ref{plain("app"), {}};
  CHECK(e.differ(job).empty());
  CHECK(e.differ(is("app", state_word::expired)).empty());
  CHECK(e.differ(is("job", state_word::dead)).empty());

  CHECK(e.differ(is("job", state_word::gone)) == lines{"job: revoked at 1h because app, lived 1h"});
  job.because = end_cause::revoke;
  CHECK(e.differ(job).size() == 1);
  job.because = std::monostate{};
  job.at = 59min;
  CHECK(e.differ(job).size() == 1);
}

TEST_CASE("a glob is every handle that matches, and must match one") {
  estate e;
  CHECK(e.differ(is("j*", state_word::revoked)).empty());
  CHECK(e.differ(is("*", state_word::dead)).empty());
  CHECK(e.differ(is("*", state_word::expired)).size() == 2);
  CHECK(e.differ(is("x*", state_word::dead)) == lines{"x*: no handle matches"});
}

TEST_CASE("a handle whose request failed is dead and gone and nothing else") {
  estate e;
  CHECK(e.differ(is("failed", state_word::dead)).empty());
  CHECK(e.differ(is("failed", state_word::gone)).empty());
  CHECK(e.differ(is("failed", state_word::alive)).size() == 1);
  CHECK(e.differ(is("failed", state_word::revoked)).size() == 1);
}

TEST_CASE("counts are exact or have bounds") {
  estate e;
  CHECK(e.differ(count_check{{}, count_word::tokens, exactly(2), {}}).empty());
  CHECK(e.differ(count_check{{}, count_word::tokens, bounds{{}, 5}, {}}).empty());
  CHECK(e.differ(count_check{{}, count_word::tokens, bounds{3, {}}, {}}) == lines{"tokens: 2"});
}

TEST_CASE("of many handles that differ a few are listed and the rest is counted") {
  estate e;
  for (std::uint64_t i = 10; i < 30; ++i)
    e.make("w" + std::to_string(i), i, 0, 10h);
  auto seen = e.differ(is("w*", state_word::dead));
  CHECK(seen.size() == mismatches_per_check_max + 1);
  CHECK(seen.back() == "w*: 15 more differ");
}

TEST_CASE("globs match any text in place of a star") {
  CHECK(glob_match("job*", "job12"));
  CHECK(glob_match("*", ""));
  CHECK(glob_match("a*b*c", "axxbyyc"));
  CHECK_FALSE(glob_match("a*b*c", "axxbyy"));
  CHECK_FALSE(glob_match("job", "job1"));
}
