#include "actors/policy/parse.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/render_policy.hpp"

#include <string>
#include <utility>

using namespace lapse;
using namespace lapse::policy;
using namespace std::chrono_literals;

namespace {

// Some second of the year 2023.
constexpr std::int64_t now = 1'700'000'000;

lapse::policy::policy parsed(std::string_view text) {
  auto result = read_policy("p", text, now);
  if (!result)
    FAIL("refused: " << result.error().text);
  return std::move(*result);
}

path_rule only_rule(std::string_view text) {
  auto rules = parsed(text).rules;
  REQUIRE(rules.size() == 1);
  return rules.front();
}

policy_error refused(std::string_view text) {
  auto result = read_policy("p", text, now);
  return result ? policy_error{"accepted"} : result.error();
}

capability_set caps(std::initializer_list<capability> list) {
  capability_set out;
  for (auto one : list)
    out |= one;
  return out;
}

constexpr auto c = capability::create;
constexpr auto r = capability::read;
constexpr auto u = capability::update;
constexpr auto d = capability::delete_;
constexpr auto l = capability::list;

} // namespace

TEST_CASE("a path block grants its capabilities (R-901, R-1716)") {
  auto rule = only_rule(R"(path "a" { capabilities = ["read", "list",] })");
  CHECK(rule.pattern == "a");
  CHECK_FALSE(rule.is_prefix);
  CHECK_FALSE(rule.has_plus);
  CHECK(rule.capabilities == caps({r, l}));
}

TEST_CASE("texts that are accepted and grant nothing (R-1716)") {
  for (auto text : {R"(path "a" { capabilities = [] })", R"(path "a" { })"})
    CHECK(only_rule(text).capabilities.empty());
  for (auto text : {R"(path "a" { capabilities = ["read"] expiration = "2020-01-01T00:00:00Z" })",
                    "# only a comment", R"({"path": )"})
    CHECK(parsed(text).rules.empty());
}

TEST_CASE("the old shorthand is spelled out (R-1716)") {
  CHECK(only_rule(R"(path "a" { policy = "read" })").capabilities == caps({r, l}));
  CHECK(only_rule(R"(path "a" { policy = "write" })").capabilities == caps({c, r, u, d, l}));
  CHECK(only_rule(R"(path "a" { policy = "sudo" })").capabilities ==
        caps({c, r, u, d, l, capability::sudo}));
  CHECK(only_rule(R"(path "a" { policy = "deny" })").capabilities == caps({capability::deny}));
}

TEST_CASE("deny leaves no other capability (R-903)") {
  auto rule = only_rule(R"(path "a" { capabilities = ["read", "deny", "fly"]
                                      required_parameters = ["x"] })");
  CHECK(rule.capabilities == caps({capability::deny}));
  CHECK(rule.required_parameters.empty());
}

TEST_CASE("the language takes many spellings (R-1716)") {
  for (auto text : {
           R"(path a { capabilities = ["read"] })",
           R"(path "/a" { capabilities = ["read"] })",
           "name = \"n\"\npath \"a\" { capabilities = [\"read\"] }",
           R"({"path": {"a": {"capabilities": ["read"]}}})",
           R"({"path": [{"a": {"capabilities": ["read"]}}]})",
           R"({"path": {"a": {"capabilities": ["read"])",
           "cGF0aCAiYSIgeyBjYXBhYmlsaXRpZXMgPSBbInJlYWQiXSB9",
           "// c\npath \"a\" { capabilities = [\"read\"] } /* x */",
           R"(path "a" { capabilities = ["read"] comment = "hi" })",
           "path \"a\" {\r\n  capabilities = [\"read\"]\r\n}\r\n",
           R"(path "\x61" { capabilities = ["re\u0061d"] })",
       }) {
    CAPTURE(text);
    CHECK(parsed(text).rules == parsed(R"(path "a" { capabilities = ["read"] })").rules);
  }
  CHECK(only_rule(R"(path "a\"b" { capabilities = ["scan"] })").pattern == "a\"b");
  CHECK(parsed(R"(path "a" { capabilities = ["read"] } path "a" { capabilities = ["update"] })")
            .rules.size() == 2);
}

