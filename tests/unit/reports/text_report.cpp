#include "reports/text/text_report.hpp"

#include "reports/text/cell.hpp"
#include "reports/text/summary_line.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/reports/story.hpp"

#include <algorithm>
#include <sstream>

using namespace lapse;
using namespace lapse::text_report;
using namespace lapse::test;

namespace {

std::string report(const std::function<void(story&)>& tell, text_options options = {}) {
  std::ostringstream out;
  lapse::text_report::text_report reader{out, std::move(options)};
  story s{reader};
  tell(s);
  return out.str();
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    result.push_back(line);
  return result;
}

/// First line that contains `part`.
std::string line_with(const std::string& text, std::string_view part) {
  for (const auto& line : lines(text))
    if (has(line, part))
      return line;
  return "no line with " + std::string{part};
}

/// Wrapped text as one line.
std::string flat(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  const auto both = [](char a, char b) { return a == ' ' && b == ' '; };
  text.erase(std::unique(text.begin(), text.end(), both), text.end());
  return text;
}

/// The row that begins in the first line with `part`, with what is wrapped below it.
std::string row_with(const std::string& text, std::string_view part) {
  auto rest = text.substr(text.find(line_with(text, part)));
  auto end = rest.find('\n');
  while (rest.substr(end + 1).starts_with(std::string(20, ' ')))
    end = rest.find('\n', end + 1);
  return flat(rest.substr(0, end));
}

std::size_t column_of(const std::string& line, std::string_view part) {
  return display_width(line.substr(0, line.find(part)));
}

} // namespace

TEST_CASE("the first example shows what died, when, and why") {
  auto text = report(cloud_keys);
  INFO(text);
  CHECK(has(flat(text), "`job` was advertised 4h and lived 1h because its parent `app` expired"));
  CHECK(has(flat(text), "`keys` was advertised 9h and lived 1h because its token `job` was revoked "
                        "because `app` expired"));
  CHECK(has(text, "`app` was advertised 1h and lived 1h: its own TTL ran out"));
  CHECK(has(text, "WHAT DIED, WHEN, AND WHY  3 of 4"));
  CHECK(has(text, "PASS  scenarios/x.yaml  7 expectations, 0 failed"));
  CHECK(has(text, "start   2026-01-01T00:00:00Z"));
}

TEST_CASE("the table gives kind, parent, advertised and effective end, and what bound it") {
  auto text = report(cloud_keys);
  INFO(text);
  auto table = text.substr(text.find("TOKENS AND LEASES"));
  CHECK(has(line_with(table, "  job "), "ancestor app"));
  CHECK(has(row_with(table, "  keys "), "owner token job (ancestor app)"));
  CHECK(has(line_with(table, "  app "), "own TTL"));
  CHECK(has(line_with(table, "  root "), "alive, never ends"));
  CHECK(column_of(line_with(table, "  job "), "ancestor app") ==
        column_of(line_with(table, "what bound it"), "what bound it"));
}

TEST_CASE("an incident I-01 row shows what was advertised and that the ancestor bound it") {
  auto text = report([](story& s) {
    s.begin("I-01");
    auto root = s.token("root", {}, duration::zero(), ttl_bound::none);
    auto parent = s.token("P", root, 120s);
    auto child = s.token("K", parent, 600s);
    s.at(120s);
    s.end_token(child, end_cause::ancestor, parent);
    s.end_token(parent, end_cause::deadline);
    s.end();
  });
  INFO(text);
  CHECK(has(text, "`K` was advertised 10m and lived 2m because its parent `P` expired"));
}

TEST_CASE("a request stands before its effects, and names get the handles bound later") {
  auto text = report(cloud_keys);
  INFO(text);
  auto asked = text.find("> 200        ");
  auto made = text.find("+ token      app");
  CHECK(asked < made);
  CHECK(has(line_with(text, "+ lease"), "keys"));
  CHECK(has(line_with(text, "! 403"), "read aws/creds/deploy: permission denied"));
}

TEST_CASE("something alive is shown with what will end it if nobody renews") {
  auto text = report([](story& s) {
    s.begin("alive");
    auto app = s.token("app", {}, 1h);
    s.token("job", app, 4h);
    s.lease("keys", app, "aws/creds/deploy", 30min);
    s.end();
  });
  INFO(text);
  auto table = text.substr(text.find("TOKENS AND LEASES"));
  CHECK(has(row_with(table, "  job "), "alive, ancestor app due at 1h"));
  CHECK(has(row_with(table, "  keys "), "alive, role TTL due at 30m"));
  CHECK(has(text, "WHAT DIED, WHEN, AND WHY  0 of 3"));
}

