// How requests are filled in, when they are issued, and what the rules of comparison allow.

#include "sim/transcript/compiled_transcript.hpp"
#include "sim/transcript/json_pattern.hpp"
#include "sim/transcript/verdict.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/transcript/recorded_door.hpp"

#include <sstream>

using namespace lapse;
using namespace lapse::transcript;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

transcript_ptr transcript_of(const std::string& lines) {
  std::istringstream in{R"({"transcript":1,"name":"n"})"
                        "\n" +
                        lines};
  auto result = read_transcript(in, "f.jsonl");
  if (!result)
    FAIL(to_string(result.error().front()));
  return *result;
}

const token_name root{token_id{1}, token_type::service,
                      std::make_shared<const std::string>("root")};

token_name token(std::uint64_t number) { return {token_id{number}, token_type::service, nullptr}; }

answer created(std::uint64_t number) {
  token_facts made;
  made.name = token(number);
  auth_block block;
  block.facts = std::make_shared<const token_facts>(std::move(made));
  return auth_answer(std::move(block));
}

answer raw(json body) {
  auto result = data_answer(std::move(body));
  result.shape = envelope::raw;
  return result;
}

const std::string create =
    R"({"at":0.5,"took":0.01,"as":"$root","method":"POST","path":"auth/token/create",)"
    R"("save":"a","status":200,"loose":true})"
    "\n";

bool matches(const json& expected, const json& actual) {
  symbol_table symbols;
  symbols.restart();
  const json_pattern pattern{expected, symbols};
  symbols.restart();
  comparison in{symbols};
  return pattern.matches(actual, in, 1767225600);
}

} // namespace

TEST_CASE("symbols in requests are replaced and unbound ones sent literally (R-1731)") {
  compiled_transcript t{transcript_of(
      create +
      R"({"at":1,"as":"$a","method":"POST","path":"x/{$a.accessor}","body":)"
      R"({"token":"$a","in":"<{$a}>","no":"$b","inner":"{$b.accessor}!","odd":"{$never}"},)"
      R"("save":"b","status":200,"loose":true})"
      "\n"
      R"({"at":1,"as":"$b","method":"GET","path":"y","status":204})"
      "\n")};
  const std::vector<answer> answers{created(7), no_content(), no_content()};
  recorded_door server{root, answers};
  server.keep = true;
  CHECK(t.replay(server).passed());
  REQUIRE(server.requests.size() == 3);
  CHECK(server.callers[0].id == root.id);
  CHECK(server.callers[1].id == token_id{7});
  CHECK(server.requests[1]->path == "x/" + accessor_text(token(7)));
  CHECK(server.requests[1]->body == json{{"token", text(token(7))},
                                         {"in", "<" + text(token(7)) + ">"},
                                         {"no", "$b"},
                                         {"inner", "$b.accessor!"},
                                         {"odd", "{$never}"}});
  CHECK(!server.callers[2].id);
  CHECK(server.callers[2].text == "$b");
}

TEST_CASE("a request is built once and again only when its symbols stand for other values") {
  compiled_transcript t{transcript_of(
      create + R"({"at":1,"as":"$a","method":"POST","path":"x","body":{"token":"$a"},"status":204})"
               "\n")};
  const std::vector<answer> seven{created(7), no_content()}, eight{created(8), no_content()};
  std::vector<request_ptr> made;
  for (const auto* answers : {&seven, &seven, &eight}) {
    recorded_door server{root, *answers};
    server.keep = true;
    CHECK(t.replay(server).passed());
    made.push_back(server.requests[1]);
  }
  CHECK(made[0] == made[1]);
  CHECK(made[1] != made[2]);
  CHECK(made[2]->body["token"] == text(token(8)));
}

