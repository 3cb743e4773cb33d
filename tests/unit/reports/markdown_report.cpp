#include "reports/markdown/markdown_report.hpp"

#include "reports/markdown/inline_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/reports/hostile.hpp"

#include <algorithm>

using namespace lapse;
using namespace lapse::markdown;
using namespace lapse::test;

namespace {

/// `text` without what stands in code, by GitHub's rule: a run of backquotes ends at the next run
/// of the same length.
std::string outside_code(const std::string& text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '`') {
      result += text[at++];
      continue;
    }
    auto run = std::min(text.find_first_not_of('`', at), text.size()) - at;
    auto close = at + run;
    for (;;) {
      close = text.find('`', close);
      if (close == std::string::npos)
        break;
      auto length = std::min(text.find_first_not_of('`', close), text.size()) - close;
      if (length == run)
        break;
      close += length;
    }
    if (close == std::string::npos) {
      result += "UNCLOSED";
      return result;
    }
    at = close + run;
  }
  return result;
}

/// Cells of a row of a table: bars that are not escaped part them, also inside of code.
std::size_t bars(const std::string& row) {
  std::size_t result = 0;
  for (std::size_t i = 0; i < row.size(); ++i)
    result += row[i] == '|' && (i == 0 || row[i - 1] != '\\');
  return result;
}

} // namespace

TEST_CASE("a comment shows the verdict, and what died, when and why") {
  auto text = written<markdown_report>(cloud_keys, markdown_options{"lapse run x.yaml", false});
  INFO(text);
  CHECK(text.starts_with("### lapse: PASS `cloud keys die with the app's token`\n"));
  CHECK(has(text, "| `job` | token | 1h | 1h | 4h | 4h | its parent `app` expired |"));
  CHECK_FALSE(has(text, "See it again"));
}

TEST_CASE("a failure comes with its evidence and the command that shows it again") {
  auto text = written<markdown_report>(
      [](story& s) {
        s.begin("fails");
        s.at(5s);
        s.emit(expectation_failed{"x.yaml", 12, 3, "job", "alive", "expired at 1h"});
        s.emit(rule_broken{"L03", "a lease ends with its owner", "keys outlived job", 4});
        s.end(5, 1, 1);
      },
      markdown_options{"lapse run x.yaml --seed 7", false});
  INFO(text);
  CHECK(text.starts_with("### lapse: FAIL"));
  CHECK(has(text, "- line 12, at 5s: `job` expected `alive`, saw `expired at 1h`\n"));
  CHECK(has(text, "`L03` must hold: `a lease ends with its owner`, but keys outlived job\n"));
  CHECK(has(text, "```sh\nlapse run x.yaml --seed 7\n```\n"));
  CHECK(has(text, "Nothing."));
}

TEST_CASE("of several scenarios, one that passed is one line") {
  auto text = written<markdown_report>(cloud_keys, markdown_options{"lapse run x.yaml", true});
  CHECK(text == "- PASS `scenarios/x.yaml`: 7 expectations, 3 died\n");
}

TEST_CASE("a comment fits, however much there is to show, and counts the rest") {
  auto tell = [](story& s) {
    s.begin(std::string(5000, '`'));
    std::vector<token_id> tokens;
    for (int i = 0; i < 3000; ++i)
      tokens.push_back(s.token(std::string(100, '\x01') + std::to_string(i), {}, 1h));
    for (int i = 0; i < 3000; ++i)
      s.emit(expectation_failed{"x.yaml", i, 1, std::string(2000, 'x'), std::string(2000, '\x02'),
                                std::string(2000, '|')});
    s.at(1h);
    for (auto token : tokens)
      s.end_token(token, end_cause::deadline);
    s.end(3000, 3000);
  };
  for (auto brief : {false, true}) {
    auto text = written<markdown_report>(tell, markdown_options{std::string(9000, '\x03'), brief});
    CHECK(text.size() < markdown_bytes_max);
    CHECK(has(text, "more\n"));
    CHECK(outside_code(text).find("UNCLOSED") == std::string::npos);
  }
}