TEST_CASE("patterns are distinguished by their wildcards (R-902)") {
  auto rule_of = [](const std::string& path) {
    return only_rule("path \"" + path + "\" { capabilities = [\"read\"] }");
  };
  CHECK(rule_of("a/b*").is_prefix);
  CHECK(rule_of("a/b*").pattern == "a/b");
  CHECK_FALSE(rule_of("a*b").is_prefix);
  CHECK(rule_of("a*b").pattern == "a*b");
  for (auto path : {"+", "+/a", "a/+/b", "a/+/b*"}) {
    CAPTURE(path);
    CHECK(rule_of(path).has_plus);
    CHECK_FALSE(rule_of(path).is_prefix);
    CHECK(rule_of(path).pattern == path);
  }
  CHECK_FALSE(rule_of("a+").has_plus);
}

TEST_CASE("limits are read (R-909, R-910, R-915)") {
  auto rule = only_rule(R"(path "a" {
    capabilities = ["read"]
    min_wrapping_ttl = "1s"
    max_wrapping_ttl = 90
    allowed_parameters = { "X" = ["1", true] "*" = [] }
    denied_parameters = { y = [] }
    required_parameters = ["z"]
    pagination_limit = 5
    expiration = "2100-01-01T01:00:00.5+01:00"
  })");
  CHECK(rule.min_wrapping_ttl == 1s);
  CHECK(rule.max_wrapping_ttl == 90s);
  CHECK(rule.allowed_parameters == parameter_rules{{"*", {}}, {"x", {"1", true}}});
  CHECK(rule.denied_parameters == parameter_rules{{"y", {}}});
  CHECK(rule.required_parameters == std::vector<std::string>{"z"});
  CHECK(rule.pagination_limit == 5);
  CHECK(rule.expiration == 4102444800);
}

