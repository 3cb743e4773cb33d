// Bad transcripts are refused with file, line and a way to mend them; nothing they hold crashes,
// hangs or fills the memory.

#include "actors/http/read_request.hpp"
#include "sim/transcript/compiled_transcript.hpp"
#include "sim/transcript/transcript.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/transcript/recorded_door.hpp"

#include <sstream>

using namespace lapse;
using namespace lapse::transcript;

namespace {

const std::string header = R"({"transcript":1,"name":"n","about":"a","server":"s","config":{}})"
                           "\n";
const std::string good = R"({"at":1,"as":"$root","method":"GET","path":"a","status":204,"took":0})"
                         "\n";

tl::expected<transcript_ptr, std::vector<transcript_error>> read(const std::string& text) {
  std::istringstream in{text};
  return read_transcript(in, "f.jsonl");
}

/// The first error as it is shown; empty if the text can be read.
std::string error_of(const std::string& text) {
  const auto result = read(text);
  const auto* errors = result ? nullptr : &result.error();
  return errors ? to_string(errors->front()) : std::string{};
}

bool starts(const std::string& text, const std::string& with) {
  CAPTURE(text);
  CAPTURE(with);
  CHECK(text.starts_with(with));
  return text.starts_with(with);
}

std::string request_with(const std::string& fields) {
  return header + R"({"at":1,"method":"GET","path":"a","status":204)" + fields + "}\n";
}

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

} // namespace

TEST_CASE("a transcript reads back what its lines say") {
  const auto result = read(R"({"transcript":1,"name":"n","about":"a","server":"s","config":)"
                           R"({"default_lease_ttl":"5s","max_lease_ttl":60}})"
                           "\n\n"
                           R"({"at":0.25,"as":"$a","method":"PUT","path":"x?y=1","body":{"b":1},)"
                           R"("headers":{"x-vault-wrap-ttl":"4s"},"save":"w","status":200,)"
                           R"("reply":{"data":1},"took":0.002,"loose":true})"
                           "\n"
                           R"({"at":1.5,"sim":{"backend_down":"db/","only":"revoke"}})");
  REQUIRE(result);
  const auto& t = **result;
  CHECK(t.name == "n");
  CHECK(config_of(t).default_lease_ttl == std::chrono::seconds{5});
  CHECK(config_of(t).max_lease_ttl == std::chrono::seconds{60});
  REQUIRE(t.lines.size() == 2);
  CHECK(t.lines[0].number == 3);
  CHECK(t.lines[0].at == std::chrono::milliseconds{250});
  CHECK(t.lines[0].took == std::chrono::milliseconds{2});
  CHECK(t.lines[0].as == "$a");
  CHECK(t.lines[0].headers == http::header_list{{"x-vault-wrap-ttl", "4s"}});
  CHECK(t.lines[0].loose);
  CHECK(t.lines[0].save == "w");
  CHECK(t.lines[0].reply == nlohmann::json{{"data", 1}});
  REQUIRE(t.lines[1].sim);
  CHECK(t.lines[1].sim->mount == "db/");
  CHECK(t.lines[1].sim->revoke_only);
}

