#include "reports/html/axis.hpp"
#include "reports/html/outline.hpp"
#include "reports/html/renewal_marks.hpp"
#include "reports/html/verbatim.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/reports/story.hpp"

using namespace lapse;
using namespace lapse::html;
using namespace lapse::lives;
using namespace lapse::test;

namespace {

outline outline_of(const ledger& lives, std::vector<std::size_t> pinned = {}) {
  std::vector<ending> ends;
  for (const auto& life : lives.all())
    ends.push_back(lives.end_of(life));
  std::vector<bool> pins(lives.size());
  for (auto i : pinned)
    pins[i] = true;
  return make_outline(lives, ends, pins);
}

/// Each life stands on one line, below the line of what is above it.
void check_whole(const ledger& lives, const outline& lines) {
  REQUIRE(lines.node_of.size() == lives.size());
  std::size_t members = 0;
  for (const auto& node : lines.nodes)
    members += node.members.size();
  CHECK(members == lives.size());
  CHECK(lines.nodes.size() <= outline_nodes_max);
  for (std::uint32_t line = 0; line < lines.nodes.size(); ++line) {
    const auto& node = lines.nodes[line];
    CHECK(node.depth <= outline_depth_max);
    CHECK((node.above == outline_node::none || node.above < line));
    for (auto member : node.members)
      CHECK(lines.node_of[member] == line);
  }
}

std::string copied(const kainjow::mustache::list& parts) {
  std::string text;
  for (const auto& part : parts) {
    if (part.get("run")->is_string())
      text += part.get("run")->string_value();
    else if (part.get("return")->is_true())
      text += '\r';
    else
      text += part.get("text")->string_value();
  }
  return text;
}

} // namespace

TEST_CASE("an axis has at most nine ticks at round times, from nanoseconds to centuries") {
  struct expected {
    duration end;
    std::string_view second;
    std::size_t count;
  };
  for (const auto& [end, second, count] :
       {expected{7ns, "1ns", 8}, expected{3500ms, "500ms", 8}, expected{10s, "2s", 6},
        expected{61s, "10s", 7}, expected{1h + 1s, "10m", 7}, expected{24h, "3h", 9},
        expected{768h, "5d", 7}, expected{8760h, "50d", 8}, expected{8760h * 30, "1825d", 7},
        expected{never - 1ns, "18250d", 6}}) {
    auto ticks = time_axis{end}.ticks();
    CAPTURE(end.count());
    REQUIRE(ticks.size() == count);
    CHECK(ticks[0].label == "0s");
    CHECK(ticks[1].label == second);
    CHECK(ticks.back().at <= end);
  }
}

TEST_CASE("places on an axis are fixed-point and never leave it") {
  time_axis axis{8h};
  CHECK(axis.percent(0s) == "0%");
  CHECK(axis.percent(1h) == "12.5%");
  CHECK(axis.percent(3h + 1s) == "37.503%");
  CHECK(axis.percent(8h) == "100%");
  CHECK(axis.percent(never) == "100%");
  time_axis longest{never - 1ns};
  CHECK(longest.percent(never / 2) == "50%");
  CHECK(longest.percent(never) == "100%");
  CHECK(time_axis{0s}.percent(0s) == "0%");
}

TEST_CASE("where there is room, everything is drawn alone") {
  story s;
  const auto& lives = s.lives();
  cloud_keys(s);
  auto lines = outline_of(lives);
  check_whole(lives, lines);
  REQUIRE(lines.nodes.size() == 4);
  CHECK(lines.nodes[3].depth == 3);
}

TEST_CASE("crowds of alike siblings share a line, the pinned and the unlike keep theirs") {
  story s;
  const auto& lives = s.lives();
  s.begin("crowd");
  auto root = s.token("root", {}, duration::zero(), ttl_bound::none);
  for (int i = 0; i < 2'000; ++i)
    s.lease("keys" + std::to_string(i), s.token("job" + std::to_string(i), root, 1h), "aws/creds/x",
            2h);
  auto other = s.token("other", root, 1h);
  s.end();
  // Lives: root, then token and lease in turns.
  auto lines = outline_of(lives, {401});
  check_whole(lives, lines);
  REQUIRE(lines.nodes.size() == 6);
  CHECK(lines.nodes[1].members.size() == 1'999);
  CHECK(lines.nodes[2].members.size() == 1'999);
  CHECK(lines.nodes[2].above == 1);
  CHECK(lines.nodes[3].members == std::vector<std::uint32_t>{401});
  CHECK(lines.nodes[4].members == std::vector<std::uint32_t>{402});
  CHECK(lives.slot_of(other) == lines.nodes[5].members.front());
}

TEST_CASE("a chain of 5,000 tokens is drawn as far as anybody reads, and the rest is counted") {
  story s;
  const auto& lives = s.lives();
  s.begin("chain");
  token_id above;
  for (int i = 0; i < 5'000; ++i)
    above = s.token("link" + std::to_string(i), above, 1h);
  s.end();
  auto lines = outline_of(lives);
  check_whole(lives, lines);
  CHECK(lines.nodes.back().rest);
  CHECK(lines.nodes.back().members.size() == 5'000 - outline_depth_max);
}

TEST_CASE("of many renewals an even choice is kept, in order") {
  story s;
  auto app = s.token("app", {}, 1h);
  auto job = s.token("job", {}, 1h);
  renewal_marks marks;
  for (int i = 1; i <= 10'000; ++i)
    marks.on_event({i * 1s, token_renewed{app, 1h, 1h + i * 1s, ttl_bound::own}}, s.lives());
  const auto* kept = marks.of(s.lives().slot_of(app));
  REQUIRE(kept != nullptr);
  CHECK(kept->size() <= renewal_marks::kept_max);
  CHECK(kept->size() >= renewal_marks::kept_max / 2);
  CHECK(kept->front() == 1s);
  for (std::size_t i = 2; i < kept->size(); ++i)
    CHECK((*kept)[i] - (*kept)[i - 1] == (*kept)[1] - (*kept)[0]);
  CHECK(marks.of(s.lives().slot_of(job)) == nullptr);
}

TEST_CASE("verbatim text is copied exactly, and what cannot be seen is set apart") {
  std::string text = "name: \xe2\x80\xae"
                     "evil\r\n\t# caf\xc3\xa9 \x1b[1m\xe6\x97\xa5\n";
  auto parts = verbatim(text);
  CHECK(copied(parts) == text);
  CHECK(parts.size() == 7);
  CHECK(parts[1].get("shown")->string_value() == "\\u202e");
  CHECK(parts[3].get("shown")->string_value() == "\\r");
  CHECK(parts[5].get("shown")->string_value() == "\\x1b");
  CHECK(copied(verbatim(std::string_view{"a\0b\xff"
                                         "c\xc3",
                                         6})) == "a\xef\xbf\xbd"
                                                 "b\xef\xbf\xbd"
                                                 "c\xef\xbf\xbd");
  CHECK(verbatim("").empty());
  CHECK(copied(verbatim(std::string(1'000'000, 'x'))).size() < 300'000);
}