TEST_CASE("refusals have the server's texts (R-1716)") {
  std::pair<std::string_view, std::string_view> rows[] = {
      {"", "'policy' parameter not supplied or empty"},
      {R"(path "a" { policy = "fly" })", "path \"a\": invalid policy \"fly\""},
      {R"(path "a" { capabilities = ["fly"] })", "path \"a\": invalid capability \"fly\""},
      {R"(path "a" { capabilities = ["READ"] })", "path \"a\": invalid capability \"READ\""},
      {R"(path "a" { capabilities = "read" })",
       "path \"a\": At 1:27: unknown slice type: *ast.LiteralType"},
      {R"(path "a" { capabilities = ["read"] allowed_parameters = { "x" = "1" } })",
       "path \"a\": At 1:65: unknown slice type: *ast.LiteralType"},
      {R"(path "a/+*" { capabilities = ["read"] })",
       "path \"a/+*\": invalid use of wildcards ('+*' is forbidden)"},
      {R"(nmae = "n")", "1 error occurred:\n\t* invalid key \"nmae\" on line 1\n\n"},
      {"a = 1\n\nb = 2", "2 errors occurred:\n\t* invalid key \"a\" on line 1\n"
                         "\t* invalid key \"b\" on line 3\n\n"},
      {R"(path "a" { capabilites = ["read"] })",
       "1 error occurred:\n\t* path \"a\": invalid key \"capabilites\" on line 1\n\n"},
      {R"(path "a" { capabilities = ["read"] min_wrapping_ttl = "20s" max_wrapping_ttl = "10s" })",
       "max_wrapping_ttl cannot be less than min_wrapping_ttl"},
      {R"(path "a" { capabilities = ["read"] min_wrapping_ttl = "1w" })",
       "error parsing min_wrapping_ttl: time: unknown unit \"w\" in duration \"1w\""},
      {R"(path 'a' { capabilities = ['read'] })", "At 1:6: illegal char"},
      {R"(path "a" { capabilities = ["read"] )",
       "At 1:37: object expected closing RBRACE got: EOF"},
      {"path x {", "At 1:10: object expected closing RBRACE got: EOF"},
      {"path \"a\" {\n capabilities = [\"read\"]\n}}",
       "At 3:2: expected: IDENT | STRING | ASSIGN | LBRACE got: RBRACE"},
      {R"(path "x/{{a" { capabilities = ["read"] })",
       "failed to validate policy templating: unbalanced templating characters"},
      {"path \"\xff\" { }", "At 1:7: illegal UTF-8 encoding"},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    CHECK(refused(text).text == expected);
  }
}

TEST_CASE("a refusal names its place where the text has one") {
  auto at = [](std::string_view text) {
    auto error = refused(text);
    return std::pair{error.line, error.column};
  };
  CHECK(at("path \"a\" {\n capabilities = \"read\"\n}") == std::pair{2, 17});
  CHECK(at("path \"a\" {\n capabilities = ['read']\n}") == std::pair{2, 18});
  CHECK(at("\npath \"a\" {\n capabilities = [\"fly\"]\n}") == std::pair{2, 10});
  CHECK(at("\n\nnmae = 1") == std::pair{3, 0});
}

TEST_CASE("templates are kept for the ACL (R-921)") {
  CHECK(only_rule(R"(path "x/{{bogus}}" { capabilities = ["read"] })").is_templated);
  CHECK_FALSE(only_rule(R"(path "x/{y}" { capabilities = ["read"] })").is_templated);
}

TEST_CASE("deep nesting is refused, not followed to the end of the stack") {
  for (auto open : {"a = [", "a = {", "a { b = "}) {
    std::string text;
    for (int i = 0; i < 200'000; ++i)
      text += open;
    CHECK(refused(text).text != "accepted");
  }
  std::string lists = "a = " + std::string(200'000, '[');
  CHECK(refused(lists).text.find("nesting is too deep") != std::string::npos);
  std::string json;
  for (int i = 0; i < 200'000; ++i)
    json += "{\"a\":[";
  CHECK(refused(json).text != "accepted");
}

TEST_CASE("a long key over many JSON objects is refused before it fills the memory") {
  auto text = "{\"" + std::string(200'000, 'k') + "\": {\"x\": {}";
  for (int i = 0; i < 50'000; ++i)
    text += ",\"x\": {}";
  CHECK(refused(text + "}}").text == "object is too large");
}

TEST_CASE("the built-in policies are valid in their own language (R-921, R-923)") {
  CHECK(parsed(default_policy_text()).rules.size() == 16);
  CHECK(parsed(response_wrapping_policy_text()).rules.size() == 2);
}

TEST_CASE("a rendered policy reads as one would write it") {
  auto text = render_policy(parsed(R"(path "kv/*" { policy = "read" })"));
  CHECK(text == "# 1 paths\npath \"kv/*\" {\n  capabilities = [\"list\", \"read\"]\n}\n");
}

TEST_CASE("errors name the server's fields and the places of their values (R-1716)") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"(path "a" { capabilities = ["read", ["list"]] })",
       "path \"a\": At 1:36: root.Capabilities[1]: unknown type for string *ast.ListType"},
      {R"(path "a" { required_parameters = { "x" = [] } })",
       "path \"a\": At 1:36: root.required_parameters[0]: unknown type for string *ast.ObjectItem"},
      {R"(path "a" { allowed_parameters = [] })",
       "path \"a\": At 1:33: root.allowed_parameters: not an object type for map (*ast.ListType)"},
      {R"(path "a" { policy = {} })",
       "path \"a\": At -: root.Policy: unknown type for string *ast.ObjectList"},
      {R"(name = ["x"])", "At 1:8: root.name: unknown type for string *ast.ListType"},
      {R"({"path": {"a": {"capabilities": "read"}}})",
       "path \"a\": At -: unknown slice type: *ast.LiteralType"},
      {R"(path "a" { capabilities = ["read"] expiration = "soon" })",
       "path \"a\": invalid expiration time: could not parse string as date and time"},
      {R"(path "a" { capabilities = ["scan"] list_scan_response_keys_filter_path = "{{ .key }}" })",
       "list_scan_response_keys_filter_path needs to be used on a path with the list capability"},
      {R"(path "a" { pagination_limit = "x" })",
       "path \"a\": strconv.ParseInt: parsing \"x\": invalid syntax"},
      {R"(path "a" { control_group = {} })",
       "1 error occurred:\n\t* path \"a\": invalid key \"control_group\" on line 1\n\n"},
      {R"(path "b")",
       "At 1:9: key 'path \"b\"' expected start of object ('{') or assignment ('=')"},
      {"path \"a\" {\n  capabilities } [\"read\"]\n}",
       "At 2:16: key 'capabilities' expected start of object ('{') or assignment ('=')"},
      {"path <<EOF { }\na\nEOF", "At 1:11: invalid characters in heredoc anchor"},
      {R"(path "a" { x = [{ )",
       "At 1:17: error while trying to parse object within list: At 1:20: object expected closing "
       "RBRACE got: EOF"},
      {"\xff", "At 1:1: illegal char"},
      {R"(x = 018)", "At 1:8: illegal octal number"}};
  for (const auto& [text, error] : cases) {
    INFO(text);
    CHECK(refused(text).text == error);
  }
}

TEST_CASE("a wrapping TTL may be a number with a fraction, of which whole seconds count (R-910)") {
  CHECK(only_rule(R"(path "a" { min_wrapping_ttl = 1.5 })").min_wrapping_ttl == 1s);
}