TEST_CASE("requests are issued at the end of their span and faults at their instant") {
  compiled_transcript t{
      transcript_of(create + R"({"at":0.505,"sim":{"backend_down":"db/"}})"
                             "\n"
                             R"({"at":2,"took":0.5,"method":"GET","path":"y","status":204})"
                             "\n")};
  const std::vector<answer> answers{created(7), no_content()};
  recorded_door server{root, answers};
  server.keep = true;
  CHECK(t.replay(server).passed());
  CHECK(server.asked_at == std::vector<instant>{510ms, 2500ms});
  CHECK(server.faults.size() == 1);
}

TEST_CASE("a line that fits only at the start of its span is settled there (R-1733)") {
  // A server on which something happens at 2.2 s.
  struct changing_door : recorded_door {
    using recorded_door::recorded_door;
    void ask(const credential&, request_ptr, answer_taker take) override {
      take(now < 2200ms ? no_content() : nothing_found());
    }
  };
  static const std::vector<answer> none;
  const auto make = [](const server_config&) {
    return std::make_unique<changing_door>(root, none);
  };
  compiled_transcript t{transcript_of(
      R"({"at":2,"took":0.5,"method":"GET","path":"y","status":204})"
      "\n"
      R"({"at":2.5,"took":0.1,"method":"GET","path":"y","status":404,"reply":{"errors":[]}})"
      "\n")};
  changing_door late{root, none};
  CHECK(t.replay(late).differing == 1);
  CHECK(t.settle(make).passed());
  changing_door again{root, none};
  CHECK(t.replay(again).passed());
  // What fits at neither end stays a difference.
  compiled_transcript wrong{
      transcript_of(R"({"at":2,"took":0.5,"method":"GET","path":"y","status":200})"
                    "\n")};
  CHECK(wrong.settle(make).differing == 1);
}

TEST_CASE("an answer that needs time is compared when it comes, or missed at the end") {
  // A server that answers the first request when it is 3 s, and all others at once.
  struct slow_door : recorded_door {
    using recorded_door::recorded_door;
    void ask(const credential&, request_ptr, answer_taker take) override {
      if (first)
        first = false, waiting = std::move(take);
      else
        take(no_content());
    }
    void advance(instant at) override {
      now = at;
      if (waiting && at > 3s)
        std::exchange(waiting, nullptr)(nothing_found());
    }
    bool first = true;
    answer_taker waiting;
  };
  static const std::vector<answer> none;
  const std::string two = R"({"at":1,"method":"PUT","path":"x","status":404,"reply":{"errors":[]}})"
                          "\n"
                          R"({"at":2,"method":"GET","path":"y","status":204})"
                          "\n";
  SECTION("it comes") {
    compiled_transcript t{
        transcript_of(two + R"({"at":4,"method":"GET","path":"y","status":204})" + "\n")};
    slow_door server{root, none};
    auto seen = t.replay(server);
    CHECK(seen.passed());
    CHECK(seen.compared == 3);
  }
  SECTION("it never comes") {
    compiled_transcript t{transcript_of(two)};
    slow_door server{root, none};
    auto seen = t.replay(server);
    REQUIRE(seen.differing == 1);
    CHECK(seen.differences.front().line == 2);
    CHECK(seen.differences.front().got["errors"][0] == "no answer by the end of the transcript");
  }
}

TEST_CASE("two symbols never stand for the same value, nor one for two") {
  const std::string two =
      R"({"at":1,"method":"GET","path":"y","status":200,"reply":{"x":"$p","y":"$q"}})"
      "\n"
      R"({"at":2,"method":"GET","path":"y","status":200,"reply":{"x":"$p"}})"
      "\n";
  const auto differing = [&](json first, json second) {
    compiled_transcript t{transcript_of(two)};
    const std::vector<answer> answers{raw(std::move(first)), raw(std::move(second))};
    recorded_door server{root, answers};
    return t.replay(server).differing;
  };
  CHECK(differing({{"x", "1"}, {"y", "2"}}, {{"x", "1"}}) == 0);
  CHECK(differing({{"x", "1"}, {"y", "1"}}, {{"x", "1"}}) == 1);
  CHECK(differing({{"x", "1"}, {"y", "2"}}, {{"x", "2"}}) == 1);
  CHECK(differing({{"x", ""}, {"y", "2"}}, {{"x", ""}}) == 2);
}