TEST_CASE("a request that revokes is named, and so is the last use") {
  auto text = report([](story& s) {
    s.begin("revoked");
    auto root = s.token("root", {}, duration::zero(), ttl_bound::none);
    auto app = s.token("app", root, 1h);
    auto job = s.token("job", app, 4h);
    auto once = s.token("once", root, 1h);
    s.at(5s);
    s.ask(root, operation::update, "auth/token/revoke", no_content(), [&] {
      s.end_token(job, end_cause::ancestor, app);
      s.end_token(app, end_cause::revoke);
    });
    s.end_token(once, end_cause::last_use);
    s.end();
  });
  INFO(text);
  CHECK(has(text, "`app` was advertised 1h and lived 5s because `root` revoked it"));
  CHECK(has(flat(text),
            "`job` was advertised 4h and lived 5s because its parent `app` was revoked by "
            "`root`"));
  CHECK(has(text, "`once` was advertised 1h and lived 5s because that was its last use"));
}

TEST_CASE("of requests under way at once the one that can revoke is named, not one whose path only "
          "speaks of it") {
  for (std::string path : {"secret/revoke-list", "secret/tidy", "auth/userpass/users/revoke"}) {
    auto text = report([&](story& s) {
      s.begin("revoked");
      auto root = s.token("root", {}, duration::zero(), ttl_bound::none);
      auto clerk = s.token("clerk", root, 1h);
      auto app = s.token("app", root, 1h);
      s.at(5s);
      s.ask(root, operation::update, "auth/token/revoke", no_content(), [&] {
        s.ask(clerk, operation::update, path, no_content(),
              [&] { s.end_token(app, end_cause::revoke); });
      });
      s.end();
    });
    INFO(text);
    CHECK(has(text, "`app` was advertised 1h and lived 5s because `root` revoked it"));
  }
}

TEST_CASE("on a tie, and when its revocation comes late, the own deadline decides") {
  auto text = report([](story& s) {
    s.begin("late");
    auto app = s.token("app", {}, 1h);
    auto tie = s.lease("tie", app, "aws/creds/deploy", 1h);
    s.at(1h);
    s.end_lease(tie, end_cause::ancestor, app, app);
    s.at(1h + 5s);
    s.end_token(app, end_cause::deadline);
    s.end();
  });
  INFO(text);
  CHECK(has(flat(text), "`tie` was advertised 1h and lived 1h: the TTL of role `deploy` ran out"));
  CHECK(has(text, "`app` was advertised 1h and lived 1h: its own TTL ran out"));
}

TEST_CASE("a renewed life shows its renewals and the end advertised last") {
  auto text = report([](story& s) {
    s.begin("renewed");
    auto app = s.token("app", {}, 120s);
    auto lease = s.lease("L", app, "aws/creds/deploy", 60s);
    s.at(111s);
    s.emit(lease_renewed{lease, 60s, 171s, ttl_bound::increment});
    s.at(120s);
    s.end_lease(lease, end_cause::ancestor, app, app);
    s.end_token(app, end_cause::deadline);
    s.end();
  });
  INFO(text);
  CHECK(has(flat(text),
            "`L` was advertised 1m, renewed once until 2m51s, and lived 2m because its token "
            "`app` expired"));
}

TEST_CASE("a failed expectation gives expected, seen, place and the command that shows it again") {
  text_options options;
  options.replay_command = "lapse run scenarios/x.yaml --seed 7";
  auto text = report(
      [](story& s) {
        s.begin("fails");
        s.at(1500ms);
        s.emit(expectation_failed{"scenarios/x.yaml", 31, 7, "job", "alive", "revoked at 1s"});
        s.emit(rule_broken{"L07", "no token outlives its parent", "K did, by 2s", 0});
        s.emit(unexpected_refusal{12, "create job", 403, "permission denied"});
        s.emit(warning_raised{"policy `x` does not exist"});
        s.end(1, 1, 1);
      },
      options);
  INFO(text);
  CHECK(has(text, "scenarios/x.yaml:31:7  at 1.5s  `job`"));
  CHECK(has(text, "expected  alive"));
  CHECK(has(text, "saw       revoked at 1s"));
  CHECK(has(text, "see it again:  lapse run scenarios/x.yaml --seed 7"));
  CHECK(has(text, "evidence  K did, by 2s"));
  CHECK(
      has(text, "scenarios/x.yaml:12  at 1.5s  create job\n      answered  403 permission denied"));
  CHECK(has(text, "FAIL  scenarios/x.yaml"));
}

