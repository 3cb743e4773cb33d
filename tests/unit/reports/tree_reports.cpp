#include "reports/dot/dot_report.hpp"
#include "reports/mermaid/mermaid_report.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/reports/hostile.hpp"

using namespace lapse;
using namespace lapse::dot;
using namespace lapse::mermaid;
using namespace lapse::test;

namespace {

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t result = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++result;
  return result;
}

/// `roots` tokens, each with `children`.
auto broad(int roots, int children, std::string name = {}) {
  return [=](story& s) {
    s.begin("broad");
    for (int i = 0; i < roots; ++i) {
      auto above = s.token(name.empty() ? name : name + std::to_string(i), {}, 1h);
      for (int j = 0; j < children; ++j)
        s.token(name.empty() ? name : name + std::to_string(i) + '.' + std::to_string(j), above,
                1h);
    }
    s.end();
  };
}

} // namespace

TEST_CASE("a drawn tree has an edge from each token to what is below it, and greys the dead") {
  auto dot = written<dot_report>(cloud_keys);
  INFO(dot);
  CHECK(count(dot, " -> ") == 3);
  CHECK(count(dot, "dashed") == 3);
  CHECK(has(dot, "job\\ntoken\\nrevoked at 1h: ancestor app"));
  auto mermaid = written<mermaid_report>(cloud_keys);
  INFO(mermaid);
  CHECK(count(mermaid, " --> ") == 3);
  CHECK(count(mermaid, ":::dead") == 3);
  CHECK(has(mermaid, "tree at the end, 1h1s"));
}

TEST_CASE("at an instant the tree is as it was then, with what was to come") {
  auto dot = written<dot_report>(cloud_keys, dot_options{59min, false});
  INFO(dot);
  CHECK(has(dot, "tree at 59m"));
  CHECK(count(dot, "dashed") == 0);
  CHECK(has(dot, "alive, ancestor app due at 1h"));
  auto mermaid = written<mermaid_report>(cloud_keys, mermaid_options{1h});
  CHECK(has(mermaid, "tree at 1h\n"));
  CHECK(count(mermaid, ":::dead") == 3);
  // Beyond the end there is nothing else than at the end.
  CHECK(has(written<dot_report>(cloud_keys, dot_options{9h, false}), "tree at the end, 1h1s"));
}

TEST_CASE("a deadline that passed between two events counts at the instant looked at") {
  auto dot = written<dot_report>(
      [](story& s) {
        s.begin("late");
        auto a = s.token("a", {}, 1h);
        s.at(3h);
        s.end_token(a, end_cause::deadline);
        s.end();
      },
      dot_options{2h, false});
  CHECK(has(dot, "expired at 1h"));
}

TEST_CASE("an orphan stands alone from the instant its parent left it") {
  auto tell = [](story& s) {
    s.begin("orphan");
    auto a = s.token("a", {}, 1h);
    auto b = s.token("b", a, 2h);
    s.at(10min);
    s.end_token(a, end_cause::revoke);
    s.emit(token_orphaned{b});
    s.end();
  };
  CHECK(count(written<dot_report>(tell), " -> ") == 0);
  CHECK(count(written<dot_report>(tell, dot_options{5min, false}), " -> ") == 1);
}

TEST_CASE("large trees are cut and say how much is missing, named tokens last") {
  auto dot = written<dot_report>(broad(100, 100));
  CHECK(has(dot, "and 6,060 more")); // 60 roots with all that is below them
  CHECK(has(dot, "and 100 more"));
  CHECK(count(dot, "\\ntoken\\n") == 1000);
  CHECK(count(written<dot_report>(broad(100, 100), dot_options{{}, true}), "\\ntoken\\n") ==
        10'100);
  auto named = written<mermaid_report>([](story& s) {
    s.begin("one has a name");
    for (int i = 0; i < 100; ++i)
      s.token("", {}, 1h);
    s.token("wanted", {}, 1h);
    s.end();
  });
  CHECK(has(named, "wanted"));
  CHECK(has(named, "and 76 more"));
}

TEST_CASE("a flowchart keeps to what Mermaid takes, whatever the names") {
  auto text = written<mermaid_report>(broad(200, 200, std::string(200, '"')));
  CHECK(text.size() < 50'000);
  CHECK(count(text, " --> ") < 500);
}

TEST_CASE("no name leaves its label") {
  auto dot = written<dot_report>(hostile_run);
  CHECK_FALSE(has_control(dot));
  for (const auto& line : lines_of(dot)) {
    std::size_t quotes = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\\')
        ++i;
      else
        quotes += line[i] == '"';
    }
    CAPTURE(line);
    CHECK(quotes % 2 == 0);
  }
  auto mermaid = written<mermaid_report>(hostile_run);
  CHECK_FALSE(has_control(mermaid));
  CHECK(count(mermaid, "%%") == 1);
  for (const auto& line : lines_of(mermaid)) {
    CAPTURE(line);
    auto quotes = count(line, "\"");
    CHECK((quotes == 0 || quotes == 2));
    CHECK(line.find('`') == std::string::npos);
    CHECK(count(line, "<") == count(line, "<br/>"));
  }
}

TEST_CASE("a tree of nothing is a document") {
  CHECK(has(written<dot_report>(empty_run), "digraph"));
  CHECK(has(written<mermaid_report>(empty_run), "no token and no lease"));
}
