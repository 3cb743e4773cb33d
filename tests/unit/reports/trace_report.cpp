#include "reports/trace/trace_report.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/reports/hostile.hpp"

using namespace lapse;
using namespace lapse::trace;
using namespace lapse::test;
using nlohmann::json;

namespace {

template <class Tell>
json traced(Tell&& tell) {
  return json::parse(written<trace_report>(tell), nullptr, false);
}

std::vector<json> of_phase(const json& document, const std::string& phase) {
  std::vector<json> result;
  for (const auto& one : document["traceEvents"])
    if (one["ph"] == phase)
      result.push_back(one);
  return result;
}

} // namespace

TEST_CASE("each token and lease has a track and one life on it") {
  auto document = traced(cloud_keys);
  REQUIRE(document.is_object());
  auto lives = of_phase(document, "X");
  REQUIRE(lives.size() == 4);
  CHECK(lives[1]["name"] == "app");
  CHECK(lives[1]["ts"] == 0);
  CHECK(lives[1]["dur"] == 3'600'000'000);
  CHECK(lives[1]["args"]["cause"] == "deadline");
  CHECK(lives[3]["args"]["above"] == "job");
  CHECK(lives[3]["pid"] != lives[1]["pid"]);
  // What is alive reaches to the end of the run.
  CHECK(lives[0]["dur"] == 3'601'000'000);
}

TEST_CASE("arrows lead from what ended to what it took along, within both lives") {
  auto document = traced(cloud_keys);
  auto from = of_phase(document, "s");
  auto to = of_phase(document, "f");
  REQUIRE(from.size() == 2);
  REQUIRE(to.size() == 2);
  CHECK(from[0]["tid"] == 2); // app
  CHECK(to[0]["tid"] == 3);   // took job along
  CHECK(from[1]["tid"] == 3); // job
  CHECK(to[1]["tid"] == 4);   // its keys
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(from[i]["id"] == to[i]["id"]);
    CHECK(from[i]["ts"] == 3'599'999'999);
  }
}

TEST_CASE("renewals are instants with whole microseconds and exact nanoseconds") {
  auto document = traced([](story& s) {
    s.begin("renewed");
    auto app = s.token("app", {}, 120s);
    s.at(duration{1'500});
    s.emit(token_renewed{app, 60s, 60s + duration{1'500}, ttl_bound::increment});
    s.end();
  });
  auto marks = of_phase(document, "i");
  REQUIRE(marks.size() == 2);
  CHECK(marks[0]["name"] == "renewed");
  CHECK(marks[0]["ts"] == 1);
  CHECK(marks[0]["args"]["at_ns"] == 1'500);
  CHECK(marks[0]["args"]["bound"] == "increment");
}

TEST_CASE("a life without length has no arrow, for no viewer could bind it") {
  auto document = traced([](story& s) {
    s.begin("at once");
    auto app = s.token("app", {}, 1h);
    auto job = s.token("job", app, 1h);
    s.end_token(job, end_cause::ancestor, app);
    s.end_token(app, end_cause::revoke);
    s.end();
  });
  CHECK(of_phase(document, "X").size() == 2);
  CHECK(of_phase(document, "s").empty());
  CHECK(of_phase(document, "f").empty());
}

TEST_CASE("a trace is JSON whatever the names are") {
  auto text = written<trace_report>(hostile_run);
  CHECK_FALSE(has_control(text));
  auto document = json::parse(text, nullptr, false);
  REQUIRE(document.is_object());
  CHECK(of_phase(document, "X").size() == 2 * hostile_names().size() + 1);
  CHECK(json::parse(written<trace_report>(empty_run), nullptr, false).is_object());
}