TEST_CASE("a run with 5,000 leases stays readable, and `all` shows every one") {
  auto many = [](story& s) {
    s.begin("many");
    auto app = s.token("app", {}, 1h);
    std::vector<lease_id> leases;
    for (int i = 0; i < 5000; ++i)
      leases.push_back(s.lease("k" + std::to_string(i), app, "aws/creds/deploy", 9h));
    s.at(1h);
    for (auto lease : leases)
      s.end_lease(lease, end_cause::ancestor, app, app);
    s.end_token(app, end_cause::deadline);
    s.end();
  };
  auto text = report(many);
  CAPTURE(text.substr(0, 6000));
  CHECK(lines(text).size() < 200);
  CHECK(has(text, "… and 4,980 more `k#` like this, `k20` to `k4999`"));
  CHECK(has(text, "5,000 secret leases: 0 alive, 0 expired, 5,000 revoked"));
  text_options options;
  options.all = true;
  auto whole = report(many, options);
  CHECK(lines(whole).size() > 20000);
  CHECK_FALSE(has(whole, "… and"));
}

TEST_CASE("no name, metadata or text of a scenario disturbs the terminal or breaks a line") {
  std::string evil = "a\x1b[2J\nb\r\t\x7f\xff\xe2\x80\xae";
  auto text = report([&](story& s) {
    s.begin(evil, evil);
    auto app = s.token(evil, {}, 1h);
    s.emit(expectation_failed{evil, 1, 1, evil, evil, evil});
    s.emit(warning_raised{evil});
    s.ask(app, operation::read, evil, error_answer(400, evil));
    s.emit(rule_broken{evil, evil, evil, 1});
    s.at(1h);
    s.end_token(app, end_cause::deadline);
    s.end();
  });
  auto bad = std::any_of(text.begin(), text.end(), [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n') || byte == 0x7f || byte == 0xff;
  });
  CAPTURE(text);
  CHECK_FALSE(bad);
  CHECK(has(text, "a\\x1b[2J\\nb\\r\\t\\x7f\\xff\\u202e"));
}

TEST_CASE("columns stand under each other for long, wide and combining names") {
  auto text = report([](story& s) {
    s.begin("wide");
    s.token("短い名前", {}, 1h);
    s.token(std::string(60, 'x') + "-1", {}, 1h);
    s.token("e\xcc\x81t\xc3\xa9", {}, 1h);
    s.token("plain", {}, 1h);
    s.end();
  });
  INFO(text);
  auto table = text.substr(text.find("TOKENS AND LEASES"));
  auto column = column_of(line_with(table, "  plain "), "alive");
  CHECK(column_of(line_with(table, "短い名前"), "alive") == column);
  CHECK(column_of(line_with(table, "xxx-1"), "alive") == column);
  CHECK(column_of(line_with(table, "e\xcc\x81t"), "alive") == column);
}

TEST_CASE("there is colour only when it was asked for") {
  text_options options;
  CHECK_FALSE(has(report(cloud_keys, options), "\x1b["));
  options.colour = true;
  CHECK(has(report(cloud_keys, options), "\x1b[1;32mPASS\x1b[0m"));
}

TEST_CASE("lines have at most 80 columns and break between words") {
  auto text = report([](story& s) {
    s.begin("wide", std::string(30, 'a') + ' ' + std::string(40, 'b') + " c d e f g h i j k");
    auto app = s.token("a-long-application", {}, 1h);
    auto job = s.token("a-job-with-a-long-name", app, 4h);
    s.ask(job, operation::read, "kv/a", error_answer(403, "no policy of it has any rule for this"));
    s.emit(unexpected_refusal{12, "read kv/a as job", 403, "permission denied",
                              "no policy of it "
                              "has a rule for this path; the nearest is `kv/b` of policy `p`"});
    s.at(1h);
    s.end_token(job, end_cause::ancestor, app);
    s.end_token(app, end_cause::deadline);
    s.emit(expectation_failed{"scenarios/x.yaml", 31, 7, "a-job-with-a-long-name", "alive",
                              "revoked at 1h because a-long-application, lived 1h"});
    s.end(1, 1);
  });
  for (const auto& line : lines(text)) {
    CAPTURE(line);
    CHECK(display_width(line) <= page_width);
  }
}

TEST_CASE("failures of one cause stand together below it") {
  auto text = report([](story& s) {
    s.begin("one cause");
    for (auto name : {"web", "db"})
      s.emit(expectation_failed{"x.yaml", 3, 1, name, "alive", "dead", "why " + std::string{name},
                                false, "`web` expired at 4h"});
    s.emit(expectation_failed{"x.yaml", 4, 1, "other", "alive", "dead"});
    s.end(3, 3);
  });
  INFO(text);
  CHECK(has(text,
            "  2 failures, one cause\n    `web` expired at 4h\n    x.yaml:3:1  at 0s  `web`\n"));
  CHECK(has(text, "        because   why db\n  x.yaml:4:1  at 0s  `other`\n"));
}