TEST_CASE("instants compare in any shape and within 0.15 s") {
  const json expected = {{"$t", 3.0}};
  CHECK(matches(expected, "2026-01-01T00:00:03.15Z"));
  CHECK(matches(expected, "2026-01-01T00:00:02.85Z"));
  CHECK(!matches(expected, "2026-01-01T00:00:03.150000001Z"));
  CHECK(matches(expected, 1767225603));
  CHECK(!matches(expected, 1767225604));
  CHECK(!matches(expected, 1767225603.0));
  CHECK(!matches(expected, "2026-13-01T00:00:03Z"));
  CHECK(!matches(expected, nullptr));
  CHECK(matches({{"$t", 4.0}, {"x", 1}}, {{"$t", 4.0}, {"x", 1}}));
}

TEST_CASE("lists under `keys` are sets, other lists are not, and `$any` is anything but null") {
  CHECK(matches({{"keys", {"a", "b"}}}, {{"keys", {"b", "a"}}}));
  CHECK(!matches({{"keys", {"a", "b"}}}, {{"keys", {"b", "b"}}}));
  CHECK(!matches({{"keys", {"a", "b"}}}, {{"keys", {"a"}}}));
  CHECK(matches({{"keys", {"$any", "a"}}}, {{"keys", {"a", "z"}}}));
  CHECK(!matches({{"list", {"a", "b"}}}, {{"list", {"b", "a"}}}));
  CHECK(matches("$any", 5));
  CHECK(!matches("$any", nullptr));
  CHECK(matches("a {$any} b {$any}", "a x b b y"));
  CHECK(!matches("a {$any} b", "a  c"));
  CHECK(!matches(5, 5.5));
  CHECK(!matches(0, false));
}

TEST_CASE("verdicts show differences as a diff and in files that programs read") {
  compiled_transcript t{transcript_of(
      R"({"at":1,"took":0.25,"as":"$root","method":"POST","path":"y","body":{"b":1},"status":200,)"
      R"("reply":{"x":1,"y":"\u001b[2J<&"}})"
      "\n")};
  const std::vector<answer> answers{raw({{"x", 2}, {"y", "z"}})};
  recorded_door server{root, answers};
  std::vector<file_verdict> verdicts(2);
  verdicts[0].file = "f.jsonl";
  verdicts[0].result = t.replay(server);
  verdicts[1].file = "g.jsonl";
  verdicts[1].errors.push_back({"g.jsonl", 3, "Bad."});
  std::ostringstream text, as_json, as_xml;
  print_verdict(text, verdicts[0], false);
  print_totals(text, totals_of(verdicts));
  CHECK(text.str() == "FAILED  f.jsonl  1 of 1 answers differ (- expected, + got)\n"
                      "  1.000 s, line 2, issued at 1.250 s: POST y as $root {\"b\":1}\n"
                      "    x\n    - 1\n    + 2\n"
                      "    y\n    - \"\\u001b[2J<&\"\n    + \"z\"\n"
                      "0 passed, 2 failed, 1 answers compared\n");
  write_verdicts_json(as_json, verdicts);
  const auto parsed = json::parse(as_json.str());
  CHECK(parsed["failed"] == 2);
  CHECK(parsed["files"][0]["differences"][0]["fields"][0]["path"] == "x");
  CHECK(parsed["files"][1]["errors"][0]["line"] == 3);
  write_verdicts_junit(as_xml, verdicts);
  CHECK(as_xml.str().find("tests=\"2\" failures=\"1\" errors=\"1\"") != std::string::npos);
  CHECK(as_xml.str().find("\x1b") == std::string::npos);
  std::ostringstream coloured;
  print_verdict(coloured, verdicts[0], true);
  CHECK(coloured.str().find("\x1b[31m") != std::string::npos);
}
