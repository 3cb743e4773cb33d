#include "reports/openmetrics/openmetrics_report.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/reports/hostile.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>

using namespace lapse;
using namespace lapse::openmetrics;
using namespace lapse::test;

TEST_CASE("final counts show what was issued and how it ended") {
  auto text = written<openmetrics_report>(cloud_keys);
  INFO(text);
  CHECK(has(text, "lapse_issued_total{kind=\"token\"} 3\n"));
  CHECK(has(text, "lapse_alive{kind=\"token\"} 1\n"));
  CHECK(has(text, "lapse_ended_total{kind=\"lease\",cause=\"ancestor\"} 1\n"));
  CHECK(has(text, "lapse_requests_total{operation=\"read\",status=\"403\"} 1\n"));
  CHECK(has(text, "lapse_backend_revocations_total{outcome=\"done\"} 1\n"));
  CHECK(has(text, "lapse_run_virtual_seconds 3601.000000000\n"));
  CHECK(has(text, "lapse_run_passed 1\n"));
  CHECK(text.ends_with("# EOF\n"));
}

TEST_CASE("how long things lived is a histogram whose buckets include their upper end") {
  auto text = written<openmetrics_report>([](story& s) {
    s.begin("lived");
    auto a = s.token("a", {}, 60s);
    auto b = s.token("b", {}, 60s + duration{1});
    s.token("alive", {}, 1h);
    s.at(60s);
    s.end_token(a, end_cause::deadline);
    s.at(60s + duration{1});
    s.end_token(b, end_cause::deadline);
    s.end();
  });
  INFO(text);
  CHECK(has(text, "lapse_lived_seconds_bucket{kind=\"token\",le=\"10.0\"} 0\n"));
  CHECK(has(text, "lapse_lived_seconds_bucket{kind=\"token\",le=\"60.0\"} 1\n"));
  CHECK(has(text, "lapse_lived_seconds_bucket{kind=\"token\",le=\"300.0\"} 2\n"));
  CHECK(has(text, "lapse_lived_seconds_bucket{kind=\"token\",le=\"+Inf\"} 2\n"));
  CHECK(has(text, "lapse_lived_seconds_count{kind=\"token\"} 2\n"));
  CHECK(has(text, "lapse_lived_seconds_sum{kind=\"token\"} 120.000000001\n"));
}

TEST_CASE("as many are alive by source as in all") {
  auto text = written<openmetrics_report>([](story& s) {
    s.begin("sources");
    client_family web;
    web.name = "web";
    s.emit(web);
    auto app = s.token("", {}, 1h);
    s.emit(handle_bound{"web", app, {}, {0, 1}, 0});
    // No event says that a batch token dies with its parent.
    token_facts batch;
    batch.name = token_name{token_id{1'000}, token_type::batch, nullptr};
    batch.parent = batch.maker = app;
    batch.path = text_of("auth/token/create");
    batch.ttl = batch.expire = 4h;
    s.emit(token_created{std::make_shared<const token_facts>(batch)});
    auto other = s.token("", {}, 4h);
    s.emit(handle_bound{"web", other, {}, {0, 1}, 0, true});
    s.lease("", s.token("", other, 4h), "db/creds/ro", 4h);
    s.token("", {}, 4h);
    s.at(2h);
    s.end();
  });
  INFO(text);
  std::uint64_t alive = 0;
  std::uint64_t by_source = 0;
  for (const auto& line : lines_of(text)) {
    const auto count = std::strtoull(line.c_str() + line.rfind(' ') + 1, nullptr, 10);
    if (line.starts_with("lapse_alive{"))
      alive += count;
    if (line.starts_with("lapse_alive_by_source{"))
      by_source += count;
  }
  CHECK(alive > 0);
  CHECK(by_source == alive);
}

TEST_CASE("a sum of lives longer than time itself does not overflow") {
  auto text = written<openmetrics_report>([](story& s) {
    s.begin("ages");
    std::vector<token_id> tokens;
    for (int i = 0; i < 5; ++i)
      tokens.push_back(s.token("", {}, duration::zero()));
    s.at(never - 1ns);
    for (auto token : tokens)
      s.end_token(token, end_cause::revoke);
    s.end();
  });
  CHECK(has(text, "lapse_lived_seconds_sum{kind=\"token\"} 46116860184.273879030\n"));
}

TEST_CASE("metrics stay one sample a line whatever the names are") {
  auto text = written<openmetrics_report>(hostile_run);
  CHECK_FALSE(has_control(text));
  std::size_t ends = 0;
  for (const auto& line : lines_of(text)) {
    ends += line == "# EOF";
    CAPTURE(line);
    CHECK((line.starts_with("# ") || line.starts_with("lapse_")));
  }
  CHECK(ends == 1);
  CHECK(written<openmetrics_report>(empty_run).ends_with("# EOF\n"));
}