TEST_CASE("a death of which a failure speaks is never summed up") {
  auto text = report([](story& s) {
    s.begin("many");
    std::vector<token_id> tokens;
    for (int i = 0; i < 100; ++i)
      tokens.push_back(s.token("t" + std::to_string(i), {}, 1h));
    s.at(1h);
    for (auto token : tokens)
      s.end_token(token, end_cause::deadline);
    s.emit(expectation_failed{"x.yaml", 4, 1, "t77", "alive", "expired at 1h"});
    s.end(1, 1);
  });
  INFO(text);
  CHECK(has(text, "`t77` was advertised 1h"));
  CHECK(has(text, "… and 79 more `t#` like this, `t20` to `t99`"));
}

TEST_CASE("deaths have the colour of their cause, and only an unexpected refusal is red") {
  text_options options;
  options.colour = true;
  const auto told = [](bool expected) {
    return [expected](story& s) {
      s.begin("colours");
      auto app = s.token("app", {}, 1h);
      auto job = s.token("job", app, 4h);
      s.ask(job, operation::read, "kv/a", error_answer(403, "no"));
      if (!expected)
        s.emit(unexpected_refusal{12, "read kv/a as job", 403, "no"});
      s.at(1h);
      s.end_token(job, end_cause::ancestor, app);
      s.end_token(app, end_cause::deadline);
      s.end();
    };
  };
  const auto text = report(told(true), options);
  CHECK_FALSE(has(text, "\x1b[31m"));
  CHECK(has(line_with(text, "x expired"), "\x1b[33m"));
  CHECK(has(line_with(text, "x revoked"), "\x1b[36m"));
  CHECK(has(line_with(report(told(false), options), "! 403"), "\x1b[31m"));
}

TEST_CASE("a run longer than a day tells dates beside offsets") {
  auto text = report([](story& s) {
    s.begin("long");
    auto app = s.token("app", {}, 50h);
    s.at(50h);
    s.end_token(app, end_cause::deadline);
    s.emit(expectation_failed{"x.yaml", 4, 1, "app", "alive", "expired"});
    s.end(1, 1);
  });
  INFO(text);
  CHECK(has(text, "-- 2026-01-03\n"));
  CHECK(has(text, "at 50h (2026-01-03 02:00:00)"));
}

TEST_CASE("the same stream gives the same bytes") {
  CHECK(report(cloud_keys) == report(cloud_keys));
}

TEST_CASE("an event line is written while the run goes on") {
  std::ostringstream out;
  lapse::text_report::text_report reader{out};
  story s{reader};
  s.begin("streams");
  auto app = s.token("app", {}, 1h);
  s.ask(app, operation::read, "secret/x", data_answer({}));
  s.ask(app, operation::read, "secret/y", data_answer({}));
  CHECK(has(out.str(), "read secret/x"));
}

TEST_CASE("failed revocation attempts, and leases given up, are shown") {
  auto text = report([](story& s) {
    s.begin("down");
    auto app = s.token("app", {}, 1h);
    auto lease = s.lease("L", app, "db/creds/app", 1min);
    s.at(1min);
    s.emit(lease_ended{lease, end_cause::deadline, {}, {}});
    s.emit(revocation_attempted{lease, 1, false, "down", 80s});
    s.at(80s);
    s.emit(revocation_attempted{lease, 2, false, "down", never});
    s.emit(lease_irrevocable{lease, "down"});
    s.end();
  });
  INFO(text);
  CHECK(has(text, "attempt 1: down; next at 1m20s"));
  CHECK(has(text, "attempt 2: down; given up"));
  CHECK(has(text, "its revocation was given up"));
  CHECK(has(text, "1 irrevocable"));
}

TEST_CASE("a summary is one line per file") {
  std::ostringstream out;
  summary_line reader{out};
  story s{reader};
  cloud_keys(s);
  CHECK(out.str() == "PASS scenarios/x.yaml  3 died, 7 expectations\n");
}

TEST_CASE("the summary of a failing run says where it failed first") {
  std::ostringstream out;
  summary_line reader{out};
  story s{reader};
  s.begin("fails");
  s.emit(expectation_failed{"scenarios/x.yaml", 31, 7, "job", "alive", "revoked"});
  s.end(2, 1);
  CHECK(out.str() ==
        "FAIL scenarios/x.yaml  0 died, 2 expectations, 1 failed; first: line 31, job: "
        "expected alive, saw revoked\n");
}