TEST_CASE("nothing from a scenario stands outside of code") {
  for (auto brief : {false, true}) {
    auto text =
        written<markdown_report>(hostile_run, markdown_options{"lapse run '`@x|\n<b>'", brief});
    CHECK_FALSE(has_control(text));
    auto outside = outside_code(text);
    INFO(outside);
    for (auto part : {"@", "<", "http", "UNCLOSED", "![", "alert", "cmd", "init"})
      CHECK_FALSE(has(outside, part));
    // Each row has the cells of its table's heading.
    std::size_t of_table = 0;
    for (const auto& line : lines_of(text)) {
      CAPTURE(line);
      if (!line.starts_with("|"))
        of_table = 0;
      else if (of_table == 0)
        of_table = bars(line);
      else
        CHECK(bars(line) == of_table);
    }
  }
}

TEST_CASE("a row shows renewals, and a revocation that was given up") {
  auto text = written<markdown_report>(
      [](story& s) {
        s.begin("down");
        auto app = s.token("app", {}, 1h);
        auto lease = s.lease("L", app, "db/creds/app", 1min);
        s.at(30s);
        s.emit(lease_renewed{lease, 1min, 90s, ttl_bound::increment});
        s.at(90s);
        s.emit(lease_ended{lease, end_cause::deadline, {}, {}});
        s.emit(revocation_attempted{lease, 1, false, "down", never});
        s.emit(lease_irrevocable{lease, "down"});
        s.end();
      },
      markdown_options{});
  INFO(text);
  CHECK(has(text,
            "| `L` | lease | 1m30s | 1m30s | 1m | 1m30s, 1 renewal | the increment of its last "
            "renewal ran out; its revocation was given up |\n"));
}

TEST_CASE("deaths that are alike are one row when there are many") {
  auto text = written<markdown_report>(
      [](story& s) {
        s.begin("crowd");
        auto app = s.token("app", {}, 1h);
        std::vector<token_id> jobs;
        for (int i = 1; i <= 1000; ++i) {
          s.at(i * 1s);
          jobs.push_back(s.token("job" + std::to_string(i), app, 4h));
        }
        s.at(1h);
        for (auto job : jobs)
          s.end_token(job, end_cause::ancestor, app);
        s.end_token(app, end_cause::deadline);
        s.end();
      },
      markdown_options{});
  INFO(text);
  CHECK(has(text,
            "| `job1` … `job1000` ×1,000 | token | 1h | 43m20s – 59m59s | 4h | 4h1s – 4h16m40s | "
            "its parent `app` expired |\n"));
  CHECK(text.size() < 1'000);
}

TEST_CASE("a name with backquotes stays within its code also in a sentence") {
  auto text = written<markdown_report>(
      [](story& s) {
        s.begin("names");
        auto app = s.token("x` @team `y|z", {}, 1h);
        auto job = s.token("job", app, 4h);
        s.at(1h);
        s.end_token(job, end_cause::ancestor, app);
        s.end_token(app, end_cause::deadline);
        s.end();
      },
      markdown_options{});
  INFO(text);
  CHECK(has(text, "| its parent `x' @team 'y\\|z` expired |"));
  CHECK_FALSE(has(outside_code(text), "@"));
}

TEST_CASE("a code span holds any text") {
  CHECK(code_span("plain") == "`plain`");
  CHECK(code_span("a`b``c") == "```a`b``c```");
  CHECK(code_span("`") == "`` ` ``");
  CHECK(code_span("") == "(empty)");
  CHECK(code_span("  ") == "(empty)");
  CHECK(code_cell("a|b") == "`a\\|b`");
  CHECK(code_block("````", "sh", 100) == "`````sh\n````\n`````\n");
}