TEST_CASE("errors name file and line, what is wrong and how to mend it") {
  starts(error_of(""), "f.jsonl: The file is empty.");
  starts(error_of(good), "f.jsonl:1: The first line has no `transcript`.");
  starts(error_of(R"({"transcript":3})"), "f.jsonl:1: `transcript` is neither 1 nor 2.");
  starts(error_of(R"({"transcript":1,"config":{"max_lease_ttl":"x"}})"),
         "f.jsonl:1: `config`: `max_lease_ttl` is not a positive duration.");
  starts(error_of(header + "{"), "f.jsonl:2: Not JSON: ");
  starts(error_of(header + "[1]"), "f.jsonl:2: Not a JSON object.");
  starts(error_of(header + "\"\xff\""), "f.jsonl:2: Not JSON: ");
  starts(error_of(header + "{\"at\":1e999}"), "f.jsonl:2: Not JSON: ");
  starts(error_of(header + good + R"({"at":0.5,"method":"GET","path":"a","status":204})"),
         "f.jsonl:3: `at` is earlier");
  starts(error_of(header + R"({"method":"GET"})"), "f.jsonl:2: `at` is not a time.");
  for (const auto* at : {"-1", "1e300", "\"1\"", "null"})
    starts(error_of(header + R"({"method":"GET","path":"a","status":200,"at":)" + at + "}"),
           "f.jsonl:2: `at` is not a time.");
  starts(error_of(request_with(R"(,"stauts":1)")), "f.jsonl:2: Unknown key `stauts`");
  starts(error_of(request_with(R"(,"took":-1)")), "f.jsonl:2: `took` is not a time.");
  starts(error_of(request_with(R"(,"save":"any")")), "f.jsonl:2: `save` is not a symbol's name.");
  starts(error_of(request_with(R"(,"save":"a b")")), "f.jsonl:2: `save` is not a symbol's name.");
  starts(error_of(request_with(R"(,"as":5)")), "f.jsonl:2: `as` is not a string.");
  starts(error_of(request_with(R"(,"headers":{"X-Vault-Namespace":"a"})")),
         "f.jsonl:2: Header `X-Vault-Namespace` is unknown to version 1.");
  starts(error_of(request_with(R"(,"raw":"{")")), "f.jsonl:2: `raw` is unknown to version 1.");
  starts(error_of(header + R"({"at":1,"method":"get","path":"a","status":204})"),
         "f.jsonl:2: `method` is none of GET");
  starts(error_of(header + R"({"at":1,"method":"GET","path":"/v1/a","status":204})"),
         "f.jsonl:2: `path` does not start with a mount.");
  starts(error_of(header + R"({"at":1,"method":"GET","path":"a","status":99})"),
         "f.jsonl:2: `status` is not an HTTP status.");
  starts(error_of(header + R"({"at":1,"sim":{"backend_down":"db"}})"),
         "f.jsonl:2: `backend_down` is not a mount.");
  starts(error_of(header + R"({"at":1,"sim":{}})"), "f.jsonl:2: `sim` needs exactly one of");
}

TEST_CASE("version 2 has headers and bodies as they were sent") {
  const std::string second = R"({"transcript":2})"
                             "\n";
  const auto line = [](const std::string& more) {
    return R"({"at":1,"method":"PUT","path":"a","status":204)" + more + "}";
  };
  const auto result = read(second + line(R"(,"raw":"{x","headers":{"X-Vault-Namespace":"a"})"));
  REQUIRE(result);
  const auto& t = **result;
  CHECK(t.version == 2);
  REQUIRE(t.lines.size() == 1);
  CHECK(t.lines[0].raw == "{x");
  CHECK(t.lines[0].headers == http::header_list{{"X-Vault-Namespace", "a"}});
  starts(error_of(second + line(R"(,"raw":"{","body":{})")),
         "f.jsonl:2: `body` and `raw` are both there.");
  starts(error_of(second + line(R"(,"headers":{"X-Vault-Inline-Auth-Path":"a"})")),
         "f.jsonl:2: Header `X-Vault-Inline-Auth-Path` is not modelled.");
  starts(error_of(second + line(R"(,"headers":{"Accept":5})")),
         "f.jsonl:2: Header `Accept` is not a string.");
}

TEST_CASE("all bad lines of a file are reported together, up to a bound") {
  std::string text = header;
  for (int i = 0; i < 100; ++i)
    text += "{}\n";
  const auto result = read(text);
  REQUIRE_FALSE(result);
  const auto& errors = result.error();
  CHECK(errors.size() == 20);
  CHECK(errors[7].line == 9);
}

TEST_CASE("deep nesting and long lines are refused unread") {
  starts(error_of(header + nested(1'000'000)), "f.jsonl:2: The line is longer than 1 MiB.");
  starts(error_of(header + nested(200'000)), "f.jsonl:2: JSON nests deeper than 100 levels.");
  starts(error_of(header + std::string(2 << 20, 'x')), "f.jsonl:2: The line is longer than 1 MiB.");
  CHECK(error_of(request_with(R"(,"body":)" + nested(90))).empty());
  // Brackets in strings are text.
  CHECK(error_of(request_with(R"(,"body":")" + std::string(500, '[') + R"(\"[")")).empty());
}

TEST_CASE("a file that is no transcript is refused as such") {
  CHECK_FALSE(load_transcript("/"));
  CHECK_FALSE(load_transcript("/no/such/file"));
  starts(error_of(std::string(100, '\0')), "f.jsonl:1: Not JSON: ");
}

TEST_CASE("odd uses of symbols differ or pass, and never fail otherwise") {
  const auto text =
      header +
      R"({"at":0,"as":"$a.b.c","method":"GET","path":"{$x}/{$any}/{$","body":)"
      R"({"{$y}":"$any","$t":1,"n":["$root",{"$t":"x"}]},"save":"s","status":200,"reply":{"$t":1}})"
      "\n"
      R"({"at":0,"method":"GET","path":"$root","status":200,)"
      R"("reply":["$t",{"$t":1e300},{"$any":"{$any}{$any}{$q}{$root}"},)"
      R"({"keys":["$any","$k","$k",{"keys":[]}]}]})"
      "\n"
      R"({"at":0,"method":"GET","path":"p","status":200,"reply":"$any"})"
      "\n"
      R"({"at":0,"method":"GET","path":"p","status":204,"reply":{"errors":null,"warnings":{}}})"
      "\n";
  const auto result = read(text);
  REQUIRE(result);
  compiled_transcript compiled{*result};
  auto odd = data_answer({{"keys", {"a", "b", 1, nullptr}}});
  odd.shape = envelope::raw;
  const std::vector<answer> answers{odd, no_content(), odd, data_answer(nullptr)};
  recorded_door server{token_name{token_id{1}, token_type::service, nullptr}, answers};
  const auto replayed = compiled.replay_doubly(server);
  CHECK(replayed.requests == 4);
  CHECK(replayed.differing == 3);
}
